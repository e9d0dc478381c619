#include "api-server/CallLog.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

namespace hookcast::mock {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::tm noon() {
    std::tm time{};
    time.tm_year = 126;
    time.tm_mon = 0;
    time.tm_mday = 2;
    time.tm_hour = 3;
    time.tm_min = 4;
    time.tm_sec = 5;
    return time;
}

class CallLogTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::pipe2(pipe_.data(), O_NONBLOCK), 0);
        ASSERT_EQ(::fcntl(pipe_[1], F_SETFL, 0), 0) << "a writer that would block shows it";
    }
    void TearDown() override {
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }

    std::string readAll() const {
        std::string text;
        std::array<char, 4096> piece{};
        for (ssize_t got = 0; (got = ::read(pipe_[0], piece.data(), piece.size())) > 0;)
            text.append(piece.data(), static_cast<std::size_t>(got));
        return text;
    }

    static Request request(const std::string& body) {
        return {.method = "POST",
                .path = "/api/v1/clients",
                .query = "",
                .version = "HTTP/1.1",
                .headers = {{"user-agent", "hookcast"}},
                .body = body,
                .clientAddress = "127.0.0.1",
                .clientPort = 1};
    }

    std::array<int, 2> pipe_{};
};

TEST_F(CallLogTest, WritesAPairInTheShapeOfSrs) {
    CallLog log(pipe_[1]);
    Answer answer;
    answer.body = "0";
    log.write("clients", request(R"({"action":"on_connect"})"), "hookcast on_connect: client id=4, ip=", answer,
              noon());
    EXPECT_EQ(readAll(), "[2026-01-02 03:04:05][trace] post to clients, req={\"action\":\"on_connect\"}\n"
                         "[2026-01-02 03:04:05][trace] hookcast on_connect: client id=4, ip= 127.0.0.1 - - "
                         "[02/Jan/2026:03:04:05] \"POST /api/v1/clients HTTP/1.1\" 200 1 \"\" \"hookcast\"\n");
}

TEST_F(CallLogTest, AClientCannotForgeLines) {
    CallLog log(pipe_[1]);
    Request evil = request("{\n\"a\\\": \x1b[31m\r\x7f");
    evil.path = "/a\nb\"c";
    evil.headers = {{"user-agent", "x\r\n[y]"}};
    log.write("clients", evil, "summary", Answer{}, noon());
    const std::string text = readAll();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_EQ(text.find_first_of("\r\x1b\x7f"), std::string::npos);
    EXPECT_THAT(text, HasSubstr("req={\\x0a\"a\\\": \\x1b[31m\\x0d\\x7f\n"));
    EXPECT_THAT(text, HasSubstr("\"POST /a\\x0ab\\x22c HTTP/1.1\""));
}

TEST_F(CallLogTest, CutsLongLines) {
    CallLog log(pipe_[1]);
    log.write("clients", request(std::string(1'000'000, '"')), std::string(5000, 's'), Answer{}, noon());
    const std::string text = readAll();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_LT(text.size(), 4096U);
}

TEST_F(CallLogTest, SaysThatAnAnswerWasDropped) {
    CallLog log(pipe_[1]);
    Answer answer;
    answer.dropped = true;
    answer.status = 0;
    log.write("clients", request("{}"), "s", answer, noon());
    EXPECT_THAT(readAll(), HasSubstr("HTTP/1.1\" - - (dropped) \"\""));
}

TEST_F(CallLogTest, AReaderThatDoesNotKeepUpCostsLinesNotTime) {
    CallLog log(pipe_[1]);
    constexpr int kCalls = 1000;
    for (int i = 0; i < kCalls; ++i) log.write("clients", request(std::string(2000, 'x')), "s", Answer{}, noon());
    const std::string kept = readAll();
    const auto lines = std::count(kept.begin(), kept.end(), '\n');
    ASSERT_LT(lines, 2L * kCalls);
    log.write("clients", request("{}"), "s", Answer{}, noon());
    const std::string notice =
        "the log of " + std::to_string(kCalls - lines / 2) + " calls was dropped: its reader is too slow\n";
    EXPECT_THAT(readAll(), StartsWith("[2026-01-02 03:04:05][trace] " + notice));
    log.write("clients", request("{}"), "s", Answer{}, noon());
    EXPECT_THAT(readAll(), Not(HasSubstr("dropped")));
}

TEST_F(CallLogTest, WithoutADescriptorItIsSilent) {
    CallLog log(-1);
    log.write("clients", request("{}"), "s", Answer{}, noon());
    EXPECT_EQ(readAll(), "");
}

} // namespace
} // namespace hookcast::mock
