#include "hls/HeldFrames.h"

#include "unit/hls/DiskSegments.h"
#include "unit/support/FakeClock.h"
#include "unit/support/HookGate.h"
#include "unit/support/LoopRunner.h"

#include <gtest/gtest.h>

namespace hookcast::hls {
namespace {

/// `ab|` for the frames `a` and `b`, and the end.
class Written final : public hub::FrameSink {
  public:
    explicit Written(std::string& text) : text_(text) {}
    void onFrame(const media::FramePtr& frame) override { text_ += static_cast<char>(frame->body.at(0)); }
    void onEnd() override { text_ += '|'; }

  private:
    std::string& text_;
};

class HeldFramesTest : public ::testing::Test {
  protected:
    HeldFramesTest() {
        auto published = std::make_shared<hub::PublishedStream>();
        published->key = diskKeyOfStream();
        published->opening = support::someEvent(hooks::HookAction::Publish);
        runner_.run([&] {
            held_ = std::make_shared<HeldFrames>(runner_.loop(), stream_, published, [this](bool hasEnded) {
                endedBefore_ = hasEnded;
                return std::make_shared<Written>(text_);
            });
            held_->start();
        });
    }
    ~HeldFramesTest() override {
        runner_.run([this] { held_.reset(); });
    }

    void take(char letter, std::size_t bytes = 1) {
        auto frame = std::make_shared<media::Frame>();
        frame->body.assign(bytes, static_cast<std::uint8_t>(letter));
        runner_.run([&] { held_->onFrame(frame); });
    }
    void end() {
        runner_.run([this] { held_->onEnd(); });
    }
    void release(const std::shared_ptr<const RecoveredStream>& recovered = nullptr) {
        runner_.run([&] { held_->release(recovered); });
    }
    std::string text() {
        return runner_.run([this] { return text_; });
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    StreamPtr stream_ =
        std::make_shared<Stream>(diskKeyOfStream(), std::make_shared<config::VhostConfig>(), SegmentWindow::Limits{});
    std::string text_;
    bool endedBefore_ = false;
    std::shared_ptr<HeldFrames> held_;
};

TEST_F(HeldFramesTest, PassOnceItIsKnownWithWhatTheyGoOn) {
    take('a');
    take('b');
    EXPECT_EQ(text(), "");
    auto recovered = std::make_shared<RecoveredStream>();
    recovered->nextSequence = 42;
    recovered->discontinuities = 3;
    recovered->targetDurationMs = 7000;
    release(recovered);
    EXPECT_EQ(stream_->window().nextSequence(), 42U);
    EXPECT_EQ(stream_->window().discontinuities(), 3U);
    EXPECT_EQ(stream_->window().view()->targetDurationMs, 7000);
    take('c');
    end();
    EXPECT_EQ(text(), "abc|");
    EXPECT_FALSE(endedBefore_);
}

TEST_F(HeldFramesTest, WaitForNoDiskThatHangs) {
    take('a');
    clock_.advanceMs(HeldFrames::kMostWaitMs);
    runner_.settle();
    EXPECT_EQ(text(), "a");
    auto late = std::make_shared<RecoveredStream>();
    late->nextSequence = 42;
    release(late);
    EXPECT_EQ(stream_->window().nextSequence(), 0U) << "the numbers that it has begun with";
    take('b');
    EXPECT_EQ(text(), "ab");
}

TEST_F(HeldFramesTest, AreNoMoreThanTheirBound) {
    take('a', HeldFrames::kMostHeldBytes);
    EXPECT_EQ(text(), "a");
}

TEST_F(HeldFramesTest, OfAPublicationThatHasEndedPassLater) {
    take('a');
    end();
    EXPECT_EQ(text(), "");
    release();
    EXPECT_EQ(text(), "a|");
    EXPECT_TRUE(endedBefore_);
}

} // namespace
} // namespace hookcast::hls
