#include "vod/Recordings.h"

#include "base/ByteWriter.h"
#include "net/ConnectionBudget.h"
#include "unit/http/HttpBench.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::vod {
namespace {

using testing::HasSubstr;

constexpr const char* kConnect = "http://backend/connect";
constexpr const char* kPlay = "http://backend/play";
constexpr const char* kStop = "http://backend/stop";

/// Sound in MP3, which MPEG-TS carries without a configuration: so many seconds.
base::Bytes mp3Recording(unsigned seconds) {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writer.text("FLV");
    writer.u8(1);
    writer.u8(4);
    writer.u32(9);
    writer.u32(0);
    base::Bytes body(105, 0);
    body[0] = 0x2F;
    body[1] = 0xFF; // MPEG-1, layer 3, 32 kbit/s, 44.1 kHz
    body[2] = 0xFB;
    body[3] = 0x10;
    for (unsigned timeMs = 0; timeMs < seconds * 1000; timeMs += 100) {
        writer.u8(8);
        writer.u24(static_cast<std::uint32_t>(body.size()));
        writer.u24(timeMs);
        writer.u8(0);
        writer.u24(0);
        writer.bytes(body);
        writer.u32(static_cast<std::uint32_t>(body.size()) + 11);
    }
    return bytes;
}

/// A session before a folder with recordings, and backends.
class RecordingsTest : public testing::Test {
  protected:
    RecordingsTest() {
        write("live/show.1700000000000.flv", mp3Recording(20));
        bench_.current.replace(makeConfig());
        recordings_.apply(bench_.current.get());
        bench_.context.handlers = {&recordings_};
        bench_.gate.transport.answerAlways(kConnect, yes());
        bench_.gate.transport.answerAlways(kPlay, yes());
        bench_.gate.transport.answerAlways(kStop, yes());
        bench_.open();
    }
    ~RecordingsTest() override {
        bench_.drop();
        recordings_.stop("over");
    }

    static hooks::HookResponse yes() {
        hooks::HookResponse response;
        response.outcome = hooks::HookResponse::Outcome::Answered;
        response.status = 200;
        response.body = "0";
        return response;
    }
    static hooks::HookResponse no() {
        hooks::HookResponse response = yes();
        response.body = "1";
        return response;
    }

    void write(const std::string& name, const base::Bytes& bytes) {
        std::filesystem::create_directories(std::filesystem::path(folder_.file(name)).parent_path());
        std::ofstream(folder_.file(name), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }

    std::shared_ptr<const config::Config> makeConfig(std::uint32_t viewers = 1000) const {
        auto config = std::make_shared<config::Config>();
        config->limits.hlsViewers = viewers;
        config->limits.admissionTimeoutMs = 10 * Viewer::kPatienceMs;
        config->limits.keepaliveTimeoutMs = 10 * Viewer::kPatienceMs;
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = "__defaultVhost__";
        vhost->dvr.path = folder_.file("[app]/[stream].[timestamp].flv");
        vhost->dvr.enabled = true;
        vhost->hooks.enabled = true;
        vhost->hooks.onConnect = {kConnect};
        vhost->hooks.onPlay = {kPlay};
        vhost->hooks.onStop = {kStop};
        config->vhosts.push_back(vhost);
        return config;
    }

    std::string playlist(const std::string& query = "") { return bench_.get("/live/show/recording.m3u8" + query); }

    /// Once what is going on is over: a client has his answer before the session is done with it.
    void pass(std::int64_t ms) {
        bench_.gate.runner.settle();
        bench_.gate.pass(ms);
    }

    static int statusOf(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }

    /// The path of a playlist's segment.
    static std::string segmentOf(const std::string& answer, std::size_t number = 0) {
        std::size_t place = answer.find("\nrecording-");
        for (; number > 0; --number) place = answer.find("\nrecording-", place + 1);
        return "/live/show/" + answer.substr(place + 1, answer.find('\n', place + 1) - place - 1);
    }

    std::size_t asked(const char* url) { return std::ranges::count(bench_.gate.transport.urls(), url); }

    support::TempDir folder_;
    http::HttpBench bench_;
    net::ConnectionBudget budget_{net::ConnectionBudget::Limits::ofViewers(*bench_.current.get()), bench_.gate.clock};
    Recordings recordings_{bench_.context, budget_, bench_.gate.clock};
};

TEST_F(RecordingsTest, AViewerEndsWhenHeAsksForNothingAnyMore) {
    const std::string answer = playlist("?token=a");
    EXPECT_EQ(statusOf(answer), 200);
    EXPECT_THAT(answer, HasSubstr("?token=a&hookcast_viewer="));
    EXPECT_EQ(recordings_.viewers().count(), 1U);
    pass(Viewer::kPatienceMs - 1000);
    EXPECT_EQ(statusOf(bench_.get(segmentOf(answer))), 200);
    pass(Viewer::kPatienceMs - 1000);
    EXPECT_EQ(asked(kStop), 0U) << "he has been here meanwhile";
    pass(1000);
    EXPECT_EQ(asked(kStop), 1U);
    EXPECT_EQ(recordings_.viewers().count(), 0U);
    EXPECT_EQ(asked(kPlay), 1U);
    EXPECT_EQ(statusOf(bench_.get(segmentOf(answer, 1))), 200);
    EXPECT_EQ(asked(kPlay), 2U) << "he has come back, and was asked about";
    EXPECT_EQ(recordings_.viewers().count(), 1U);
}

TEST_F(RecordingsTest, WhoComesBackAndMayNotPlayAnyMoreIsRefused) {
    const std::string answer = playlist();
    pass(Viewer::kPatienceMs);
    bench_.gate.transport.answerAlways(kPlay, no());
    EXPECT_EQ(statusOf(bench_.get(segmentOf(answer))), 403);
    EXPECT_EQ(recordings_.viewers().count(), 0U);
}

TEST_F(RecordingsTest, ThereIsRoomForSoManyViewers) {
    budget_.setLimits(net::ConnectionBudget::Limits::ofViewers(*makeConfig(2)));
    EXPECT_EQ(statusOf(playlist()), 200);
    EXPECT_EQ(statusOf(playlist()), 200);
    EXPECT_EQ(statusOf(playlist()), 403);
    EXPECT_EQ(recordings_.viewers().refused(), 1U);
    EXPECT_EQ(asked(kPlay), 2U);
}

TEST_F(RecordingsTest, AFileThatIsGoneIsNotFound) {
    const std::string answer = playlist();
    std::filesystem::remove(folder_.file("live/show.1700000000000.flv"));
    EXPECT_EQ(statusOf(bench_.get(segmentOf(answer))), 404);
    pass(RecordingScan::kFreshMs);
    EXPECT_EQ(statusOf(playlist()), 404);
}

TEST_F(RecordingsTest, AFileThatHasChangedIsAnother) {
    const std::string answer = playlist();
    write("live/show.1700000000000.flv", mp3Recording(30));
    EXPECT_EQ(statusOf(bench_.get(segmentOf(answer))), 404);
    pass(RecordingScan::kFreshMs);
    EXPECT_THAT(playlist(), HasSubstr("recording-"));
}

TEST_F(RecordingsTest, ASegmentOutsideOfTheRangeOfThePassIsRefused) {
    const std::string answer = playlist("?from=1700000000&to=1700000006");
    const std::string name = segmentOf(answer);
    const std::size_t place = name.find("-0-6-0.ts");
    ASSERT_NE(place, std::string::npos) << name;
    const std::string query = name.substr(name.find('?'));
    const std::string file = name.substr(0, place);
    EXPECT_EQ(statusOf(bench_.get(file + "-0-6-0.ts" + query)), 200);
    EXPECT_EQ(statusOf(bench_.get(file + "-12-18-0.ts" + query)), 403);
    EXPECT_EQ(statusOf(bench_.get(file + "-90-99-0.ts" + query)), 404);
}

TEST_F(RecordingsTest, ASegmentIsSharedAndGoneWhenItIsSent) {
    const std::string answer = playlist();
    const std::string one = bench_.get(segmentOf(answer));
    EXPECT_TRUE(one.substr(one.find("\r\n\r\n")) == bench_.get(segmentOf(answer)).substr(one.find("\r\n\r\n")));
    bench_.gate.runner.settle();
    EXPECT_EQ(recordings_.segmentBytes(), 0U);
}

TEST_F(RecordingsTest, OtherMethodsAndTooLongUrlsAreRefused) {
    bench_.peer().send("POST /live/show/recording.m3u8 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(statusOf(bench_.answer()), 405);
    EXPECT_EQ(statusOf(playlist("?x=" + std::string(9000, 'x'))), 414);
    EXPECT_EQ(asked(kPlay), 0U);
}

} // namespace
} // namespace hookcast::vod
