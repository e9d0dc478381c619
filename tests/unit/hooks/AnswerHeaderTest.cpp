#include "hooks/AnswerHeader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

constexpr std::int64_t kNowS = 784111777; // Sun, 06 Nov 1994 08:49:37 GMT

AnswerHeader read(const std::vector<std::string>& lines) {
    AnswerHeader header;
    for (const std::string& line : lines) header.feed(line + "\r\n", kNowS);
    return header;
}

std::optional<std::int64_t> retryAfter(const std::string& value) {
    return read({"HTTP/1.1 503 Service Unavailable", "Retry-After: " + value, ""}).retryAfterMs();
}

std::optional<std::int64_t> maxAge(const std::string& value, const std::string& status = "200 OK") {
    return read({"HTTP/1.1 " + status, "Cache-Control: " + value, ""}).maxAgeMs();
}

TEST(AnswerHeader, RetryAfterIsSecondsOrADate) {
    EXPECT_EQ(retryAfter("0"), 0);
    EXPECT_EQ(retryAfter("120"), 120'000);
    EXPECT_EQ(retryAfter("  7  "), 7000);
    EXPECT_EQ(retryAfter("Sun, 06 Nov 1994 08:51:37 GMT"), 120'000);
    EXPECT_EQ(retryAfter("Sunday, 06-Nov-94 08:51:37 GMT"), 120'000);
    EXPECT_EQ(retryAfter("Sun Nov  6 08:51:37 1994"), 120'000);
    EXPECT_EQ(retryAfter("Sun, 06 Nov 1994 08:00:00 GMT"), 0) << "it has passed";
}

TEST(AnswerHeader, RetryAfterIsBoundedAtADay) {
    EXPECT_EQ(retryAfter("31536000"), AnswerHeader::kMostMs);
    EXPECT_EQ(retryAfter("99999999999999999999999999"), AnswerHeader::kMostMs);
    EXPECT_EQ(retryAfter("Mon, 06 Nov 1995 08:49:37 GMT"), AnswerHeader::kMostMs);
}

TEST(AnswerHeader, RetryAfterThatIsNeitherSaysNothing) {
    for (const char* garbage : {"", "-1", "1.5", "5 s", "soon", "1e3", "0x10", "2994-11-06T08:49:37Z", "+5", "::"})
        EXPECT_EQ(retryAfter(garbage), std::nullopt) << garbage;
    EXPECT_EQ(retryAfter(std::string(2000, '1')), std::nullopt);
}

TEST(AnswerHeader, MaxAgeIsOfCacheControl) {
    EXPECT_EQ(maxAge("max-age=60"), 60'000);
    EXPECT_EQ(maxAge("private, max-age=60"), 60'000);
    EXPECT_EQ(maxAge("Max-Age=\"60\" , must-revalidate"), 60'000);
    EXPECT_EQ(maxAge("max-age=31536000"), AnswerHeader::kMostMs);
    EXPECT_EQ(maxAge("max-age=60, max-age=5"), 5000) << "the shorter";
    EXPECT_EQ(read({"HTTP/1.1 200 OK", "Cache-Control: private", "cache-control: max-age=9", ""}).maxAgeMs(), 9000);
}

TEST(AnswerHeader, MaxAgeIsNoneWhereTheAnswerMayNotBeKept) {
    for (const char* value : {"no-store, max-age=60", "max-age=60, no-cache", "max-age=60,NO-STORE", "max-age=0",
                              "max-age=-5", "max-age=", "max-age", "s-maxage=60", "max-age=60s", "max-age=x, max-age=5",
                              "no-cache=\"Set-Cookie\", max-age=3", "public"})
        EXPECT_EQ(maxAge(value), std::nullopt) << value;
}

TEST(AnswerHeader, MaxAgeIsOfTheTwoHundredsAlone) {
    EXPECT_EQ(maxAge("max-age=60", "204 No Content"), 60'000);
    for (const char* status : {"100 Continue", "301 Moved", "404 Not Found", "503 x", "x"})
        EXPECT_EQ(maxAge("max-age=60", status), std::nullopt) << status;
}

TEST(AnswerHeader, AnAnswerThatIsOldAlreadyIsKeptForLess) {
    EXPECT_EQ(read({"HTTP/1.1 200 OK", "Age: 20", "Cache-Control: max-age=60", ""}).maxAgeMs(), 40'000);
    EXPECT_EQ(read({"HTTP/1.1 200 OK", "Cache-Control: max-age=60", "Age: 60", ""}).maxAgeMs(), std::nullopt);
}

TEST(AnswerHeader, TheLastAnswerCountsAndNoTrailer) {
    const AnswerHeader header = read({"HTTP/1.1 103 Early Hints", "Retry-After: 5", "", "HTTP/1.1 200 OK", "A: b", "",
                                      "Retry-After: 9", "Cache-Control: max-age=9"});
    EXPECT_EQ(header.retryAfterMs(), std::nullopt);
    EXPECT_EQ(header.maxAgeMs(), std::nullopt);
}

std::string faultOf(std::vector<std::string> fields) {
    fields.insert(fields.begin(), "HTTP/1.1 200 OK");
    fields.emplace_back();
    return std::string(read(fields).fault());
}

TEST(AnswerHeader, OneLengthOrPartsAreWithoutFault) {
    for (const std::vector<std::string>& fields :
         std::vector<std::vector<std::string>>{{},
                                               {"Content-Length: 1"},
                                               {"Content-Length: 0"},
                                               {"Content-Length: 3", "content-length:3"},
                                               {"Transfer-Encoding: chunked"},
                                               {"transfer-encoding:\tChunked "},
                                               {"X-Content-Length: 3", "Content-Length: 1"},
                                               {"X-Long: a", " Content-Length: 5", "Content-Length: 1"}})
        EXPECT_EQ(faultOf(fields), "");
}

TEST(AnswerHeader, WhatReadersEndDifferentlyIsAFault) {
    for (const std::vector<std::string>& fields :
         std::vector<std::vector<std::string>>{{"Content-Length: 1", "Content-Length: 3"},
                                               {"Content-Length: 3", "A: b", "CONTENT-LENGTH: 1"},
                                               {"Content-Length: 1, 3"},
                                               {"Content-Length: 3, 3"},
                                               {"Content-Length: "},
                                               {"Content-Length: -1"},
                                               {"Content-Length: +1"},
                                               {"Content-Length: 0x1"},
                                               {"Content-Length: 1 1"},
                                               {"Content-Length: 18446744073709551617"},
                                               {"Content-Length: " + std::string(2000, '0') + "1"},
                                               {"Content-Length : 1"},
                                               {"Content-Length: 1", " 3"},
                                               {"Transfer-Encoding: chunked", "Content-Length: 1"},
                                               {"Content-Length: 1", "Transfer-Encoding: chunked"},
                                               {"Content-Length: 1", "Transfer-Encoding: identity"},
                                               {"Transfer-Encoding: gzip, chunked"},
                                               {"Transfer-Encoding: gzip", "Transfer-Encoding: chunked"},
                                               {"Transfer-Encoding: chunked", "Transfer-Encoding: chunked"},
                                               {"Transfer-Encoding: xchunked"},
                                               {"Transfer-Encoding:", "\tchunked"},
                                               {"Content-Length: 1", "HTTP/1.1 200 OK: x", "Content-Length: 3"}})
        EXPECT_NE(faultOf(fields), "") << fields.front();
}

TEST(AnswerHeader, AFaultIsOfOneAnswer) {
    EXPECT_EQ(read({"HTTP/1.1 103 Early Hints", "Content-Length: x", "", "HTTP/1.1 200 OK", "Content-Length: 1", "",
                    "Content-Length: 2"})
                  .fault(),
              "");
}

AnswerCoding codingOf(const std::vector<std::string>& values) {
    std::vector<std::string> lines = {"HTTP/1.1 200 OK"};
    for (const std::string& value : values) lines.push_back("Content-Encoding: " + value);
    return read(lines).coding();
}

TEST(AnswerHeader, TellsHowTheBodyIsPacked) {
    EXPECT_EQ(codingOf({}), AnswerCoding::None);
    EXPECT_EQ(codingOf({"identity", ""}), AnswerCoding::None);
    EXPECT_EQ(codingOf({"GZip"}), AnswerCoding::Gzip);
    EXPECT_EQ(codingOf({"identity", "x-gzip"}), AnswerCoding::Gzip);
    EXPECT_EQ(codingOf({"deflate"}), AnswerCoding::Deflate);
    for (const std::vector<std::string>& values : std::vector<std::vector<std::string>>{
             {"br"}, {"gzip, gzip"}, {"gzip", "gzip"}, {"gzip", "deflate"}, {std::string(2000, 'x')}})
        EXPECT_EQ(codingOf(values), AnswerCoding::Unknown) << values.front();
}

} // namespace
} // namespace hookcast::hooks
