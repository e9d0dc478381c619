#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include "base/ByteReader.h"
#include "rtmp/ControlMessages.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;
using rtmp::Message;
using rtmp::MessageType;

/// A publisher, a player who has its first picture already, and a witness who shows what has come as far as the player
/// too: all on one loop, where players are served one after another.
class PlayerControl : public testing::Test {
  protected:
    PlayerControl()
        : server_("loops 1;\n" + defaultVhost()), player_(startPlayer(server_.port(), "controlled")),
          witness_(startPlayer(server_.port(), "controlled")),
          publisher_(startPublisher(server_.port(), "controlled")) {
        publish({avcKeyframe(0)});
        player_->expectMedia(1);
    }

    void call(std::string_view name, const std::vector<Amf>& arguments) {
        std::vector<Amf> all = {Amf::null()};
        all.insert(all.end(), arguments.begin(), arguments.end());
        player_->sendCommand(name, 0, all, 1);
    }

    void publish(const std::vector<Message>& frames) {
        for (const Message& frame : frames) publisher_->send(frame);
        witness_->expectMedia(frames.size());
    }

    HookcastServer server_;
    std::unique_ptr<RtmpClient> player_;
    std::unique_ptr<RtmpClient> witness_;
    std::unique_ptr<RtmpClient> publisher_;
};

TEST_F(PlayerControl, APausedPlayerGetsNothingAndGoesOnAtTheNewestKeyframe) {
    call("pause", {Amf::boolean(true), Amf::number(0)});
    EXPECT_EQ(player_->expectStatus().code, "NetStream.Pause.Notify");

    const Message keyframe = avcKeyframe(2000, 500, 2);
    publish({avcInterFrame(40), avcKeyframe(1000, 500, 1), avcInterFrame(1040), keyframe});
    call("pause", {Amf::boolean(false), Amf::number(0)});
    const std::vector<Message> uponUnpause = player_->ping();
    const Message live = avcInterFrame(2040, 100, 3);
    publish({live});

    const auto is = [](MessageType type) { return [type](const Message& message) { return message.type == type; }; };
    const auto status = std::ranges::find_if(uponUnpause, is(MessageType::CommandAmf0));
    ASSERT_NE(status, uponUnpause.end());
    EXPECT_EQ(statusOf(rtmp::parseCommand(*status, 8).value()).code, "NetStream.Unpause.Notify");
    const auto media = std::ranges::find_if(uponUnpause, is(MessageType::Video));
    ASSERT_NE(media, uponUnpause.end());
    EXPECT_EQ(seen(*media), seen(keyframe));
    EXPECT_EQ(seen(player_->expectMedia(1)), std::vector<Seen>{seen(live)});
}

TEST_F(PlayerControl, AudioCanBeLeftOutAndComesBack) {
    call("receiveAudio", {Amf::boolean(false)});
    player_->ping();
    const Message video = avcInterFrame(40);
    publish({aacFrame(10, 60, 1), video, aacFrame(50, 60, 2)});
    EXPECT_EQ(seen(player_->expectMedia(1)), std::vector<Seen>{seen(video)});

    call("receiveAudio", {Amf::boolean(true)});
    player_->ping();
    const std::vector<Message> both = {avcInterFrame(80), aacFrame(90, 60, 3)};
    publish(both);
    EXPECT_EQ(seen(player_->expectMedia(2)), seen(both));
}

TEST_F(PlayerControl, VideoCanBeLeftOutAndComesBackWithAKeyframe) {
    call("receiveVideo", {Amf::boolean(false)});
    player_->ping();
    const Message audio = aacFrame(10);
    publish({avcInterFrame(5), audio, avcInterFrame(40)});
    EXPECT_EQ(seen(player_->expectMedia(1)), std::vector<Seen>{seen(audio)});

    call("receiveVideo", {Amf::boolean(true)});
    player_->ping();
    const Message keyframe = avcKeyframe(1000, 500, 1);
    publish({avcInterFrame(80), keyframe});
    EXPECT_EQ(seen(player_->expectMedia(1)), std::vector<Seen>{seen(keyframe)});
}

TEST_F(PlayerControl, SeekingInWhatIsLiveChangesNothing) {
    call("seek", {Amf::number(30000)});
    player_->ping();
    const Message next = avcInterFrame(40);
    publish({next});
    EXPECT_EQ(seen(player_->expectMedia(1)), std::vector<Seen>{seen(next)});
    EXPECT_THAT(server_.closedLines(), testing::IsEmpty());
}

TEST_F(PlayerControl, RepliesDoNotTearMediaApart) {
    // More than the kernel takes at once from a player who does not read: a ping is answered in the middle of it.
    const auto slow = startPlayer(server_.port(), "controlled", "live", 4096);
    slow->expectMedia(1);
    publisher_->setChunkSize(65536);
    const Message large = avcInterFrame(40, 12 * 1024 * 1024, 1);
    publish({large});
    base::Bytes pings;
    constexpr std::uint32_t kPings = 20;
    for (std::uint32_t i = 1; i <= kPings; ++i)
        rtmp::appendUserControl(pings, rtmp::UserControlEvent::PingRequest, 1000 + i);
    slow->tcp().send(pings);
    // Their answers wait on the server's side once its loop has turned.
    for (int round = 0; round < 2; ++round) publisher_->ping();

    EXPECT_EQ(seen(slow->expectMedia(1)), std::vector<Seen>{seen(large)});
    for (std::uint32_t i = 1; i <= kPings; ++i) {
        const Message pong = slow->expectMessage(MessageType::UserControl);
        base::ByteReader reader(pong.payload);
        EXPECT_EQ(reader.u16(), static_cast<std::uint16_t>(rtmp::UserControlEvent::PingResponse));
        EXPECT_EQ(reader.u32(), 1000 + i);
    }
    const Message next = avcInterFrame(80, 100, 2);
    publish({next});
    EXPECT_EQ(seen(slow->expectMedia(1)), std::vector<Seen>{seen(next)});
}

} // namespace
} // namespace hookcast::integration
