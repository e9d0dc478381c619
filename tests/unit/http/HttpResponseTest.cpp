#include "http/HttpResponse.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <string>

namespace hookcast::http {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The example of RFC 9110, 5.6.7.
constexpr std::int64_t kExampleUnixS = 784111777;

ResponseFraming framing() {
    ResponseFraming framing;
    framing.serverName = "hookcast/test";
    framing.unixS = kExampleUnixS;
    framing.keepAlive = true;
    return framing;
}

TEST(HttpResponseTest, WritesHeadAndBody) {
    HttpResponse response = textResponse(404, "no");
    response.fields = {{"X-Y", "z"}};
    EXPECT_EQ(writeResponse(response, framing()), "HTTP/1.1 404 Not Found\r\n"
                                                  "Connection: keep-alive\r\n"
                                                  "Server: hookcast/test\r\n"
                                                  "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                                  "Content-Type: text/plain; charset=utf-8\r\n"
                                                  "Content-Length: 3\r\n"
                                                  "X-Y: z\r\n"
                                                  "\r\n"
                                                  "no\n");
}

TEST(HttpResponseTest, ForHeadTheLengthIsThatOfWhatIsLeftOut) {
    ResponseFraming head = framing();
    head.headOnly = true;
    const std::string text = writeResponse(textResponse(200, "no"), head);
    EXPECT_THAT(text, HasSubstr("Content-Length: 3\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(HttpResponseTest, ABodyThatComesLaterHasItsLengthNow) {
    HttpResponse response;
    response.bodyBytes = std::uint64_t{1} << 40U;
    EXPECT_THAT(writeResponse(response, framing()), HasSubstr("Content-Length: 1099511627776\r\n"));
    response.isStream = true;
    EXPECT_THAT(writeResponse(response, framing()), Not(HasSubstr("Content-Length")));
}

TEST(HttpResponseTest, SomeAnswersHaveNoBody) {
    for (const int status : {101, 204, 304}) {
        HttpResponse response = textResponse(status, "no");
        const std::string text = writeResponse(response, framing());
        EXPECT_THAT(text, Not(HasSubstr("Content-Length"))) << status;
        EXPECT_TRUE(text.ends_with("\r\n\r\n")) << status;
    }
}

TEST(HttpResponseTest, DatesAreRightAroundALeapDay) {
    ResponseFraming leap = framing();
    leap.unixS = 1709251199; // the last second of 29 February 2024
    EXPECT_THAT(writeResponse({}, leap), HasSubstr("Date: Thu, 29 Feb 2024 23:59:59 GMT\r\n"));
    ++leap.unixS;
    EXPECT_THAT(writeResponse({}, leap), HasSubstr("Date: Fri, 01 Mar 2024 00:00:00 GMT\r\n"));
}

} // namespace
} // namespace hookcast::http
