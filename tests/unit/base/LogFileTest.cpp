#include "base/LogFile.h"

#include "unit/base/FullDisk.h"
#include "unit/support/TempDir.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace hookcast::base {
namespace {

using support::contentOf;
using support::TempDir;

using Log = Poco::AutoPtr<LogFile>;

Poco::Message lineOf(const std::string& text) {
    return {"test", text, Poco::Message::PRIO_INFORMATION};
}

/// errno's number; 0: the line is written.
int errorOf(Log log, const std::string& text) {
    try {
        log->log(lineOf(text));
        return 0;
    } catch (const Poco::WriteFileException& e) {
        return e.code();
    }
}

/// Standard output is this descriptor as long as it lives.
class Output {
  public:
    explicit Output(int fd) : before_(::dup(STDOUT_FILENO)) {
        std::fflush(stdout);
        ::dup2(fd, STDOUT_FILENO);
        ::close(fd);
    }
    ~Output() {
        std::fflush(stdout);
        ::dup2(before_, STDOUT_FILENO);
        ::close(before_);
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

  private:
    int before_;
};

class LogFileTest : public testing::Test {
  protected:
    const TempDir folder_;
    const std::string path_ = folder_.file("log");
};

TEST_F(LogFileTest, WritesAgainAsSoonAsThereIsRoomAndEndsTheLineThatWasCut) {
    const Log log(new LogFile(path_));
    EXPECT_EQ(errorOf(log, "first"), 0);
    {
        const FullDisk disk(10);
        EXPECT_EQ(errorOf(log, "second"), EFBIG);
        EXPECT_EQ(errorOf(log, "third"), EFBIG);
    }
    EXPECT_EQ(errorOf(log, "fourth"), 0);
    EXPECT_EQ(errorOf(log, "fifth"), 0);
    EXPECT_EQ(contentOf(path_), "first\nseco\nfourth\nfifth\n");
}

TEST_F(LogFileTest, BeginsNoLineTwiceWhereNothingWasCut) {
    const Log log(new LogFile(path_));
    EXPECT_EQ(errorOf(log, "first"), 0);
    {
        const FullDisk disk(6);
        EXPECT_EQ(errorOf(log, "second"), EFBIG);
    }
    EXPECT_EQ(errorOf(log, "third"), 0);
    EXPECT_EQ(contentOf(path_), "first\nthird\n");
}

TEST_F(LogFileTest, ALineIsWrittenWhoseEndAloneIsMissing) {
    const Log log(new LogFile(path_));
    {
        const FullDisk disk(5);
        EXPECT_EQ(errorOf(log, "first"), 0) << "the next one brings it";
        EXPECT_EQ(errorOf(log, "second"), EFBIG);
    }
    {
        const FullDisk disk(6);
        EXPECT_EQ(errorOf(log, "third"), EFBIG) << "its own text is missing";
    }
    EXPECT_EQ(errorOf(log, "fourth"), 0);
    EXPECT_EQ(contentOf(path_), "first\nfourth\n");
}

TEST_F(LogFileTest, EndsTheLineThatAnotherProcessHasLeftCut) {
    std::ofstream(path_) << "whole\nhal";
    EXPECT_EQ(errorOf(Log(new LogFile(path_)), "next"), 0);
    EXPECT_EQ(errorOf(Log(new LogFile(path_)), "last"), 0);
    EXPECT_EQ(contentOf(path_), "whole\nhal\nnext\nlast\n");
}

TEST_F(LogFileTest, AppendsBehindWhatOthersWriteMeanwhile) {
    const Log log(new LogFile(path_));
    EXPECT_EQ(errorOf(log, "one"), 0);
    std::ofstream(path_, std::ios::app) << "theirs\n";
    EXPECT_EQ(errorOf(log, "two"), 0);
    EXPECT_EQ(contentOf(path_), "one\ntheirs\ntwo\n");
    ASSERT_EQ(::truncate(path_.c_str(), 0), 0) << "as copytruncate of logrotate does";
    EXPECT_EQ(errorOf(log, "three"), 0);
    EXPECT_EQ(contentOf(path_), "three\n");
}

TEST_F(LogFileTest, TellsWhyItCannotBeOpened) {
    try {
        const Log log(new LogFile(folder_.file("no/such/folder")));
        FAIL();
    } catch (const Poco::OpenFileException& e) {
        EXPECT_EQ(e.message(), "No such file or directory");
    }
}

TEST_F(LogFileTest, StandardOutputGoesOnOnceThereIsRoom) {
    const Output output(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const Log log(new LogFile());
    {
        const FullDisk disk(3);
        EXPECT_EQ(errorOf(log, "first"), EFBIG);
    }
    EXPECT_EQ(errorOf(log, "second"), 0);
    EXPECT_EQ(contentOf(path_), "fir\nsecond\n");
}

TEST_F(LogFileTest, StandardOutputThatDoesNotBlockIsWaitedFor) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK), 0);
    const std::string text(500'000, 'x'); // more than a pipe holds
    std::string read;
    {
        const Output output(pipe[1]);
        std::thread writer([&text] { EXPECT_EQ(errorOf(Log(new LogFile()), text), 0); });
        ASSERT_EQ(::fcntl(pipe[0], F_SETFL, 0), 0);
        std::array<char, 4096> part{};
        while (read.size() <= text.size()) {
            const ssize_t bytes = ::read(pipe[0], part.data(), part.size());
            if (bytes <= 0) break;
            read.append(part.data(), static_cast<std::size_t>(bytes));
        }
        writer.join();
    }
    ::close(pipe[0]);
    EXPECT_TRUE(read == text + "\n");
}

} // namespace
} // namespace hookcast::base
