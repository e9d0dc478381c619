// Enhanced RTMP v2: further tracks of picture and sound beside those that everybody knows, as OBS sends them.
#include "support/Multitrack.h"
#include "support/Configs.h"
#include "support/FlvTags.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/RtspClient.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;
using rtmp::Message;
using rtmp::MessageType;

std::vector<Seen> seenOf(const std::vector<Message>& messages, bool headers) {
    std::vector<Seen> all;
    for (const Message& message : messages) {
        if (isHeader(message) != headers) continue;
        all.push_back(seen(message));
        if (headers) all.back().timestampMs = 0;
    }
    return all;
}

/// All tracks, each as it came: the headers first, then from track 0's keyframe on.
void expectAll(const std::vector<Message>& received, const std::vector<Message>& sent) {
    EXPECT_THAT(seenOf(received, true), testing::UnorderedElementsAreArray(seenOf(sent, true)));
    std::vector<Seen> media = seenOf(sent, false);
    const auto isKeyframe = [](const Seen& one) {
        return one.type == MessageType::Video && (one.payload[0] == 0x17 || one.payload[0] == 0x96);
    };
    const auto first = std::ranges::find_if(media, isKeyframe);
    EXPECT_EQ(seenOf(received, false), std::vector<Seen>(first, media.end()));
}

struct SecondTracks {
    std::uint8_t video;
    std::uint8_t audio;
};

class Multitrack : public testing::TestWithParam<SecondTracks> {};

TEST_P(Multitrack, LatePlayersHaveEveryTrackFromTrackZerosKeyframeOn) {
    HttpHookcast hookcast(defaultVhost(kAllMounts));
    const std::vector<Message> sent = withSecondTracks(GetParam().video, GetParam().audio);
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    for (const Message& message : sent) publisher->send(message);
    publisher->ping();

    const auto keyframe = std::ranges::find_if(sent, [](const Message& message) {
        return message.type == MessageType::Video && message.payload[0] == 0x17 && message.payload[1] == 1;
    });
    const auto headers = static_cast<std::size_t>(std::ranges::count_if(sent, isHeader));
    const auto media =
        static_cast<std::size_t>(std::count_if(keyframe, sent.end(), [](const auto& one) { return !isHeader(one); }));
    const auto player = startPlayer(hookcast.rtmpPort(), "show");
    const std::vector<Message> received = player->expectMedia(headers + media);
    EXPECT_EQ(received.front().payload.front(), 0x17) << "track 0 comes first";
    expectAll(received, sent);

    HttpClient http(hookcast.httpPort());
    EXPECT_EQ(http.get("/live/show.flv").status, 200);
    hookcast.server().stop();
    expectAll(readFlv(http.receiveToEnd()), sent);
}

TEST_P(Multitrack, RtspShowsTrackZero) {
    HookcastServer server(defaultVhost("rtsp { enabled on; }"));
    const auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : withSecondTracks(GetParam().video, GetParam().audio)) publisher->send(message);
    publisher->ping();
    RtspClient player(server.rtspPort());
    const base::Bytes answer = player.require("DESCRIBE", server.rtspUrl("live/show")).body;
    EXPECT_THAT(std::string(base::asText(answer)), testing::HasSubstr("H264/90000"));
    EXPECT_THAT(std::string(base::asText(answer)), testing::HasSubstr("MPEG4-GENERIC/44100"));
}

TEST_P(Multitrack, ARecordingHasAllOfThem) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(
        fmt::format("dvr {{ enabled on; dvr_path {}; dvr_plan session; }} http_hooks {{ enabled on; on_dvr {}; }}",
                    folder.file("[stream].flv"), backend.url("/dvr"))));
    const std::vector<Message> sent = withSecondTracks(GetParam().video, GetParam().audio);
    auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : sent) publisher->send(message);
    publisher->ping();
    publisher.reset();
    backend.waitForCall("on_dvr");
    std::vector<Message> recorded = readFlv(readFile(folder.file("show.flv")));
    std::erase_if(recorded, [](const Message& message) { return message.type == MessageType::DataAmf0; });
    EXPECT_THAT(seenOf(recorded, true), testing::IsSupersetOf(seenOf(sent, true)));
    const auto payloads = [](const std::vector<Message>& messages) {
        std::vector<base::Bytes> all;
        for (const Message& message : messages)
            if (!isHeader(message)) all.push_back(message.payload);
        return all;
    };
    EXPECT_EQ(payloads(recorded), payloads(sent));
}

INSTANTIATE_TEST_SUITE_P(Tracks, Multitrack,
                         testing::Values(SecondTracks{1, 0}, SecondTracks{0, 1}, SecondTracks{1, 1},
                                         SecondTracks{255, 7}),
                         [](const auto& test) { return fmt::format("v{}a{}", test.param.video, test.param.audio); });

/// Track 0 may come in multitrack packets only, alone or beside others.
TEST(MultitrackPackets, TrackZeroInsideGoesEverywhere) {
    using Write = std::function<Message(const Message&)>;
    const std::vector<Write> forms = {
        [](const Message& plain) { return onTrack(plain, 0); },
        [](const Message& plain) {
            return onTracks(plain, {0, 1}, false);
        },
        [](const Message& plain) {
            return onTracks(plain, {3, 0, 255}, true);
        },
    };
    for (const Write& form : forms) {
        HookcastServer server(defaultVhost("rtsp { enabled on; }"));
        const auto publisher = startPublisher(server.port(), "show");
        std::vector<Message> sent;
        for (const Message& message : multitrackClip()) sent.push_back(form(message));
        for (const Message& message : sent) publisher->send(message);
        publisher->ping();
        RtspClient player(server.rtspPort());
        const base::Bytes answer = player.require("DESCRIBE", server.rtspUrl("live/show")).body;
        EXPECT_THAT(std::string(base::asText(answer)), testing::HasSubstr("H264/90000"));
        EXPECT_THAT(std::string(base::asText(answer)), testing::HasSubstr("MPEG4-GENERIC/44100"));
        const auto late = startPlayer(server.port(), "show");
        EXPECT_EQ(late->expectMedia(1).front().payload, sent.front().payload);
    }
}

TEST(MultitrackPackets, BrokenOnesArePassedOnAndDisturbNothing) {
    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "show");
    const std::vector<Message> sent = withSecondTracks(1, 1);
    for (const Message& message : sent) publisher->send(message);
    Message broken = onTracks(avcConfig(900), {0, 1}, false);
    for (const std::size_t size : {1U, 2U, 5U, 7U, 10U, 20U}) {
        Message cut = broken;
        cut.payload.resize(size);
        publisher->send(cut);
    }
    publisher->ping();
    const auto late = startPlayer(server.port(), "show");
    EXPECT_EQ(late->expectMedia(1).front().payload, sent.front().payload);
}

TEST(MultitrackPackets, AVersionTwoClientIsToldWhatIsUnderstood) {
    struct Case {
        const char* key;
        Amf value;
        bool isVersion2;
    };
    for (const Case& one : {
             Case{"capsEx", Amf::number(3), true},
             Case{"videoFourCcInfoMap", Amf::object({{"*", Amf::number(7)}}), true},
             Case{"audioFourCcInfoMap", Amf::object({{"mp4a", Amf::number(1)}}), true},
             Case{"fourCcList", Amf::strictArray({Amf::string("hvc1")}), false},
         }) {
        HookcastServer server(defaultVhost());
        RtmpClient client(server.port());
        client.shakeHands();
        client.sendCommand("connect", 1,
                           {Amf::object({{"app", Amf::string("live")},
                                         {"tcUrl", Amf::string(requestFor(server.port(), "live").tcUrl)},
                                         {one.key, one.value}})});
        const Amf answer = client.expectAnswer(1).arguments.at(0);
        EXPECT_NE(answer.find("fourCcList"), nullptr);
        for (const char* key : {"capsEx", "videoFourCcInfoMap", "audioFourCcInfoMap"})
            EXPECT_EQ(answer.find(key) != nullptr, one.isVersion2) << one.key << ", " << key;
    }
}

} // namespace
} // namespace hookcast::integration
