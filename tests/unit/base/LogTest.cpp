#include "base/Log.h"

#include "unit/support/Event.h"
#include "unit/support/TempDir.h"

#include <Poco/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <streambuf>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hookcast::base {
namespace {

using support::Event;
using support::kPatience;
using support::linesOf;
using support::TempDir;

/// A terminal that hangs: the first byte that is written waits until the test lets it go.
class StuckTerminal final : public std::streambuf {
  public:
    StuckTerminal() : before_(std::cout.rdbuf(this)) {}
    ~StuckTerminal() override { std::cout.rdbuf(before_); }
    StuckTerminal(const StuckTerminal&) = delete;
    StuckTerminal& operator=(const StuckTerminal&) = delete;

    Event stuck;
    Event released;
    Event line;

    std::string text() const {
        const std::lock_guard lock(mutex_);
        return text_;
    }

  private:
    int_type overflow(int_type c) override {
        const char byte = traits_type::to_char_type(c);
        xsputn(&byte, 1);
        return c;
    }

    std::streamsize xsputn(const char* bytes, std::streamsize size) override {
        if (text().empty()) {
            stuck.happen();
            if (!released.wait()) return 0;
        }
        const std::string_view written(bytes, static_cast<std::size_t>(size));
        {
            const std::lock_guard lock(mutex_);
            text_ += written;
        }
        if (written.ends_with('\n')) line.happen();
        return size;
    }

    std::streambuf* before_;
    mutable std::mutex mutex_;
    std::string text_;
};

TEST(Log, GoesOnOnceTheDiskHasRoomAgain) {
    const TempDir folder;
    const std::string file = folder.file("log");
    Log log(LogLevel::Trace, file);
    const auto isTold = [&file] {
        return std::ranges::any_of(linesOf(file), [](const std::string& line) {
            return line.find("[error][log] ") != std::string::npos &&
                   line.find(" lines could not be written") != std::string::npos;
        });
    };
    // Until one of the first has been tried before the disk is another one.
    for (const auto until = std::chrono::steady_clock::now() + kPatience; !isTold();) {
        ASSERT_LT(std::chrono::steady_clock::now(), until);
        ASSERT_TRUE(log.redirect(LogLevel::Trace, "/dev/full").ok());
        log.trace("test", "lost");
        std::this_thread::yield();
        ASSERT_TRUE(log.redirect(LogLevel::Trace, file).ok());
        log.trace("test", "written");
    }
}

TEST(Log, AppendsLinesWithTimeLevelAndSpeakerToItsFile) {
    const TempDir dir;
    const std::string file = dir.file("a.log");
    { Log(LogLevel::Trace, file).trace("rtmp-1", "first {}", 1); }
    { Log(LogLevel::Trace, file).error("rtmp-2", "second"); }
    const auto lines = linesOf(file);
    ASSERT_EQ(lines.size(), 2U) << "a second log appends to the file";
    EXPECT_THAT(lines[0],
                ::testing::MatchesRegex("\\[[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}\\]"
                                        "\\[trace\\]\\[rtmp-1\\] first 1"));
    EXPECT_TRUE(lines[1].ends_with("][error][rtmp-2] second")) << lines[1];
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
    const TempDir dir;
    const std::string file = dir.file("a.log");
    {
        Log log(LogLevel::Trace, file);
        log.verbose("x", "no");
        log.info("x", "no");
        log.trace("x", "yes");
        log.warn("x", "yes");
        log.error("x", "yes");
        EXPECT_FALSE(log.wants(LogLevel::Info));
        EXPECT_TRUE(log.wants(LogLevel::Trace));
    }
    const auto lines = linesOf(file);
    EXPECT_EQ(lines.size(), 3U);
    for (const std::string& line : lines) EXPECT_TRUE(line.ends_with(" yes")) << line;
}

TEST(Log, WritesWhatStrangersRepeatOnceAndThenItsNumber) {
    const TempDir dir;
    const std::string file = dir.file("a.log");
    {
        Log log(LogLevel::Trace, file);
        for (int i = 0; i < 100; ++i) log.about("192.0.2.1", "broken", LogLevel::Warn, "x", 0, "closed: broken");
        log.tellHeldBack(9999);
        log.tellHeldBack(10'000);
        log.tellHeldBack(Log::kAllHeldBack);
    }
    const auto lines = linesOf(file);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].ends_with("[warn][x] closed: broken")) << lines[0];
    EXPECT_TRUE(lines[1].ends_with("[warn][repeated] 99 more from 192.0.2.1: broken")) << lines[1];
}

TEST(Log, WritesAllThatStrangersRepeatForThoseWhoWantToKnow) {
    const TempDir dir;
    const std::string file = dir.file("a.log");
    {
        Log log(LogLevel::Info, file);
        for (int i = 0; i < 3; ++i) log.about("192.0.2.1", "broken", LogLevel::Warn, "x", 0, "closed: broken");
    }
    EXPECT_EQ(linesOf(file).size(), 3U);
}

TEST(Log, OfNoLevelSaysNothing) {
    const TempDir dir;
    const std::string file = dir.file("a.log");
    {
        Log log(LogLevel::None, file);
        log.error("x", "no");
        EXPECT_FALSE(log.wants(LogLevel::Error));
        EXPECT_FALSE(log.wants(LogLevel::None));
    }
    EXPECT_TRUE(linesOf(file).empty());
}

TEST(Log, WritesEverythingBeforeItDies) {
    const TempDir dir;
    const std::string file = dir.file("a.log");
    {
        Log log(LogLevel::Trace, file);
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&log, t] {
                for (int i = 0; i < 500; ++i) log.trace("thread", "{}-{}", t, i);
            });
        }
        for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(linesOf(file).size(), 2000U);
}

TEST(Log, DropsAndCountsWhatItsQueueCannotHold) {
    StuckTerminal terminal;
    {
        Log log(LogLevel::Trace, "", 10);
        log.trace("x", "stuck");
        ASSERT_TRUE(terminal.stuck.wait());
        for (int i = 0; i < 15; ++i) log.trace("x", "line {}", i);
        terminal.released.happen();
    }
    const std::string text = terminal.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
    EXPECT_NE(text.find("line 9\n"), std::string::npos);
    EXPECT_EQ(text.find("line 10\n"), std::string::npos) << text;
}

TEST(Log, SaysHowManyLinesItDropped) {
    StuckTerminal terminal;
    {
        Log log(LogLevel::Trace, "", 1);
        log.trace("x", "stuck");
        ASSERT_TRUE(terminal.stuck.wait());
        log.trace("x", "queued");
        for (int i = 0; i < 7; ++i) log.trace("x", "dropped");
        terminal.released.happen();
        ASSERT_TRUE(terminal.line.wait(2)) << "then the queue is empty";
        log.trace("x", "later");
    }
    EXPECT_NE(terminal.text().find("[warn][log] Dropped 7 messages"), std::string::npos) << terminal.text();
}

TEST(Log, GoesOnInAnotherFileAndAtAnotherLevel) {
    const TempDir folder;
    {
        Log log(LogLevel::Warn, folder.file("first"));
        log.warn("main", "one");
        ASSERT_TRUE(log.redirect(LogLevel::Trace, folder.file("second")));
        log.trace("main", "two");
    }
    // What was still in the queue may follow into the new file; nothing is lost, and nothing goes back.
    std::vector<std::string> lines = linesOf(folder.file("first"));
    const std::vector<std::string> later = linesOf(folder.file("second"));
    lines.insert(lines.end(), later.begin(), later.end());
    EXPECT_THAT(lines, testing::ElementsAre(testing::HasSubstr("one"), testing::HasSubstr("two")));
    EXPECT_THAT(later.back(), testing::HasSubstr("two"));
}

TEST(Log, StaysWhereItIsWhenTheOtherFileCannotBeOpened) {
    const TempDir folder;
    {
        Log log(LogLevel::Warn, folder.file("log"));
        const auto moved = log.redirect(LogLevel::Trace, folder.file("no/such/folder/log"));
        ASSERT_FALSE(moved);
        EXPECT_THAT(moved.error().message, testing::HasSubstr("no/such/folder/log"));
        log.trace("main", "too little");
        log.warn("main", "enough");
    }
    EXPECT_THAT(linesOf(folder.file("log")), testing::ElementsAre(testing::HasSubstr("enough")));
}

TEST(Log, OpensItsFileAnewWhenThatWasMovedAway) {
    const TempDir folder;
    {
        Log log(LogLevel::Trace, folder.file("log"));
        std::filesystem::rename(folder.file("log"), folder.file("log.1"));
        ASSERT_TRUE(log.reopen());
        log.trace("main", "after");
    }
    EXPECT_THAT(linesOf(folder.file("log")), testing::ElementsAre(testing::HasSubstr("after")));
}

TEST(Log, ThrowsWhenItsFileCannotBeOpened) {
    EXPECT_THROW(Log(LogLevel::Trace, "/nonexistent/folder/a.log"), Poco::Exception);
}

} // namespace
} // namespace hookcast::base
