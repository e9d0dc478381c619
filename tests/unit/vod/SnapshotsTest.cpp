#include "vod/Snapshots.h"

#include "base/Log.h"
#include "unit/support/Event.h"
#include "unit/support/FakeClock.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace hookcast::vod {
namespace {

using Outcome = control::Snapshot::Outcome;
using testing::Each;

const hooks::StreamKey kKey{"v.com", "live", "show"};

media::FramePtr brokenKeyframe() {
    auto frame = std::make_shared<media::Frame>();
    frame->kind = media::FrameKind::Video;
    frame->role = media::FrameRole::Keyframe;
    frame->body = {0x17, 1, 0, 0, 0, 'n', 'o', 'i', 's', 'e'};
    return frame;
}

class SnapshotsTest : public testing::Test {
  protected:
    void take(const hooks::StreamKey& key = kKey) {
        snapshots_.take(key, [this](const control::Snapshot& snapshot) {
            {
                const std::lock_guard lock(mutex_);
                outcomes_.push_back(snapshot.outcome);
            }
            told_.happen();
        });
    }

    support::FakeClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    std::mutex mutex_;
    std::vector<Outcome> outcomes_;
    support::Event told_;
    support::Event mayLook_;
    std::atomic<int> looks_{0};
    std::optional<Snapshots::Picture> picture_;
    Snapshots snapshots_{[this](const hooks::StreamKey&) {
                             ++looks_;
                             EXPECT_TRUE(mayLook_.wait());
                             return picture_;
                         },
                         clock_, log_};
};

TEST_F(SnapshotsTest, WhoAsksWhileOneIsMadeGetsTheSame) {
    for (int i = 0; i < 5; ++i) take();
    mayLook_.happen();
    ASSERT_TRUE(told_.wait(5));
    EXPECT_EQ(looks_, 1);
    EXPECT_THAT(outcomes_, Each(Outcome::None));
}

TEST_F(SnapshotsTest, OneIsKeptForASecond) {
    mayLook_.happen();
    take();
    ASSERT_TRUE(told_.wait(1));
    clock_.advanceMs(Snapshots::kFreshMs - 1);
    take();
    ASSERT_TRUE(told_.wait(2));
    EXPECT_EQ(looks_, 1);
    clock_.advanceMs(1);
    take();
    ASSERT_TRUE(told_.wait(3));
    EXPECT_EQ(looks_, 2);
}

TEST_F(SnapshotsTest, StreamsHaveTheirOwn) {
    mayLook_.happen();
    take();
    take({"v.com", "live", "other"});
    ASSERT_TRUE(told_.wait(2));
    EXPECT_EQ(looks_, 2);
}

TEST_F(SnapshotsTest, WhatCannotBeDecodedIsBrokenAndKeptToo) {
    picture_ = Snapshots::Picture{nullptr, brokenKeyframe()};
    mayLook_.happen();
    for (int i = 0; i < 3; ++i) {
        take();
        ASSERT_TRUE(told_.wait(static_cast<std::size_t>(i) + 1));
    }
    EXPECT_EQ(looks_, 1);
    EXPECT_THAT(outcomes_, Each(Outcome::Broken));
}

} // namespace
} // namespace hookcast::vod
