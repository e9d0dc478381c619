// Streams with several pictures or sounds: over RTSP each is a media of its own.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/Multitrack.h"
#include "support/RtspClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"
#include "support/UdpPortPair.h"

#include "media/NalUnits.h"
#include "rtp/Depacketizer.h"
#include "rtp/RtpPacket.h"
#include "rtp/Sdp.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using rtmp::MessageType;
using testing::HasSubstr;

/// One access unit: its presentation time in the stream, and its bytes without parameter sets, which RTP repeats.
struct Unit {
    std::int64_t ptsMs = 0;
    base::Bytes bytes;
    bool operator==(const Unit&) const = default;
};

using TrackKey = std::pair<MessageType, int>;

bool isParameterSet(base::ByteSpan unit) {
    const unsigned type = unit[0] & 0x1FU;
    return type == 7 || type == 8;
}

Unit unitOf(const Message& plain, base::ByteSpan content) {
    Unit unit;
    unit.ptsMs = plain.timestampMs;
    if (plain.type == MessageType::Audio) {
        unit.bytes.assign(content.begin(), content.end());
        return unit;
    }
    unit.ptsMs += content[0] << 16U | content[1] << 8U | content[2];
    std::vector<base::ByteSpan> units;
    EXPECT_TRUE(media::splitFrame(content.subspan(3), 4, units).ok());
    for (const base::ByteSpan one : units)
        if (!isParameterSet(one)) unit.bytes.insert(unit.bytes.end(), one.begin(), one.end());
    return unit;
}

/// The clip with further tracks, each with contents of its own, and what a player is to get of each: all from track 0's
/// keyframe on, and of pictures from their own.
class ManyTracks {
  public:
    /// `lateKeyMs`: the first keyframe of further pictures, which have begun before.
    ManyTracks(const std::vector<std::uint8_t>& videos, const std::vector<std::uint8_t>& audios,
               std::uint32_t lateKeyMs = 0) {
        for (const Message& plain : multitrackClip()) {
            const bool isVideo = plain.type == MessageType::Video;
            hasBegun_ = hasBegun_ || (isVideo && !isHeader(plain) && plain.payload[0] == 0x17);
            messages.push_back(plain);
            note(plain, 0, contentOf(plain), true);
            for (const std::uint8_t track : isVideo ? videos : audios) add(plain, track, lateKeyMs);
        }
    }

    std::vector<Message> messages;
    std::map<TrackKey, std::vector<Unit>> played;

  private:
    void add(const Message& plain, std::uint8_t track, std::uint32_t lateKeyMs) {
        base::Bytes content = contentOf(plain);
        if (!isHeader(plain)) content.back() = static_cast<std::uint8_t>(content.back() ^ track);
        Message& message = messages.emplace_back(onTrack(plain, track, content));
        const bool isPicture = plain.type == MessageType::Video && !isHeader(plain);
        if (isPicture && lateKeyMs > 0) message.payload[0] = plain.timestampMs >= lateKeyMs ? 0x96 : 0xA6;
        note(plain, track, content, !isPicture || message.payload[0] == 0x96);
    }

    void note(const Message& plain, int track, const base::Bytes& content, bool mayBegin) {
        std::vector<Unit>& units = played[{plain.type, track}];
        if (hasBegun_ && !isHeader(plain) && (mayBegin || !units.empty())) units.push_back(unitOf(plain, content));
    }

    bool hasBegun_ = false;
};

/// A player that sets up the media of a description that it wants.
class SomeTracks {
  public:
    SomeTracks(const HookcastServer& server, RtpWay way, const std::set<std::size_t>& wanted = {})
        : url_(server.rtspUrl("live/show")), client_(server.rtspPort()) {
        const base::Bytes body = client_.require("DESCRIBE", url_).body;
        description = std::string(base::asText(body));
        sdp = rtp::parseSdp(description).value();
        for (std::size_t i = 0; i < sdp.media.size(); ++i) {
            Track& track = tracks_.emplace_back();
            track.depacketizer = rtp::makeDepacketizer(sdp.media[i], 1 << 20).take();
            if (wanted.empty() || wanted.contains(i)) setUp(i, way);
        }
        answer = client_.require("PLAY", url_);
    }

    /// The next `count` units of the media with this place.
    std::vector<Unit> receive(std::size_t place, std::size_t count) {
        Track& track = tracks_[place];
        const Deadline deadline;
        while (track.units.size() < count && !deadline.passed())
            if (track.udp != nullptr)
                take(track, track.udp->receiveRtp(deadline).value_or(base::Bytes{}));
            else
                receiveFrame(deadline);
        return track.units;
    }

    /// All channels on which something has come, over TCP, until the server closes.
    std::set<unsigned> channelsToTheEnd() {
        std::set<unsigned> channels;
        for (auto frame = client_.receiveFrame(); frame; frame = client_.receiveFrame())
            channels.insert(frame->channel);
        return channels;
    }

    std::uint32_t ssrcOf(std::size_t place) const { return tracks_[place].ssrc; }

    std::string description;
    rtp::Sdp sdp;
    rtsp::RtspResponse answer;

  private:
    struct Track {
        std::unique_ptr<rtp::Depacketizer> depacketizer;
        std::unique_ptr<UdpPortPair> udp;
        unsigned channel = 0;
        std::uint32_t ssrc = 0;
        std::vector<Unit> units;
        bool isAudio = false;
        std::uint32_t clockRate = 0;
    };

    void setUp(std::size_t place, RtpWay way) {
        Track& track = tracks_[place];
        const std::string url = url_ + "/" + sdp.media[place].control;
        track.clockRate = sdp.media[place].clockRate;
        track.isAudio = sdp.media[place].kind == rtp::SdpKind::Audio;
        if (way == RtpWay::Udp) track.udp = std::make_unique<UdpPortPair>();
        const std::string wanted = track.udp != nullptr ? track.udp->transport() : "RTP/AVP/TCP;unicast";
        const rtsp::RtspResponse response = client_.require("SETUP", url, {{"Transport", wanted}});
        const std::string granted(response.headers.get("Transport"));
        if (track.udp != nullptr) track.udp->setServer(granted);
        const auto at = granted.find("interleaved=");
        if (at != std::string::npos) track.channel = static_cast<unsigned>(std::stoul(granted.substr(at + 12)));
    }

    void receiveFrame(const Deadline& deadline) {
        const RtspClient::Frame frame = client_.expectFrame(deadline);
        const auto track =
            std::ranges::find_if(tracks_, [&](const Track& one) { return one.channel == frame.channel; });
        if (track != tracks_.end()) take(*track, frame.payload);
    }

    void take(Track& track, base::ByteSpan packet) {
        const auto parsed = rtp::RtpPacketView::parse(packet);
        if (!parsed) return;
        track.ssrc = parsed.value().header.ssrc;
        for (const rtp::AccessUnit& unit : track.depacketizer->push(parsed.value())) {
            Unit& got = track.units.emplace_back();
            got.ptsMs = (unit.rtpTimestamp * std::int64_t{1000} + track.clockRate / 2) / track.clockRate;
            for (const base::Bytes& one : unit.units)
                if (track.isAudio || !isParameterSet(one)) got.bytes.insert(got.bytes.end(), one.begin(), one.end());
        }
    }

    std::string url_;
    RtspClient client_;
    std::vector<Track> tracks_;
};

/// Times of sound go by its samples, and are told in whole milliseconds.
void expectUnits(const std::vector<Unit>& got, const std::vector<Unit>& sent) {
    ASSERT_EQ(got.size(), sent.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].bytes, sent[i].bytes) << i;
        EXPECT_NEAR(got[i].ptsMs, sent[i].ptsMs, 3) << i;
    }
}

class MoreTracks : public testing::TestWithParam<RtpWay> {
  protected:
    void publish(const std::vector<Message>& messages) {
        if (publisher_ == nullptr) publisher_ = startPublisher(server_.port(), "show");
        for (const Message& message : messages) publisher_->send(message);
        publisher_->ping();
    }

    HookcastServer server_{defaultVhost("rtsp { enabled on; }")};
    std::unique_ptr<RtmpClient> publisher_;
};

TEST_P(MoreTracks, EachIsAMediaOfItsOwnByteForByte) {
    const ManyTracks tracks({1, 255}, {7});
    publish(tracks.messages);
    SomeTracks player(server_, GetParam());
    ASSERT_EQ(player.sdp.media.size(), 5U) << player.description;
    const std::vector<TrackKey> order = {{MessageType::Video, 0},
                                         {MessageType::Video, 1},
                                         {MessageType::Video, 255},
                                         {MessageType::Audio, 0},
                                         {MessageType::Audio, 7}};
    std::set<unsigned> payloadTypes;
    std::set<std::uint32_t> sources;
    std::vector<std::size_t> places;
    for (const rtp::SdpKind kind : {rtp::SdpKind::Video, rtp::SdpKind::Audio})
        for (std::size_t i = 0; i < player.sdp.media.size(); ++i)
            if (player.sdp.media[i].kind == kind) places.push_back(i);
    for (std::size_t i = 0; i < order.size(); ++i) {
        SCOPED_TRACE(i);
        const std::vector<Unit>& sent = tracks.played.at(order[i]);
        ASSERT_GT(sent.size(), 15U);
        expectUnits(player.receive(places[i], sent.size()), sent);
        payloadTypes.insert(player.sdp.media[places[i]].payloadType);
        sources.insert(player.ssrcOf(places[i]));
    }
    EXPECT_EQ(payloadTypes.size(), order.size());
    EXPECT_EQ(sources.size(), order.size());
    EXPECT_THAT(std::string(player.answer.headers.get("RTP-Info")), HasSubstr("trackID=4;rtptime="));
}

/// Track 0's keyframe is where a player begins; another picture's may lie behind it.
TEST_P(MoreTracks, EachPictureBeginsWithAKeyframeOfItsOwn) {
    const ManyTracks tracks({1}, {}, 400);
    publish(tracks.messages);
    SomeTracks player(server_, GetParam());
    ASSERT_EQ(player.sdp.media.size(), 3U) << player.description;
    const std::vector<Unit>& late = tracks.played.at({MessageType::Video, 1});
    ASSERT_LT(late.size(), tracks.played.at({MessageType::Video, 0}).size());
    expectUnits(player.receive(2, late.size()), late);
}

/// A packet may hold several tracks.
TEST_P(MoreTracks, ThoseThatShareAPacketPartHere) {
    std::vector<Message> messages;
    std::vector<Unit> sent;
    for (const Message& plain : multitrackClip()) {
        messages.push_back(onTracks(plain, {3, 0, 255}, plain.type == MessageType::Audio));
        if (plain.type == MessageType::Video && !isHeader(plain)) sent.push_back(unitOf(plain, contentOf(plain)));
    }
    publish(messages);
    SomeTracks player(server_, GetParam(), {0, 2, 3});
    ASSERT_EQ(player.sdp.media.size(), 6U) << player.description;
    for (const std::size_t place : {0U, 2U, 3U}) expectUnits(player.receive(place, sent.size()), sent);
}

TEST_P(MoreTracks, APlayerGetsWhatItHasSetUp) {
    const ManyTracks tracks({1}, {7});
    publish(tracks.messages);
    SomeTracks player(server_, GetParam(), {3});
    ASSERT_EQ(player.sdp.media.size(), 4U) << player.description;
    const std::vector<Unit>& sent = tracks.played.at({MessageType::Audio, 7});
    expectUnits(player.receive(3, sent.size()), sent);
    publisher_.reset();
    if (GetParam() == RtpWay::Tcp) {
        EXPECT_THAT(player.channelsToTheEnd(), testing::IsSubsetOf({6U, 7U}));
    }
}

INSTANTIATE_TEST_SUITE_P(Rtsp, MoreTracks, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "tcp" : "udp"; });

/// As a configuration, or as a frame of a codec.
Message audioOf(std::string_view fourCc, std::uint8_t track, std::uint32_t timestampMs, unsigned packetType) {
    Message message = aacFrame(timestampMs);
    message.payload = {0x95, static_cast<std::uint8_t>(packetType)};
    message.payload.insert(message.payload.end(), fourCc.begin(), fourCc.end());
    message.payload.push_back(track);
    const base::Bytes body = noise(50, track);
    message.payload.insert(message.payload.end(), body.begin(), body.end());
    return message;
}

class TracksOfAStream : public testing::Test {
  protected:
    TracksOfAStream() { send(multitrackClip()); }

    void send(const std::vector<Message>& messages) {
        for (const Message& message : messages) publisher_->send(message);
        publisher_->ping();
    }

    HookcastServer server_{defaultVhost("rtsp { enabled on; }")};
    std::unique_ptr<RtmpClient> publisher_ = startPublisher(server_.port(), "show");
};

TEST_F(TracksOfAStream, OneThatRtpCannotCarryIsNotPromised) {
    send({audioOf("fLaC", 3, 500, 0), audioOf("fLaC", 3, 500, 1), audioOf("Opus", 4, 500, 1)});
    SomeTracks player(server_, RtpWay::Tcp);
    EXPECT_EQ(player.sdp.media.size(), 3U) << player.description;
    EXPECT_THAT(player.description, HasSubstr("opus/48000/2"));
    server_.waitForLog("without audio track 3, no RTP payload format for FLAC");
    send({audioOf("Opus", 4, 520, 1)});
    EXPECT_EQ(player.receive(2, 1).size(), 1U);
}

TEST_F(TracksOfAStream, OneThatComesLateIsForThoseWhoComeLater) {
    SomeTracks early(server_, RtpWay::Tcp);
    EXPECT_EQ(early.sdp.media.size(), 2U);
    for (const std::uint8_t track : {4, 5}) send({audioOf("Opus", track, 900, 0), audioOf("Opus", track, 900, 1)});
    SomeTracks late(server_, RtpWay::Tcp, {2});
    EXPECT_EQ(late.sdp.media.size(), 4U) << late.description;
    EXPECT_EQ(late.receive(2, 1).size(), 1U);
    publisher_.reset();
    EXPECT_THAT(early.channelsToTheEnd(), testing::IsSubsetOf({0U, 1U, 2U, 3U}));
    server_.waitForLog("] closed: ");
    server_.stop();
    EXPECT_EQ(server_.log().count("comes late: who plays over RTSP already goes without it"), 1U);
}

/// The picture of track 0 does not keep what RTP can carry from its players.
TEST(TracksBesideAForeignPicture, BeginAfterItsKeyframe) {
    HookcastServer server(defaultVhost("rtsp { enabled on; }"));
    const auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : {enhancedVideo("av01", 0, true, 0, 40), aacConfig(0),
                                   enhancedVideo("av01", 1, true, 0, 500), aacFrame(10, 60, 1), aacFrame(33, 60, 2)})
        publisher->send(message);
    publisher->ping();
    SomeTracks player(server, RtpWay::Tcp);
    ASSERT_EQ(player.sdp.media.size(), 1U) << player.description;
    EXPECT_EQ(player.receive(0, 2).size(), 2U);
    server.waitForLog("without video track 0, no RTP payload format for AV1");
}

/// What a real player sees.
TEST(MoreTracksOfFfmpeg, SeesThemAll) {
    HookcastServer server(defaultVhost("rtsp { enabled on; }"));
    auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : withSecondTracks(1, 1)) publisher->send(message);
    publisher->ping();
    const TempFolder folder;
    FfmpegRun player({"-rtsp_transport", "tcp", "-i", server.rtspUrl("live/show"), "-map", "0", "-c", "copy", "-f",
                      "framehash", folder.file("tracks")});
    server.waitForLog("plays __defaultVhost__/live/show");
    publisher.reset();
    player.waitForExit();
    const std::string tracks = readFile(folder.file("tracks"));
    for (const char* track : {"#codec_id 0: h264", "#codec_id 1: aac", "#codec_id 2: h264", "#codec_id 3: aac"})
        EXPECT_THAT(tracks, HasSubstr(track));
}

/// A camera, or an ffmpeg, with several sounds: each reaches players over RTSP, the first one everybody.
class PublisherOfManySounds : public testing::TestWithParam<std::string> {};

TEST_P(PublisherOfManySounds, ReachesRtspWithAllAndOthersWithTheFirst) {
    HookcastServer server(defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }"));
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-map", "0:v", "-map", "0:a", "-map",
                               "0:a", "-c", "copy", "-f", "rtsp", "-rtsp_transport", GetParam(),
                               server.rtspUrl("live/show")});
    server.waitForLog("publishes __defaultVhost__/live/show");
    server.waitForLog("its further audio track 1 (MPEG4-GENERIC) is for players over RTSP alone");
    SomeTracks player(server, RtpWay::Tcp);
    ASSERT_EQ(player.sdp.media.size(), 3U) << player.description;
    const std::vector<Unit> first = player.receive(1, 60);
    const std::vector<Unit> second = player.receive(2, 60);
    // Who comes in between begins with one track a little earlier than with the other.
    const auto common = std::ranges::find(second, first[20].bytes, &Unit::bytes);
    ASSERT_NE(common, second.end());
    for (std::size_t i = 20; i < 50 && common + (i - 20) != second.end(); ++i) {
        const Unit& twin = *(common + static_cast<std::ptrdiff_t>(i - 20));
        EXPECT_EQ(twin.bytes, first[i].bytes);
        EXPECT_NEAR(twin.ptsMs, first[i].ptsMs, 50);
    }
    const auto rtmp = startPlayer(server.port(), "show");
    for (const Message& message : rtmp->expectMedia(40))
        EXPECT_TRUE(message.type != MessageType::Audio || message.payload[0] == 0xAF) << "the first sound alone";
}

INSTANTIATE_TEST_SUITE_P(Rtsp, PublisherOfManySounds, testing::Values("tcp", "udp"),
                         [](const auto& test) { return test.param; });

} // namespace
} // namespace hookcast::integration
