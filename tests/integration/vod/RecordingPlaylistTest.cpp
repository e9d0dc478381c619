// Recordings as they are played: the playlist, its segments, and who gets them.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/PacketMatch.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

namespace fs = std::filesystem;

constexpr const char* kPlaylist = "/live/show/recording.m3u8";
constexpr const char* kNo = R"({"match":{"action":"on_play"},"reply":{"body":"1"}})";
constexpr std::int64_t kFrameMs = 40;
/// What a segment's times begin with, and how far a file's first and last picture may be from its ends.
constexpr double kLeadInS = 10;
constexpr double kToleranceS = 0.15;
/// In seconds; recordings that are put there by hand begin then.
constexpr std::int64_t kBegan = 1'700'000'000;

/// The lines of a playlist that are no tags: its segments.
std::vector<std::string> segmentsOf(const std::string& playlist) {
    std::vector<std::string> segments;
    std::istringstream lines(playlist);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && line.front() != '#') segments.push_back(line);
    return segments;
}

/// What its EXTINF tags say, in seconds.
std::vector<double> durationsOf(const std::string& playlist) {
    std::vector<double> durations;
    std::istringstream lines(playlist);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("#EXTINF:")) durations.push_back(std::stod(line.substr(8)));
    return durations;
}

/// What its EXTINF tags come to, in seconds.
double durationOf(const std::string& playlist) {
    const std::vector<double> durations = durationsOf(playlist);
    return std::accumulate(durations.begin(), durations.end(), 0.0);
}

/// When the first and the last picture of a media file are decoded, in seconds.
std::pair<double, double> decodedBetween(const std::string& file) {
    std::istringstream lines(
        runFfprobe({"-select_streams", "v:0", "-show_entries", "packet=dts_time", "-of", "csv=p=0", file}));
    std::vector<double> times;
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) times.push_back(std::stod(line));
    return {*std::ranges::min_element(times), *std::ranges::max_element(times)};
}

/// A server with recordings, a control interface and a backend.
class Recordings : public testing::Test {
  protected:
    void start(const std::string& file = "[app]/[stream].[timestamp].flv", const std::string& more = "") {
        http_ = std::make_unique<HttpHookcast>(
            fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", apiPort_.number()) +
            defaultVhost(dvr(folder_.file(file), more) + hooksTo(backend_)));
    }

    /// Puts a recording of live/show there that begins `second` seconds behind kBegan.
    void put(const std::string& clip, int second, const std::string& ending = ".flv") {
        fs::create_directories(folder_.path() / "live");
        fs::copy_file(clip, folder_.file(fmt::format("live/show.{}000{}", kBegan + second, ending)));
    }

    HttpAnswer get(const std::string& target) { return HttpClient(http_->httpPort()).get(target); }

    HttpAnswer segment(const std::string& name) { return get("/live/show/" + name); }

    std::string urlOf(const std::string& query = "") const {
        return http_->httpUrl(std::string(kPlaylist).substr(1) + query);
    }

    /// Each segment's pictures are where the playlist says, and the next one's follow the last of them.
    void expectTimesGoOn(const std::string& query, std::size_t count) {
        const std::string playlist = get(kPlaylist + query).body;
        const std::vector<std::string> names = segmentsOf(playlist);
        const std::vector<double> durations = durationsOf(playlist);
        ASSERT_THAT(names, SizeIs(count)) << playlist;
        double at = kLeadInS;
        for (std::size_t i = 0; i < names.size(); ++i) {
            folder_.write("segment.ts", segment(names[i]).body);
            const auto [first, last] = decodedBetween(folder_.file("segment.ts"));
            EXPECT_NEAR(first, at, kToleranceS) << query << ", segment " << i;
            at += durations[i];
            EXPECT_NEAR(last, at, kToleranceS) << query << ", segment " << i;
        }
    }

    std::size_t asked(const std::string& action) { return withAction(backend_.calls(), action).size(); }

    /// All that began has ended, once.
    void expectBooksBalance() {
        http_->server().stop();
        expectBalance(backend_.calls());
    }

    TempFolder folder_;
    MockBackend backend_;
    FreePort apiPort_;
    std::unique_ptr<HttpHookcast> http_;
};

constexpr const char* kAvcSlices = "filter_units=pass_types=1-5";
constexpr const char* kHevcSlices = "filter_units=pass_types=0-31";

/// All of what was sent, at the same times.
testing::AssertionResult isAllOf(const PacketHashes& played, const PacketHashes& sent, std::int64_t toleranceMs = 1) {
    PacketMatch match;
    match.toleranceMs = toleranceMs;
    match.leastVideo = sent.video.size();
    match.leastAudio = sent.audio.size();
    return isTailOf(played, sent, match);
}

/// The first half of what was played, and the second.
std::pair<PacketHashes, PacketHashes> halvesOf(const PacketHashes& played) {
    std::pair<PacketHashes, PacketHashes> halves;
    const auto split = [](const std::vector<PacketHash>& all, std::vector<PacketHash>& one,
                          std::vector<PacketHash>& other) {
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
        one.assign(all.begin(), middle);
        other.assign(middle, all.end());
    };
    split(played.video, halves.first.video, halves.second.video);
    split(played.audio, halves.first.audio, halves.second.audio);
    return halves;
}

TEST_F(Recordings, WhatIsPublishedIsPlayedAgain) {
    start("[app]/[stream].[timestamp].flv", "dvr_plan segment; dvr_duration 2;");
    push(h264AacClip(), http_->server());
    const ApiClient api(apiPort_.number());
    const auto answer = api.waitFor("/api/v1/recordings?stream=live/show", [](const auto& json) {
        const auto ranges = json->getArray("recordings");
        return ranges->size() == 1 && ranges->getObject(0)->template getValue<int>("files") == 2;
    });
    const auto range = answer->getArray("recordings")->getObject(0);
    EXPECT_EQ(range->getValue<std::string>("app"), "live");
    EXPECT_EQ(range->getValue<std::string>("name"), "show");
    EXPECT_NEAR(range->getValue<int>("duration_ms"), 4000, 200);
    EXPECT_GT(range->getValue<int>("bytes"), 10'000);
    const std::string url = range->getValue<std::string>("url");
    EXPECT_THAT(url, testing::StartsWith("/live/show/recording.m3u8?from="));
    const std::string slices = kAvcSlices;
    EXPECT_TRUE(isAllOf(hashesOfFile(http_->httpUrl(url.substr(1)), {slices, "aac_adtstoasc"}),
                        hashesOfFile(h264AacClip(), {"h264_mp4toannexb," + slices, ""}), kFrameMs))
        << "what follows begins when the longer one of a file's tracks ends";
    expectBooksBalance();
}

struct Format {
    std::string name;
    std::string (*clip)();
    std::string ending;
    bool isHevc;
    bool isAac;
};

class EveryRecording : public Recordings, public testing::WithParamInterface<Format> {};

/// Two files of 4 s with an hour between them.
TEST_P(EveryRecording, IsPlayedPacketByPacket) {
    const std::string file = folder_.file("clip" + GetParam().ending);
    runFfmpeg({"-i", GetParam().clip(), "-c", "copy", file});
    put(file, 0, GetParam().ending);
    put(file, 3600, GetParam().ending);
    start("[app]/[stream].[timestamp]" + GetParam().ending);
    const std::string slices = GetParam().isHevc ? kHevcSlices : kAvcSlices;
    const std::string toBytes = GetParam().isHevc ? "hevc_mp4toannexb," : "h264_mp4toannexb,";
    const PacketFilters ofTs{slices, GetParam().isAac ? "aac_adtstoasc" : ""};
    const PacketHashes sent = hashesOfFile(file, {toBytes + slices, ""});
    EXPECT_TRUE(isAllOf(hashesOfFile(urlOf(fmt::format("?to={}", kBegan + 100)), ofTs), sent));
    const auto [first, second] = halvesOf(hashesOfFile(urlOf(), ofTs));
    EXPECT_TRUE(isAllOf(first, sent));
    EXPECT_TRUE(isAllOf(second, sent));
    const std::string playlist = get(kPlaylist).body;
    EXPECT_THAT(playlist, HasSubstr("#EXT-X-DISCONTINUITY\n"));
    EXPECT_THAT(playlist, HasSubstr("#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n"));
    EXPECT_THAT(playlist, HasSubstr("#EXT-X-PROGRAM-DATE-TIME:2023-11-14T23:13:20.000Z\n"));
    EXPECT_NEAR(durationOf(playlist), 8.0, 0.3);
    EXPECT_NEAR(std::stod(runFfprobe({"-show_entries", "format=duration", "-of", "csv=p=0", urlOf()})), 8.0, 0.3);
    expectBooksBalance();
}

/// Two files of 20 s, which are four segments each.
TEST_P(EveryRecording, TimesGoOnFromSegmentToSegment) {
    const std::string file = folder_.file("clip" + GetParam().ending);
    runFfmpeg({"-stream_loop", "4", "-i", GetParam().clip(), "-c", "copy", file});
    put(file, 0, GetParam().ending);
    put(file, 3600, GetParam().ending);
    start("[app]/[stream].[timestamp]" + GetParam().ending);
    expectTimesGoOn("", 8);
    expectTimesGoOn(fmt::format("?from={}.5", kBegan + 9), 6);
    expectTimesGoOn(fmt::format("?from={}.5&to={}.5", kBegan + 3609, kBegan + 3616), 2);
    const std::string slices = GetParam().isHevc ? kHevcSlices : kAvcSlices;
    const std::string toBytes = GetParam().isHevc ? "hevc_mp4toannexb," : "h264_mp4toannexb,";
    const PacketHashes played = hashesOfFile(urlOf(), {slices, GetParam().isAac ? "aac_adtstoasc" : ""});
    const PacketHashes sent = hashesOfFile(file, {toBytes + slices, ""});
    const auto [first, second] = halvesOf(played);
    EXPECT_TRUE(isAllOf(first, sent));
    EXPECT_TRUE(isAllOf(second, sent));
    expectBooksBalance();
}

INSTANTIATE_TEST_SUITE_P(Recordings, EveryRecording,
                         testing::Values(Format{"FlvH264Aac", h264AacClip, ".flv", false, true},
                                         Format{"FlvH264Mp3", h264Mp3Clip, ".flv", false, false},
                                         Format{"Mp4H264Aac", h264AacClip, ".mp4", false, true},
                                         Format{"Mp4HevcAac", hevcAacClip, ".mp4", true, true},
                                         Format{"Mp4HevcOpus", hevcOpusClip, ".mp4", true, false},
                                         Format{"Mp4H264Ac3", h264Ac3Clip, ".mp4", false, false}),
                         [](const auto& test) { return test.param.name; });

TEST_F(Recordings, ARangeIsRightToAGroupOfPictures) {
    put(h264AacClip(), 0); // a keyframe each second
    start();
    const auto duration = [&](const std::string& query) { return durationOf(get(kPlaylist + query).body); };
    EXPECT_NEAR(duration(fmt::format("?from={}&to={}", kBegan + 1, kBegan + 3)), 2.0, 0.1);
    EXPECT_NEAR(duration(fmt::format("?from={}.5&to={}.1", kBegan + 1, kBegan + 2)), 2.0, 0.1);
    EXPECT_NEAR(duration("?from=2023-11-14T22:13:22Z&to=2023-11-14T23:13:23%2B01:00"), 1.0, 0.1);
    const PacketHashes part = hashesOfFile(urlOf(fmt::format("?from={}&to={}", kBegan + 1, kBegan + 3)));
    EXPECT_EQ(part.video.size(), 50U);
    EXPECT_EQ(get(fmt::format("{}?from={}", kPlaylist, kBegan + 60)).status, 404);
    EXPECT_EQ(get(fmt::format("{}?to={}", kPlaylist, kBegan - 1)).status, 404);
    const std::size_t before = asked("on_play");
    for (const char* query : {"?from=x", "?to=tomorrow", "?from=2&to=1", "?from=1&from=2", "?from=-5", "?to=%zz"})
        EXPECT_EQ(get(std::string(kPlaylist) + query).status, 400) << query;
    EXPECT_EQ(asked("on_play"), before);
    EXPECT_EQ(ApiClient(apiPort_.number()).ask("GET", "/api/v1/recordings?from=x").status, 400);
}

TEST_F(Recordings, AViewerIsOnePlayerToTheBackends) {
    put(h264AacClip(), 0);
    put(h264AacClip(), 4);
    start();
    const HttpAnswer playlist =
        HttpClient(http_->httpPort()).get(std::string(kPlaylist) + "?token=x", "Referer: http://page/\r\n");
    const std::vector<std::string> segments = segmentsOf(playlist.body);
    ASSERT_THAT(segments, SizeIs(2));
    std::size_t bytes = playlist.body.size();
    for (const std::string& name : segments) {
        const HttpAnswer answer = segment(name);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.field("content-type"), "video/mp2t");
        EXPECT_EQ(answer.body.size() % 188, 0U);
        bytes += answer.body.size();
    }
    HttpClient head(http_->httpPort());
    head.send("HEAD", "/live/show/" + segments[0]);
    EXPECT_EQ(head.receive(true).status, 200);
    const ApiClient api(apiPort_.number());
    EXPECT_EQ(api.get("/api/v1/clients")->getArray("clients")->size(), 1U) << "and one in the list";
    http_->server().stop();
    const HookCalls calls = backend_.calls();
    EXPECT_THAT(actionsOf(calls), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
    EXPECT_EQ(calls[0].text("pageUrl"), "http://page/");
    EXPECT_EQ(calls[1].text("param"), "?token=x");
    EXPECT_EQ(calls[1].text("app"), "live");
    EXPECT_EQ(calls[1].text("stream"), "show");
    EXPECT_EQ(calls[1].text("stream_url"), "/live/show");
    EXPECT_GE(calls[3].number("send_bytes"), static_cast<std::int64_t>(bytes));
    EXPECT_LT(calls[3].number("send_bytes"), static_cast<std::int64_t>(bytes + 4000));
    EXPECT_EQ(http_->server().log().count("token"), 0U);
}

TEST_F(Recordings, WhoMayNotPlayGetsNothing) {
    put(h264AacClip(), 0);
    start();
    const std::string name = segmentsOf(get(kPlaylist).body).at(0);
    backend_.addRule(kNo);
    const HttpAnswer there = get(kPlaylist);
    const HttpAnswer missing = get("/live/none/recording.m3u8");
    EXPECT_EQ(there.status, 403);
    EXPECT_EQ(missing.status, 403);
    EXPECT_EQ(there.body, missing.body) << "whether there are any is not his business";
    const std::string bare = name.substr(0, name.find('?'));
    for (const std::string& wrong : {bare, bare + "?hookcast_viewer=", bare + "?hookcast_viewer=x.y", name + "0",
                                     name + "&a=b", bare + "?from=0&" + name.substr(name.find('?') + 1)})
        EXPECT_EQ(segment(wrong).status, 403) << wrong;
    EXPECT_EQ(get("/live/other/" + name).status, 403) << "of another stream";
    EXPECT_EQ(segment(name).status, 200) << "who was let in stays in";
    backend_.removeRules();
    EXPECT_EQ(get("/live/none/recording.m3u8").status, 404) << "who may play may know";
    expectBooksBalance();
}

TEST_F(Recordings, APassIsOfOneAddress) {
    put(h264AacClip(), 0);
    start();
    const std::string name = segmentsOf(get(kPlaylist).body).at(0);
    EXPECT_EQ(segment(name).status, 200);
    HttpClient stranger(http_->httpPort(), 0, "127.0.0.2");
    const HttpAnswer refused = stranger.get("/live/show/" + name);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body, "not allowed\n");
    EXPECT_EQ(asked("on_play"), 1U);
    EXPECT_EQ(segment(name).status, 200) << "and the viewer goes on";
    expectBooksBalance();
}

TEST_F(Recordings, WhoIsKickedIsAskedAboutAgain) {
    put(h264AacClip(), 0);
    start();
    const std::string name = segmentsOf(get(std::string(kPlaylist) + "?token=x").body).at(0);
    const ApiClient api(apiPort_.number());
    const auto clients = api.get("/api/v1/clients")->getArray("clients");
    ASSERT_EQ(clients->size(), 1U);
    EXPECT_EQ(clients->getObject(0)->getValue<bool>("publish"), false);
    api.json("DELETE", "/api/v1/clients/" + clients->getObject(0)->getValue<std::string>("id"));
    backend_.waitForCall("on_close");
    EXPECT_EQ(segment(name).status, 200);
    EXPECT_EQ(asked("on_play"), 2U) << "with what he has said before";
    EXPECT_EQ(withAction(backend_.calls(), "on_play").at(1).text("param"), "?token=x");
    const auto again = api.get("/api/v1/clients")->getArray("clients");
    api.json("DELETE", "/api/v1/clients/" + again->getObject(0)->getValue<std::string>("id"));
    backend_.waitForCall("on_close", 2);
    backend_.addRule(kNo);
    EXPECT_EQ(segment(name).status, 403);
    backend_.removeRules();
    expectBooksBalance();
}

TEST_F(Recordings, NothingButRecordingsIsFound) {
    put(h264AacClip(), 0);
    fs::create_directories(folder_.path() / "elsewhere" / "live");
    fs::copy_file(h264AacClip(), folder_.file(fmt::format("elsewhere/live/show.{}000.flv", kBegan + 100)));
    fs::create_symlink(folder_.path() / "elsewhere" / "live" / fmt::format("show.{}000.flv", kBegan + 100),
                       folder_.path() / "rec-link");
    folder_.write("live/show.1700000200000.flv", "no FLV at all");
    folder_.write("live/show.1700000300000.flv.tmp", "being written");
    folder_.write("live/.show.1700000400000.flv", "hidden");
    fs::create_symlink(h264AacClip(), folder_.path() / "live" / "show.1700000500000.flv");
    start();
    const ApiClient api(apiPort_.number());
    const auto answer = api.get("/api/v1/recordings?count=100");
    std::vector<std::string> names;
    for (unsigned i = 0; i < answer->getArray("recordings")->size(); ++i) {
        const auto range = answer->getArray("recordings")->getObject(i);
        names.push_back(range->getValue<std::string>("app") + "/" + range->getValue<std::string>("name") + " " +
                        range->getValue<std::string>("from_ms"));
    }
    EXPECT_THAT(names, ElementsAre("elsewhere/live/show 1700000100000", "live/show 1700000000000"));
    for (const char* path :
         {"/live/../live/show/recording.m3u8", "/live/show%2frecording.m3u8", "/live/%2e%2e/show/recording.m3u8",
          "/recording.m3u8", "/show/recording.m3u8", "/live/show/recording.m3u8/"})
        EXPECT_THAT(get(path).status, testing::AnyOf(400, 404)) << path;
    EXPECT_EQ(HttpClient(http_->httpPort()).get(kPlaylist).status, 200);
    http_->server().stop();
}

TEST_F(Recordings, AVhostThatRecordsNothingHasNone) {
    const HttpHookcast http(defaultVhost());
    EXPECT_EQ(HttpClient(http.httpPort()).get(kPlaylist).status, 404);
}

} // namespace
} // namespace hookcast::integration
