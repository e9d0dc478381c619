#include "unit/hub/WriterBench.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hub {
namespace {

using media::FrameKind;
using media::FrameRole;

/// When what has been written leaves.
class StreamWriterFlushTest : public StreamWriterTest {
  protected:
    /// The first picture has left, and a period has begun.
    void begin(const std::unique_ptr<Player>& player) {
        key(0, "K");
        gate_.runner.settle();
        EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
    }
};

TEST_F(StreamWriterFlushTest, TheFirstPictureDoesNotWait) {
    open();
    const auto player = this->player(format_);
    audio(0, "a");
    gate_.runner.settle();
    key(10, "K");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<a@0><K@10>");
    key(50, "K");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "");
}

TEST_F(StreamWriterFlushTest, FlushesOncePerMwLatency) {
    open();
    const auto player = this->player(format_);
    begin(player);
    gate_.pass(350);
    video(40, "v");
    gate_.pass(349);
    EXPECT_EQ(player->got(), "");
    video(80, "v");
    gate_.pass(1);
    EXPECT_EQ(player->got(), "<v@40><v@80>");
    EXPECT_EQ(gate_.runner.run([&] { return player->subscriber.writes; }), 3U) << "the preamble and two batches";
    video(120, "v");
    gate_.pass(349);
    EXPECT_EQ(player->got(), "");
    gate_.pass(1);
    EXPECT_EQ(player->got(), "<v@120>");
}

TEST_F(StreamWriterFlushTest, FewMessagesWaitForMoreWhenMwLatencyHasPassed) {
    vhost_.play.mwMessages = 3;
    open();
    const auto player = this->player(format_);
    begin(player);
    video(40, "u");
    video(80, "v");
    gate_.pass(350);
    EXPECT_EQ(player->got(), "");
    video(120, "w");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "<u@40><v@80><w@120>") << "there are enough";
    video(160, "x");
    video(200, "y");
    video(240, "z");
    gate_.pass(349);
    EXPECT_EQ(player->got(), "") << "a new period";
    gate_.pass(1);
    EXPECT_EQ(player->got(), "<x@160><y@200><z@240>");
}

TEST_F(StreamWriterFlushTest, FewMessagesDoNotWaitForEver) {
    vhost_.play.mwMessages = 8;
    open();
    const auto player = this->player(format_);
    begin(player);
    video(40, "v");
    gate_.pass(350);
    gate_.pass(999);
    EXPECT_EQ(player->got(), "");
    gate_.pass(1);
    EXPECT_EQ(player->got(), "<v@40>");
}

TEST_F(StreamWriterFlushTest, WithMinLatencyFewMessagesLeave) {
    vhost_.play.mwMessages = 8;
    vhost_.minLatency = true;
    open();
    const auto player = this->player(format_);
    key(0, "K");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
}

TEST_F(StreamWriterFlushTest, SendMinIntervalLiesBetweenTwoFlushes) {
    vhost_.minLatency = true;
    vhost_.play.sendMinIntervalMs = 100;
    gate_.pass(1000);
    open();
    const auto player = this->player(format_);
    key(0, "K");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
    audio(10, "a");
    gate_.pass(40);
    video(40, "v");
    gate_.pass(40);
    video(80, "w");
    gate_.pass(19);
    EXPECT_EQ(player->got(), "");
    gate_.pass(1);
    EXPECT_EQ(player->got(), "<a@10><v@40><w@80>");
    gate_.pass(100);
    video(120, "x");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "<x@120>") << "the last one is long ago";
}

TEST_F(StreamWriterFlushTest, SendMinIntervalIsThePeriodWhereItIsLonger) {
    vhost_.play.sendMinIntervalMs = 500;
    open();
    const auto player = this->player(format_);
    key(0, "K");
    gate_.pass(499);
    EXPECT_EQ(player->got(), "");
    gate_.pass(1);
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
}

TEST_F(StreamWriterFlushTest, WithoutMwLatencyWhatCameInOneReadLeavesTogether) {
    vhost_.play.mwLatencyMs = 0;
    open();
    const auto player = this->player(format_);
    gate_.runner.run([&] {
        writer_->write(FrameKind::Video, FrameRole::Keyframe, 0, {'K'});
        writer_->write(FrameKind::Video, FrameRole::Media, 40, {'v'});
        EXPECT_EQ(player->subscriber.taken, "");
    });
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0><v@40>");
    EXPECT_EQ(gate_.runner.run([&] { return player->subscriber.writes; }), 2U);
}

TEST_F(StreamWriterFlushTest, WithMinLatencyEachVideoFrameFlushes) {
    vhost_.minLatency = true;
    open();
    const auto player = this->player(format_);
    key(0, "K");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
    audio(10, "a");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "") << "audio goes with the next video frame";
    video(40, "v");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "<a@10><v@40>");
    audio(50, "a");
    gate_.pass(350);
    gate_.pass(350);
    EXPECT_EQ(player->got(), "<a@50>") << "but does not wait for ever";
}

TEST_F(StreamWriterFlushTest, WithMinLatencyAudioAloneFlushesToo) {
    vhost_.minLatency = true;
    open();
    const auto player = this->player(format_);
    audio(10, "a");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@10}<a@10>");
}

} // namespace
} // namespace hookcast::hub
