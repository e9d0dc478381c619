#include "http/HttpReader.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::http {
namespace {

constexpr HttpReader::Limits kLimits{8192, 16};

struct Outcome {
    std::vector<HttpRequest> requests;
    int errorStatus = 0;
    std::string error;
    HttpReader::Stage stage = HttpReader::Stage::NextRequest;
};

/// What comes of `text` when it arrives in pieces of `pieceBytes`.
Outcome read(std::string_view text, std::size_t pieceBytes = 1000000) {
    Outcome outcome;
    HttpReader reader(kLimits);
    while (!text.empty()) {
        base::ByteSpan piece = base::asBytes(text.substr(0, pieceBytes));
        text.remove_prefix(piece.size());
        for (;;) {
            auto next = reader.next(piece);
            if (!next) {
                outcome.errorStatus = reader.errorStatus();
                outcome.error = next.error().message;
                return outcome;
            }
            if (!next.value()) break;
            outcome.requests.push_back(*next.value());
        }
        EXPECT_TRUE(piece.empty());
    }
    outcome.stage = reader.stage();
    return outcome;
}

std::string request(std::string_view fields, std::string_view line = "GET / HTTP/1.1") {
    return std::string(line) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

int statusOf(const std::string& text) {
    const Outcome whole = read(text);
    const Outcome bytewise = read(text, 1);
    EXPECT_EQ(whole.errorStatus, bytewise.errorStatus) << text;
    EXPECT_EQ(whole.requests.size(), bytewise.requests.size()) << text;
    return whole.errorStatus;
}

TEST(HttpReaderTest, ReadsARequestHoweverItIsSplit) {
    const std::string text = "GET /live/s.flv?token=a%20b&c=\xC3\xA4 HTTP/1.1\r\nHost: a:8080\r\nX-Y:  z \r\n\r\n";
    for (std::size_t pieceBytes = 1; pieceBytes <= text.size(); ++pieceBytes) {
        const Outcome outcome = read(text, pieceBytes);
        ASSERT_EQ(outcome.requests.size(), 1U) << outcome.error;
        const HttpRequest& got = outcome.requests.front();
        EXPECT_EQ(got.method(), "GET");
        EXPECT_EQ(got.head.uri(), "/live/s.flv?token=a%20b&c=\xC3\xA4");
        EXPECT_EQ(got.head.version(), "HTTP/1.1");
        EXPECT_EQ(got.field("host"), "a:8080");
        EXPECT_EQ(got.field("X-Y"), "z");
        EXPECT_EQ(got.field("X-Z"), "");
    }
}

TEST(HttpReaderTest, ReadsRequestsThatFollowEachOther) {
    const std::string text = request("") + "\r\n" + request("Content-Length: 3\r\n", "POST /x HTTP/1.0") + "abc" +
                             request("", "HEAD /y HTTP/1.1") + "GE";
    for (std::size_t pieceBytes = 1; pieceBytes <= text.size(); ++pieceBytes) {
        const Outcome outcome = read(text, pieceBytes);
        ASSERT_EQ(outcome.requests.size(), 3U) << outcome.error;
        EXPECT_EQ(outcome.requests[1].head.uri(), "/x");
        EXPECT_EQ(outcome.requests[2].method(), "HEAD");
        EXPECT_EQ(outcome.stage, HttpReader::Stage::Header);
    }
}

TEST(HttpReaderTest, TakesLinesThatEndWithLfAlone) {
    EXPECT_EQ(read("GET / HTTP/1.1\nHost: a\n\n").requests.size(), 1U);
}

TEST(HttpReaderTest, TellsWhatItWaitsFor) {
    EXPECT_EQ(read("\r\n").stage, HttpReader::Stage::NextRequest);
    EXPECT_EQ(read("G").stage, HttpReader::Stage::Header);
    EXPECT_EQ(read(request("Content-Length: 2\r\n") + "a").stage, HttpReader::Stage::Body);
    EXPECT_EQ(read(request("Content-Length: 2\r\n") + "ab").stage, HttpReader::Stage::NextRequest);
}

TEST(HttpReaderTest, RefusesWhatIsNoRequest) {
    for (const char* text : {
             "\x16\x03\x01\x02",
             "GET /\r\n",
             "GET\r\nHost: a\r\n\r\n",
             " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
             "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
             "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
             "GET / HTTP/11\r\nHost: a\r\n\r\n",
             "GET / http/1.1\r\nHost: a\r\n\r\n",
             "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
             "GET / HTTP/1.1\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
             "GET / HTTP/1.1\rHost: a\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
         }) {
        // Some are cut short on purpose: they are refused before their end.
        const int status = statusOf(text);
        EXPECT_TRUE(status == 400 || std::string(text) == "GET /\r\n") << text;
    }
    EXPECT_EQ(statusOf("GET /\r\n\r\n"), 400);
    EXPECT_EQ(statusOf(std::string("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 28)), 400);
}

TEST(HttpReaderTest, RefusesOtherVersions) {
    EXPECT_EQ(statusOf("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
    EXPECT_EQ(statusOf("PRI * HTTP/2.0\r\nHost: a\r\n\r\n"), 505) << "HTTP/2's preface has no field";
    EXPECT_EQ(statusOf("PRI * HTTP/2.0\n\n"), 505);
    EXPECT_EQ(statusOf(std::string(RequestHead::kHttp2Preface)), 0);
    EXPECT_EQ(statusOf("GET / HTTP/1.0\r\n\r\n"), 0) << "it need not name a host";
}

TEST(HttpReaderTest, RefusesBodiesWhoseLengthIsUnclear) {
    EXPECT_EQ(statusOf(request("Transfer-Encoding: chunked\r\n")), 411);
    EXPECT_EQ(statusOf(request("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n") + "abc"), 411);
    for (const char* length : {"-1", "+3", "3 3", "3,3", "", "0x3", "three"})
        EXPECT_EQ(statusOf(request(std::string("Content-Length: ") + length + "\r\n") + "abc"), 400) << length;
    EXPECT_EQ(statusOf(request("Content-Length: 3\r\nContent-Length: 4\r\n") + "abcd"), 400);
    EXPECT_EQ(statusOf(request("Content-Length: 3\r\nContent-Length: 3\r\n") + "abc"), 0);
}

TEST(HttpReaderTest, RefusesWhatIsTooLong) {
    EXPECT_EQ(statusOf(request("Content-Length: 16\r\n") + std::string(16, 'x')), 0);
    EXPECT_EQ(statusOf(request("Content-Length: 17\r\n")), 413);
    EXPECT_EQ(statusOf(request("Content-Length: 1099511627776\r\n")), 413);
    EXPECT_EQ(statusOf(request("Content-Length: 99999999999999999999999\r\n")), 413);
    EXPECT_EQ(statusOf(request("X: " + std::string(9000, 'x') + "\r\n")), 431);
    EXPECT_EQ(statusOf("GET /" + std::string(9000, 'x')), 414);
    std::string fields;
    for (int i = 0; i < 200; ++i) fields += "X: y\r\n";
    EXPECT_EQ(statusOf(request(fields)), 431);
}

TEST(HttpReaderTest, TheLimitIsThatOfTheWholeHeader) {
    const std::string frame = request("X: \r\n");
    const auto withSize = [&frame](std::size_t size) {
        return request("X: " + std::string(size - frame.size(), 'x') + "\r\n");
    };
    EXPECT_EQ(withSize(kLimits.headerBytes).size(), kLimits.headerBytes);
    EXPECT_EQ(statusOf(withSize(kLimits.headerBytes)), 0);
    EXPECT_EQ(statusOf(withSize(kLimits.headerBytes + 1)), 431);
}

TEST(HttpReaderTest, KnowsWhetherTheConnectionShallGoOn) {
    const auto keepsAlive = [](std::string_view line, std::string_view fields) {
        return read(request(fields, line)).requests.at(0).wantsKeepAlive();
    };
    EXPECT_TRUE(keepsAlive("GET / HTTP/1.1", ""));
    EXPECT_FALSE(keepsAlive("GET / HTTP/1.1", "Connection: close\r\n"));
    EXPECT_FALSE(keepsAlive("GET / HTTP/1.1", "Connection: Upgrade\r\nConnection: x, CLOSE\r\n"));
    EXPECT_FALSE(keepsAlive("GET / HTTP/1.0", ""));
    EXPECT_TRUE(keepsAlive("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

} // namespace
} // namespace hookcast::http
