#include "outputs/Recorder.h"

#include "unit/support/AfterUnlock.h"
#include "unit/support/Event.h"
#include "unit/support/HookGate.h"
#include "unit/support/RecordedFrames.h"
#include "unit/support/TempDir.h"
#include "unit/support/TestEvents.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::outputs {
namespace {

using support::audio;
using support::metadata;
using support::tagsOf;
using support::video;
using support::videoConfig;

/// A disk that does nothing until the test lets it, behind a queue of 1,000 bytes: nine pictures of 105 bytes.
class RecorderTest : public testing::Test {
  protected:
    RecorderTest() {
        writing_.post([stalled = stalled_.get_future().share()] { stalled.wait(); });
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->dvr.enabled = true;
        vhost->dvr.path = folder_.file("[stream].flv");
        stream_->key = {"v", "live", "one"};
        stream_->vhost = vhost;
        stream_->opening = support::someEvent(hooks::HookAction::Publish);
        stream_->figures = std::make_shared<hub::StreamFigures>();
        gate_.runner.run([&] {
            recorder_ = std::make_shared<Recorder>(context_, gate_.runner.loop(), stream_, [this] { done_.happen(); });
        });
    }
    ~RecorderTest() override {
        release();
        gate_.runner.run([this] { recorder_.reset(); });
    }

    void release() {
        if (!std::exchange(released_, true)) stalled_.set_value();
    }

    void take(const media::FramePtr& frame) {
        gate_.runner.run([&] { recorder_->onFrame(frame); });
    }

    /// Lets the disk go on, and returns when it has taken all that waited.
    void releaseAndWait() {
        release();
        support::Event taken;
        writing_.post([&taken] { taken.happen(); });
        ASSERT_TRUE(taken.wait());
    }
    void end() {
        release();
        gate_.runner.run([this] { recorder_->onEnd(); });
        ASSERT_TRUE(done_.wait());
    }

    /// The times of the recorded pictures, codec headers aside.
    std::vector<std::uint32_t> pictures() const {
        std::vector<std::uint32_t> times;
        for (const support::Tag& tag : tagsOf(folder_.file("one.flv")))
            if (tag.type == 9 && tag.sizeBytes > 100) times.push_back(tag.timeMs);
        return times;
    }

    support::TempDir folder_;
    support::HookGate gate_;
    support::TestEvents events_;
    std::promise<void> stalled_;
    bool released_ = false;
    support::LoopEvent done_{gate_.runner};
    std::shared_ptr<hub::PublishedStream> stream_ = std::make_shared<hub::PublishedStream>();
    base::WorkerThread finishing_{gate_.log, "dvr"};
    base::WorkerThread writing_{gate_.log, "dvr"};
    RecorderContext context_{gate_.admission, events_, gate_.log, writing_, finishing_, 1000, "/srv/media", {}};
    std::shared_ptr<Recorder> recorder_;
};

TEST_F(RecorderTest, WhatDoesNotFitIsLeftOutUpToAKeyframe) {
    take(metadata(media::Codec::Avc, media::Codec::None));
    take(videoConfig());
    for (int i = 0; i < 20; ++i) take(video(40 * i, i == 0));
    releaseAndWait();
    for (int i = 20; i < 25; ++i) take(video(40 * i, false)); // the disk is free again, but these lack what came before
    for (int i = 25; i < 28; ++i) take(video(40 * i, i == 25));
    end();
    const std::vector<std::uint32_t> recorded = pictures();
    ASSERT_GT(recorded.size(), 4U);
    EXPECT_LT(recorded.size(), 13U);
    EXPECT_EQ(recorded.at(0), 0U);
    EXPECT_EQ(recorded.at(1), 40U);
    EXPECT_THAT(recorded, testing::IsSupersetOf({1000U, 1040U, 1080U}));
    EXPECT_THAT(recorded, testing::Not(testing::Contains(testing::AllOf(testing::Ge(800U), testing::Lt(1000U)))));
}

TEST_F(RecorderTest, WhatIsLeftOutIsCounted) {
    take(videoConfig());
    for (int i = 0; i < 30; ++i) take(video(40 * i, i == 0));
    end();
    EXPECT_EQ(context_.framesLeftOut, 30 - pictures().size());
}

TEST_F(RecorderTest, HeadersOverATooSmallQueueStay) {
    take(videoConfig());
    for (int i = 0; i < 12; ++i) take(video(40 * i, i == 0));
    take(videoConfig(2));
    end();
    const auto tags = tagsOf(folder_.file("one.flv"));
    EXPECT_EQ(std::count_if(tags.begin(), tags.end(),
                            [](const support::Tag& tag) { return tag.type == 9 && tag.sizeBytes < 100; }),
              2);
}

TEST_F(RecorderTest, AFloodOfHeadersEndsAtTwiceTheQueue) {
    const std::size_t headerBytes = videoConfig()->body.size();
    const std::size_t flood = 10 * 1000 / headerBytes;
    std::vector<std::weak_ptr<const media::Frame>> headers;
    for (std::size_t i = 0; i < flood; ++i) {
        const media::FramePtr header = videoConfig();
        headers.push_back(header);
        take(header);
    }
    const auto kept =
        std::count_if(headers.begin(), headers.end(), [](const auto& header) { return !header.expired(); });
    EXPECT_EQ(static_cast<std::size_t>(kept), 2 * 1000 / headerBytes);
    end();
}

TEST_F(RecorderTest, SoundAloneGoesOnAsSoonAsThereIsRoom) {
    for (int i = 0; i < 60; ++i) take(audio(20 * i));
    releaseAndWait();
    take(audio(2000));
    end();
    const auto tags = tagsOf(folder_.file("one.flv"));
    ASSERT_FALSE(tags.empty());
    EXPECT_EQ(tags.back().timeMs, 2000U);
    EXPECT_LT(tags.size(), 61U);
}

TEST_F(RecorderTest, TheEndIsToldOnceEverythingIsWritten) {
    take(videoConfig());
    take(video(0, true));
    take(video(40, false));
    end();
    EXPECT_EQ(events_.names(), "stream:dvr");
    EXPECT_EQ(pictures(), (std::vector<std::uint32_t>{0, 40}));
}

/// The publisher leaves while the disk's thread is at work: after any step that it makes with the lock.
TEST_F(RecorderTest, ARecordingEndsOnceWhereverTheDiskIsAtThen) {
    constexpr int kSteps = 12;
    release();
    for (int step = 1; step <= kSteps; ++step) {
        std::shared_ptr<Recorder> recorder;
        support::LoopEvent done(gate_.runner);
        bool isEnded = false;
        gate_.runner.run([&] {
            recorder = std::make_shared<Recorder>(context_, gate_.runner.loop(), stream_, [&done] { done.happen(); });
            recorder->onFrame(videoConfig());
        });
        const auto end = [&] {
            isEnded = true;
            gate_.runner.run([&recorder] { recorder->onEnd(); });
        };
        support::Event idle;
        std::promise<void> ready;
        writing_.post([&] {
            ready.get_future().wait();
            support::AfterUnlock::ofThread() = {step, end};
        });
        gate_.runner.run([&] { recorder->onFrame(videoConfig(2)); });
        ready.set_value();
        writing_.post([&] {
            support::AfterUnlock::ofThread() = {};
            idle.happen();
        });
        ASSERT_TRUE(idle.wait());
        if (!isEnded) end();
        ASSERT_TRUE(done.wait());
        for (base::WorkerThread* const worker : {&writing_, &finishing_}) {
            support::Event passed;
            worker->post([&passed] { passed.happen(); });
            ASSERT_TRUE(passed.wait());
        }
        gate_.runner.settle();
        EXPECT_EQ(done.times(), 1U) << "after step " << step;
        gate_.runner.run([&recorder] { recorder.reset(); });
    }
}

} // namespace
} // namespace hookcast::outputs
