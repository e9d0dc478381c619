#include "rtsp/SecureOutbox.h"

#include "rtp/TrackEncoder.h"
#include "srtp/Inbound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace hookcast::rtsp {
namespace {

using base::Bytes;

/// A frame of the log with a packet of so many bytes behind its header.
Bytes frameOf(std::uint8_t channel, std::uint8_t sequence, std::size_t payloadBytes) {
    Bytes packet = {0x80, 96, 0, sequence, 0, 0, 0, 0, 1, 2, 3, 4};
    packet.resize(packet.size() + payloadBytes, sequence);
    Bytes frame;
    rtp::appendInterleaved(channel, packet, frame);
    return frame;
}

class SecureOutboxTest : public testing::Test {
  protected:
    bool add(const Bytes& frame) {
        const iovec range{const_cast<std::uint8_t*>(frame.data()), frame.size()};
        rtp::FrameCursor cursor({&range, 1});
        return outbox_.add(*cursor.next(), *sender_);
    }

    /// The packet of the frame that is pending first, opened; it leaves.
    Bytes next() {
        const iovec pending = outbox_.pending();
        rtp::FrameCursor cursor({&pending, 1});
        const auto frame = cursor.next();
        EXPECT_TRUE(frame);
        const iovec& piece = frame->pieces[0];
        const auto opened = receiver_->rtp({static_cast<const std::uint8_t*>(piece.iov_base), piece.iov_len});
        EXPECT_TRUE(opened);
        const Bytes packet = opened ? Bytes(opened->begin(), opened->end()) : Bytes();
        outbox_.consume(frame->sizeBytes);
        return packet;
    }

    std::unique_ptr<srtp::Outbound> sender_ = srtp::Outbound::make({}).take();
    std::unique_ptr<srtp::Inbound> receiver_ = srtp::Inbound::make({}).take();
    SecureOutbox outbox_;
};

TEST_F(SecureOutboxTest, HoldsWhatIsProtectedUntilItHasLeft) {
    EXPECT_TRUE(outbox_.isEmpty());
    EXPECT_TRUE(add(frameOf(0, 1, 100)));
    EXPECT_TRUE(add(frameOf(0, 2, 200)));
    EXPECT_EQ(next().back(), 1);
    EXPECT_EQ(next().size(), 212U);
    EXPECT_TRUE(outbox_.isEmpty());
}

TEST_F(SecureOutboxTest, TakesNoMoreThanASystemCallsWorth) {
    std::uint8_t taken = 0;
    while (add(frameOf(0, static_cast<std::uint8_t>(taken + 1), 1000))) ++taken;
    EXPECT_EQ(taken, SecureOutbox::kUsualBytes / 1026);
    EXPECT_FALSE(outbox_.add(Bytes(1000, 'R')));
    // What it did not take has not been protected, and comes again.
    for (std::uint8_t i = 1; i <= taken; ++i) EXPECT_EQ(next().back(), i);
    EXPECT_TRUE(add(frameOf(0, static_cast<std::uint8_t>(taken + 1), 1000)));
    EXPECT_EQ(next().back(), taken + 1);
}

TEST_F(SecureOutboxTest, ALongPacketHasItToItself) {
    EXPECT_TRUE(add(frameOf(0, 1, 100)));
    EXPECT_FALSE(add(frameOf(0, 2, 60'000)));
    next();
    EXPECT_TRUE(add(frameOf(0, 2, 60'000)));
    EXPECT_EQ(next().size(), 60'012U);
}

/// With what SRTP adds its frame could not say its length.
TEST_F(SecureOutboxTest, APacketThatIsTooLongIsLeftOut) {
    EXPECT_TRUE(add(frameOf(0, 1, 65'535 - 12)));
    EXPECT_TRUE(outbox_.isEmpty());
}

TEST_F(SecureOutboxTest, RepliesStandBetweenFrames) {
    const Bytes reply = {'R', 'T', 'S', 'P'};
    EXPECT_TRUE(add(frameOf(0, 1, 100)));
    EXPECT_TRUE(outbox_.add(reply));
    next();
    EXPECT_EQ(outbox_.take(), reply);
    EXPECT_TRUE(outbox_.isEmpty());
}

} // namespace
} // namespace hookcast::rtsp
