// What lines look like, whatever is in them.

#include "base/Log.h"

#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::base {
namespace {

using support::linesOf;
using support::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr LogShape kJson{LogFormat::Json, false};

/// What log lines are forged with: line ends, a terminal's escapes, quotes, a NUL, what is no UTF-8, U+2028, U+202E.
const std::string kEvil = std::string("a\r\n\x1b[31m\"\\") + '\0' + "\xff\xc3\xe2\x80\xa8\xe2\x80\xae\xc2\x9b" + "z";

class LogShapeTest : public testing::Test {
  protected:
    /// The server's own time zone: five and a half hours before UTC.
    LogShapeTest() { setZone("TST-05:30"); }
    ~LogShapeTest() override { setZone(nullptr); }

    static void setZone(const char* zone) {
        if (zone == nullptr)
            ::unsetenv("TZ");
        else
            ::setenv("TZ", zone, 1);
        ::tzset();
    }

    template <typename Write>
    std::vector<std::string> linesAfter(LogShape shape, Write write) {
        {
            Log log(LogLevel::Trace, file_);
            log.setShape(shape);
            write(log);
        }
        return linesOf(file_);
    }

  private:
    TempDir folder_;
    std::string file_ = folder_.file("log");
};

TEST_F(LogShapeTest, ALineOfTextIsOneLineWhateverIsInIt) {
    const auto lines = linesAfter({}, [](Log& log) { log.warn("x", "{}", kEvil); });
    EXPECT_THAT(lines, ElementsAre(testing::EndsWith("[warn][x] a\\x0d\\x0a\\x1b[31m\"\\\\x00\\xff\\xc3\\xe2\\x80\\xa8"
                                                     "\\xe2\\x80\\xae\\xc2\\x9bz")));
}

TEST_F(LogShapeTest, ALineOfJsonIsOneObjectWhateverIsInIt) {
    const auto lines = linesAfter(kJson, [](Log& log) {
        log.line(LogLevel::Warn, "rtmp-\n1", "bad " + kEvil, LogParts().add("stream", kEvil).add("number", 12));
    });
    const std::string evil =
        "a\\r\\n\\u001B[31m\\\"\\\\\\u0000\xEF\xBF\xBD\xEF\xBF\xBD\xe2\x80\xa8\xe2\x80\xae\xc2\x9bz";
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines.front(), testing::EndsWith(R"(,"level":"warn","who":"rtmp-\n1","msg":"bad )" + evil +
                                                 R"(","stream":")" + evil + R"(","number":12})"));
}

TEST_F(LogShapeTest, EachLevelHasItsName) {
    const TempDir folder;
    {
        Log log(LogLevel::Verbose, folder.file("log"));
        log.setShape(kJson);
        log.verbose("x", "1");
        log.info("x", "2");
        log.trace("x", "3");
        log.warn("x", "4");
        log.error("x", "5");
    }
    EXPECT_THAT(linesOf(folder.file("log")),
                ElementsAre(HasSubstr(R"("level":"verbose")"), HasSubstr(R"("level":"info")"),
                            HasSubstr(R"("level":"trace")"), HasSubstr(R"("level":"warn")"),
                            HasSubstr(R"("level":"error")")));
}

TEST_F(LogShapeTest, TimesAreLocalOrUtcAndSayWhich) {
    const auto write = [](Log& log) { log.trace("x", "y"); };
    const std::string pattern = R"(\{"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3})";
    EXPECT_THAT(linesAfter(kJson, write).back(), MatchesRegex(pattern + R"(\+05:30",.*)"));
    EXPECT_THAT(linesAfter({LogFormat::Json, true}, write).back(), MatchesRegex(pattern + R"(Z",.*)"));
    setZone("TST03:30");
    EXPECT_THAT(linesAfter(kJson, write).back(), MatchesRegex(pattern + R"(-03:30",.*)"));
}

TEST_F(LogShapeTest, TextIsWrittenInUtcToo) {
    // No zone is so far away from it.
    setZone("TST-13:00");
    const auto write = [](Log& log) { log.trace("x", "y"); };
    const auto timeIn = [](const std::string& line) {
        std::tm parts{};
        EXPECT_NE(::strptime(line.c_str(), "[%Y-%m-%d %H:%M:%S", &parts), nullptr) << line;
        return ::timegm(&parts);
    };
    const std::time_t local = timeIn(linesAfter({}, write).back());
    const std::time_t utc = timeIn(linesAfter({LogFormat::Text, true}, write).back());
    EXPECT_EQ((local - utc + 1800) / 3600, 13) << "but for the time between the two lines";
}

TEST_F(LogShapeTest, AnotherShapeCountsFromTheNextLineOn) {
    const auto lines = linesAfter({}, [](Log& log) { log.trace("x", "text"); });
    EXPECT_THAT(lines.back(), testing::EndsWith("[trace][x] text"));
    EXPECT_THAT(linesAfter(kJson, [](Log& log) { log.trace("x", "object"); }).back(),
                testing::EndsWith(R"("level":"trace","who":"x","msg":"object"})"));
}

TEST(LogParts, AreWordsOrInQuotes) {
    LogParts parts;
    parts.add("event", "on_publish").add("reason", "no such camera").add("number", 12).add("msg", "");
    EXPECT_EQ(parts.text(), R"(event=on_publish reason="no such camera" number=12 msg="")");
    EXPECT_EQ(parts.jsonMembers(), R"("event":"on_publish","reason":"no such camera","number":12,"msg":"")");
    EXPECT_EQ(LogParts().jsonMembers(), "");
}

TEST(LogParts, NobodyForgesOne) {
    EXPECT_EQ(LogParts().add("stream", "a\" cause=none").text(), R"(stream="a\x22 cause=none")");
    EXPECT_EQ(LogParts().add("stream", "a\nb").text(), R"(stream="a\x0ab")");
}

TEST(LogParts, AreBounded) {
    const std::string text = LogParts().add("msg", std::string(65536, 'x'), 100).text();
    EXPECT_EQ(text, "msg=" + std::string(100, 'x') + "...");
    EXPECT_LT(LogParts().add("msg", std::string(65536, '\xff')).text().size(), 5000U);
}

} // namespace
} // namespace hookcast::base
