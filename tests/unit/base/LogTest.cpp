#include "base/Log.h"

#include "unit/base/FullDisk.h"
#include "unit/support/Event.h"
#include "unit/support/TempDir.h"

#include <Poco/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
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

/// A reader that hangs: of the first line that is longer than it can hold a part waits until the test lets it go.
class StuckTerminal {
  public:
    StuckTerminal() {
        EXPECT_EQ(::mkfifo(place().c_str(), 0600), 0);
        reader_ = ::open(place().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        EXPECT_EQ(::fcntl(reader_, F_SETPIPE_SZ, kHolds), kHolds);
    }
    ~StuckTerminal() {
        if (reading_.joinable()) reading_.join();
        ::close(reader_);
    }
    StuckTerminal(const StuckTerminal&) = delete;
    StuckTerminal& operator=(const StuckTerminal&) = delete;

    static constexpr int kHolds = 4096;

    Event line;

    std::string place() const { return folder_.file("terminal"); }

    /// Waits for the log's thread to hang.
    bool isStuck() const {
        pollfd watched{reader_, POLLIN, 0};
        return ::poll(&watched, 1, static_cast<int>(support::kPatienceMs)) == 1;
    }

    void release() {
        ::fcntl(reader_, F_SETFL, 0);
        reading_ = std::thread([this] {
            std::array<char, kHolds> part{};
            for (ssize_t size = 0; (size = ::read(reader_, part.data(), part.size())) > 0;) {
                const std::string_view read(part.data(), static_cast<std::size_t>(size));
                text_ += read;
                for (auto ends = std::ranges::count(read, '\n'); ends > 0; --ends) line.happen();
            }
        });
    }

    /// Once the log has ended.
    const std::string& text() {
        reading_.join();
        return text_;
    }

  private:
    const TempDir folder_;
    int reader_ = -1;
    std::thread reading_;
    std::string text_;
};

const std::string kLong(2 * StuckTerminal::kHolds, '.');

std::size_t countOf(const std::vector<std::string>& lines, std::string_view end) {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [end](const std::string& line) { return line.ends_with(end); }));
}

/// The number of lines that are told to be lost.
std::size_t toldIn(const std::vector<std::string>& lines) {
    constexpr std::string_view kWho = "[error][log] ";
    std::size_t told = 0;
    for (const std::string& line : lines)
        if (const std::size_t at = line.find(kWho); at != std::string::npos && line.ends_with(": File too large"))
            told += std::stoul(line.substr(at + kWho.size()));
    return told;
}

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

TEST(Log, IsWrittenAgainAsSoonAsItsFileMayGrowAndTellsHowManyLinesAreMissing) {
    const TempDir folder;
    const std::string file = folder.file("log");
    std::size_t logged = 0;
    {
        Log log(LogLevel::Trace, file);
        const auto whileItIsFull = [&] {
            const FullDisk disk(std::filesystem::file_size(file) + 10);
            for (int i = 0; i < 20; ++i, ++logged) log.trace("test", "a line");
            std::this_thread::yield();
        };
        for (const auto until = std::chrono::steady_clock::now() + kPatience; toldIn(linesOf(file)) == 0;) {
            ASSERT_LT(std::chrono::steady_clock::now(), until);
            whileItIsFull();
            log.trace("test", "a line");
            ++logged;
        }
        whileItIsFull();
    }
    const std::vector<std::string> lines = linesOf(file);
    EXPECT_EQ(countOf(lines, "][trace][test] a line") + toldIn(lines), logged);
    for (const std::string& line : lines) EXPECT_LE(std::ranges::count(line, ']'), 3) << "two in one: " << line;
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
        Log log(LogLevel::Trace, terminal.place(), 10);
        log.trace("x", "stuck {}", kLong);
        ASSERT_TRUE(terminal.isStuck());
        for (int i = 0; i < 15; ++i) log.trace("x", "line {}", i);
        terminal.release();
    }
    const std::string& text = terminal.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
    EXPECT_NE(text.find("line 9\n"), std::string::npos);
    EXPECT_EQ(text.find("line 10\n"), std::string::npos) << text;
}

TEST(Log, SaysHowManyLinesItDropped) {
    StuckTerminal terminal;
    {
        Log log(LogLevel::Trace, terminal.place(), 1);
        log.trace("x", "stuck {}", kLong);
        ASSERT_TRUE(terminal.isStuck());
        log.trace("x", "queued");
        for (int i = 0; i < 7; ++i) log.trace("x", "dropped");
        terminal.release();
        ASSERT_TRUE(terminal.line.wait(2)) << "then the queue is empty";
        log.trace("x", "later");
    }
    EXPECT_THAT(terminal.text(), testing::HasSubstr("[warn][log] Dropped 7 messages"));
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
