#include "net/Watch.h"

#include "net/Descriptor.h"
#include "unit/net/TurnCounter.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::net {
namespace {

using Event = Watch::Event;
constexpr Watch::Interest kToRead{true, false};
constexpr Watch::Interest kToWrite{false, true};

/// Two ends that do not block: what is written to `far` can be read from `near`.
struct Ends {
    int near = -1;
    int far = -1;

    static Ends ofSockets() {
        std::array<int, 2> fds{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) != 0)
            throw std::runtime_error("socketpair");
        return {fds[0], fds[1]};
    }
    static Ends ofPipe() {
        std::array<int, 2> fds{};
        if (::pipe2(fds.data(), O_NONBLOCK | O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        return {fds[0], fds[1]};
    }

    void say(std::string_view text) const { EXPECT_EQ(::write(far, text.data(), text.size()), std::ssize(text)); }
    std::string read() const {
        std::array<char, 100> buffer{};
        const ssize_t size = ::read(near, buffer.data(), buffer.size());
        return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    }
    void hangUp() { ::close(std::exchange(far, -1)); }
    void close() {
        if (near >= 0) ::close(std::exchange(near, -1));
        if (far >= 0) hangUp();
    }
};

class WatchTest : public ::testing::Test {
  protected:
    ~WatchTest() override {
        // Callbacks first: they may own watches.
        runner_.run([this] {
            watch_.end();
            other_.end();
        });
        for (Ends& ends : opened_) ends.close();
    }

    Ends& open(Ends ends) {
        opened_.reserve(10); // references stay
        return opened_.emplace_back(ends);
    }

    /// Remembers what it is told.
    Watch::OnEvent noting() {
        return [this](Event event) { told_.push_back(event); };
    }
    Watch watchFor(const Ends& ends, Watch::Interest interest, Watch::OnEvent onEvent) {
        return runner_.loop().watch(ends.near, interest, std::move(onEvent));
    }
    void begin(const Ends& ends, Watch::Interest interest) {
        runner_.run([&] { watch_ = watchFor(ends, interest, noting()); });
    }

    /// What was told before is forgotten.
    void want(Watch::Interest interest) {
        runner_.run([&] {
            watch_.want(interest);
            told_.clear();
        });
    }

    /// What has been told since the last time.
    std::vector<Event> told() {
        runner_.settle();
        return runner_.run([this] { return std::exchange(told_, {}); });
    }

    AskedClock clock_;
    support::LoopRunner runner_{clock_};
    std::vector<Ends> opened_;
    std::vector<Event> told_;
    Watch watch_;
    Watch other_;
};

TEST_F(WatchTest, TellsForAsLongAsItLasts) {
    const Ends& ends = open(Ends::ofSockets());
    begin(ends, kToRead);
    EXPECT_TRUE(told().empty());
    ends.say("x");
    EXPECT_GT(told().size(), 1U) << "nobody reads";
    runner_.run([&] { ends.read(); });
    told();
    EXPECT_TRUE(told().empty());
}

TEST_F(WatchTest, TellsWhatIsWantedAndWaitsForNothingElse) {
    const Ends& ends = open(Ends::ofSockets());
    begin(ends, kToWrite);
    ends.say("x");
    for (const Event event : told()) EXPECT_EQ(event, Event::Writable);
    want(kToRead);
    for (const Event event : told()) EXPECT_EQ(event, Event::Readable);
    want({});
    EXPECT_TRUE(isAtRest(runner_, clock_));
    EXPECT_TRUE(told().empty());
    want({true, true});
    const std::vector<Event> both = told();
    EXPECT_NE(std::find(both.begin(), both.end(), Event::Readable), both.end());
    EXPECT_NE(std::find(both.begin(), both.end(), Event::Writable), both.end());
}

TEST_F(WatchTest, MayWantNothingAtFirst) {
    const Ends& ends = open(Ends::ofSockets());
    begin(ends, {});
    ends.say("x");
    EXPECT_TRUE(told().empty());
    EXPECT_TRUE(isAtRest(runner_, clock_));
    want(kToRead);
    EXPECT_FALSE(told().empty());
}

TEST_F(WatchTest, WhatIsNotWantedAnyMoreIsNotToldInTheSameRoundEither) {
    const Ends& ends = open(Ends::ofSockets());
    ends.say("x");
    runner_.run([&] {
        watch_ = watchFor(ends, {true, true}, [&](Event event) {
            told_.push_back(event);
            watch_.want({});
        });
    });
    EXPECT_EQ(told(), std::vector{Event::Readable});
}

TEST_F(WatchTest, AHangUpCanBeReadAfterWhatCameBefore) {
    for (const bool isPipe : {false, true}) {
        Ends& ends = open(isPipe ? Ends::ofPipe() : Ends::ofSockets());
        std::string heard;
        support::LoopEvent atEnd(runner_);
        runner_.run([&] {
            watch_ = watchFor(ends, kToRead, [&](Event event) {
                EXPECT_EQ(event, Event::Readable);
                const std::string text = ends.read();
                heard += text;
                if (!text.empty()) return;
                watch_.end();
                atEnd.happen();
            });
        });
        ends.say("the last words");
        ends.hangUp();
        ASSERT_TRUE(atEnd.wait()) << isPipe;
        EXPECT_EQ(heard, "the last words");
    }
}

TEST_F(WatchTest, AHangUpIsAFailureToWhomDoesNotRead) {
    for (const bool isPipe : {false, true}) {
        Ends& ends = open(isPipe ? Ends::ofPipe() : Ends::ofSockets());
        support::LoopEvent failed(runner_);
        runner_.run([&] {
            watch_ = watchFor(ends, {}, [&](Event event) {
                EXPECT_EQ(event, Event::Failed);
                watch_.end();
                failed.happen();
            });
        });
        EXPECT_EQ(failed.times(), 0U);
        ends.hangUp();
        ASSERT_TRUE(failed.wait()) << isPipe;
        EXPECT_TRUE(isAtRest(runner_, clock_));
    }
}

TEST_F(WatchTest, AnErrorIsAFailureToEverybody) {
    Ends& ends = open(Ends::ofPipe());
    support::LoopEvent failed(runner_);
    runner_.run([&] {
        watch_ = runner_.loop().watch(ends.far, {}, [&](Event event) {
            EXPECT_EQ(event, Event::Failed) << "nobody is left to read what would be written";
            watch_.end();
            failed.happen();
        });
    });
    ::close(std::exchange(ends.near, -1));
    ASSERT_TRUE(failed.wait());
}

TEST_F(WatchTest, MayEndItselfAndKeepsWhatItsCallbackHoldsUntilThatIsOver) {
    const Ends& ends = open(Ends::ofSockets());
    ends.say("x");
    auto held = std::make_shared<std::string>("held");
    const std::weak_ptr<std::string> weak = held;
    runner_.run([&, held = std::move(held)]() mutable {
        watch_ = watchFor(ends, {true, true}, [this, held = std::move(held)](Event event) {
            told_.push_back(event);
            watch_ = Watch();
            EXPECT_EQ(*held, "held");
        });
    });
    EXPECT_EQ(told(), std::vector{Event::Readable});
    EXPECT_TRUE(weak.expired());
    EXPECT_TRUE(isAtRest(runner_, clock_));
}

TEST_F(WatchTest, MayCloseItsDescriptorAndEndAfterwards) {
    Ends& ends = open(Ends::ofSockets());
    ends.say("x");
    runner_.run([&] {
        watch_ = watchFor(ends, {true, true}, [&](Event event) {
            told_.push_back(event);
            ::close(std::exchange(ends.near, -1));
            watch_.end();
        });
    });
    EXPECT_EQ(told(), std::vector{Event::Readable});
    EXPECT_TRUE(isAtRest(runner_, clock_));
}

TEST_F(WatchTest, OneThatAnotherEndsInTheSameRoundIsNotTold) {
    const Ends& one = open(Ends::ofSockets());
    const Ends& two = open(Ends::ofSockets());
    runner_.run([&] {
        one.say("x");
        two.say("x");
        watch_ = watchFor(one, kToRead, [&](Event event) {
            told_.push_back(event);
            watch_.want({});
            other_ = Watch();
        });
        other_ = watchFor(two, kToRead, [&](Event event) {
            told_.push_back(event);
            other_.want({});
            watch_ = Watch();
        });
    });
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(WatchTest, WhatHappenedToADescriptorIsNotToldToTheNextOneOfThatNumber) {
    Ends& one = open(Ends::ofSockets());
    Ends& two = open(Ends::ofSockets());
    const Ends& next = open(Ends::ofSockets());
    std::vector<Event> toldNext;
    const auto replace = [&](Ends& ends, Watch& watch) {
        watch.end();
        ASSERT_EQ(::dup3(next.near, ends.near, O_CLOEXEC), ends.near);
        watch = watchFor(ends, kToRead, [&](Event event) { toldNext.push_back(event); });
    };
    runner_.run([&] {
        one.say("x");
        two.say("x");
        watch_ = watchFor(one, kToRead, [&](Event /*event*/) {
            watch_.want({});
            replace(two, other_);
        });
        other_ = watchFor(two, kToRead, [&](Event /*event*/) {
            other_.want({});
            replace(one, watch_);
        });
    });
    runner_.settle();
    EXPECT_EQ(runner_.run([&] { return toldNext.size(); }), 0U);
    next.say("x");
    runner_.settle();
    runner_.run([&] {
        EXPECT_GT(toldNext.size(), 0U);
        watch_.end();
        other_.end();
    });
}

TEST_F(WatchTest, TheEndOfOneWhoseDescriptorWasClosedDoesNotHurtTheNextOneOfThatNumber) {
    Ends& first = open(Ends::ofSockets());
    const Ends& next = open(Ends::ofSockets());
    begin(first, {true, true});
    runner_.run([&] {
        ASSERT_EQ(::dup3(next.near, first.near, O_CLOEXEC), first.near);
        other_ = watchFor(first, kToRead, noting());
        watch_.want(kToRead);
        watch_.end();
    });
    told();
    EXPECT_TRUE(isAtRest(runner_, clock_));
    next.say("x");
    EXPECT_FALSE(told().empty());
    runner_.run([&] { other_.end(); });
    told();
    EXPECT_TRUE(told().empty());
    EXPECT_TRUE(isAtRest(runner_, clock_));
}

TEST_F(WatchTest, WhatItsCallbackThrowsIsLoggedAndItGoesOn) {
    const support::TempDir dir;
    auto log = std::make_unique<base::Log>(base::LogLevel::Error, dir.file("log"));
    auto runner = std::make_unique<support::LoopRunner>(clock_, *log);
    const Ends& ends = open(Ends::ofSockets());
    ends.say("x");
    std::size_t times = 0;
    Watch watch;
    support::LoopEvent twice(*runner);
    runner->run([&] {
        watch = runner->loop().watch(ends.near, kToRead, [&](Event /*event*/) {
            if (++times == 1) throw std::runtime_error("a slip");
            if (times == 2) throw 2; // NOLINT(hicpp-exception-baseclass)
            watch.end();
            twice.happen();
        });
    });
    ASSERT_TRUE(twice.wait());
    runner.reset();
    log.reset();
    EXPECT_NE(support::contentOf(dir.file("log")).find("a slip"), std::string::npos);
}

TEST_F(WatchTest, WhatCannotBeWatchedIsRefusedAndLeavesNothingBehind) {
    const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open");
    runner_.run([&] {
        EXPECT_THROW(static_cast<void>(runner_.loop().watch(file.get(), kToRead, noting())), std::exception);
        EXPECT_THROW(static_cast<void>(runner_.loop().watch(file.get(), {}, noting())), std::exception);
        EXPECT_THROW(static_cast<void>(runner_.loop().watch(-1, kToRead, noting())), std::exception);
    });
    EXPECT_TRUE(isAtRest(runner_, clock_));
    const Ends& ends = open(Ends::ofSockets());
    begin(ends, kToRead);
    ends.say("x");
    EXPECT_FALSE(told().empty());
}

TEST_F(WatchTest, AnotherOneTakesItsPlace) {
    const Ends& one = open(Ends::ofSockets());
    const Ends& two = open(Ends::ofSockets());
    begin(one, kToRead);
    runner_.run([&] {
        other_ = watchFor(two, kToRead, noting());
        watch_ = std::move(other_);
        EXPECT_TRUE(watch_.isOn());
        EXPECT_FALSE(other_.isOn()); // NOLINT(bugprone-use-after-move)
    });
    one.say("x");
    EXPECT_TRUE(told().empty());
    two.say("x");
    EXPECT_FALSE(told().empty());
}

TEST_F(WatchTest, TheEndOfTheLoopIsNoEvent) {
    const Ends& ends = open(Ends::ofSockets());
    support::LoopRunner runner(clock_);
    Watch watch;
    runner.run([&] { watch = runner.loop().watch(ends.near, kToRead, noting()); });
    runner.stop();
    EXPECT_TRUE(told_.empty());
    watch.end();
}

} // namespace
} // namespace hookcast::net
