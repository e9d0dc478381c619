#include "support/Bystanders.h"
#include "support/HookcastServer.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;

constexpr std::size_t kMegabyte = 1024UL * 1024;
constexpr std::uint32_t kFrameMs = 40;
constexpr std::uint32_t kFramesPerGroup = 10;
constexpr std::size_t kFrameBytes = 50000;

/// The picture with this number, from 0.
Message frame(std::uint32_t number) {
    return number % kFramesPerGroup == 0 ? avcKeyframe(number * kFrameMs, kFrameBytes, number)
                                         : avcInterFrame(number * kFrameMs, kFrameBytes, number);
}

/// A publisher, a player who reads nothing, and a witness who reads everything.
class SlowPlayer : public testing::Test {
  protected:
    void start(const std::string& limits, const std::string& playDirectives) {
        server_ = std::make_unique<HookcastServer>(
            "limits { " + limits + " }\nvhost __defaultVhost__ {\nplay { mw_latency 0; " + playDirectives +
            " }\npublish { firstpkt_timeout 600000; normal_timeout 600000; }\n}\n");
        slow_ = startPlayer(server_->port(), "show", "live", 4096);
        witness_ = startPlayer(server_->port(), "show");
        publisher_ = startPublisher(server_->port(), "show");
        publisher_->setChunkSize(65536);
    }

    /// One group of pictures; the next is not sent before the witness has this one, so that he never falls behind.
    void sendGroup() {
        std::vector<Seen> sent;
        for (std::uint32_t i = 0; i < kFramesPerGroup; ++i) {
            const Message next = frame(sent_++);
            sent.push_back(seen(next));
            publisher_->send(next);
        }
        ASSERT_EQ(seen(witness_->expectMedia(kFramesPerGroup)), sent);
    }

    std::unique_ptr<HookcastServer> server_;
    std::unique_ptr<RtmpClient> slow_;
    std::unique_ptr<RtmpClient> witness_;
    std::unique_ptr<RtmpClient> publisher_;
    std::uint32_t sent_ = 0;
};

TEST_F(SlowPlayer, CostsNobodyElseAPacketAndTheServerNoMemory) {
    // Only the size of the log says when it is enough.
    start("log_size 8388608;", "queue_length 3600;");
    sendGroup();
    const std::size_t before = server_->residentBytes();
    for (int group = 0; group < 400; ++group) ASSERT_NO_FATAL_FAILURE(sendGroup());
    EXPECT_LT(server_->residentBytes(), before + memoryAllowance(48 * kMegabyte));
    server_->waitForLog("slow player of __defaultVhost__/live/show jumped to the newest keyframe");
    EXPECT_THAT(server_->closedLines(), testing::IsEmpty());
    server_->stop();
}

TEST_F(SlowPlayer, GetsWholePicturesAndGoesOnAtAKeyframeWhenItReadsAgain) {
    // Only the time that it is behind does.
    start("log_size 1073741824;", "queue_length 1;");
    for (int group = 0; group < 100; ++group) ASSERT_NO_FATAL_FAILURE(sendGroup());
    server_->waitForLog("jumped to the newest keyframe");

    std::uint32_t jumps = 0;
    std::uint32_t expected = 0;
    while (expected < sent_) {
        const Message message = slow_->expectMedia(1).front();
        const std::uint32_t number = message.timestampMs / kFrameMs;
        if (number != expected) {
            EXPECT_GT(number, expected);
            EXPECT_EQ(number % kFramesPerGroup, 0U);
            ++jumps;
        }
        ASSERT_EQ(seen(message), seen(frame(number)));
        expected = number + 1;
    }
    EXPECT_GT(jumps, 0U);
    server_->stop();
}

TEST_F(SlowPlayer, IsClosedWhenItTakesNothingForTheSendTimeout) {
    start("log_size 8388608;", "queue_length 1; send_timeout 500;");
    const Deadline deadline;
    while (server_->closedLines().empty() && !deadline.passed()) ASSERT_NO_FATAL_FAILURE(sendGroup());
    EXPECT_THAT(server_->closedLines("closed: the player took nothing for the send timeout"), testing::SizeIs(1));
    sendGroup();
    server_->stop();
}

} // namespace
} // namespace hookcast::integration
