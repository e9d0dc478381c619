#include "http/RequestTarget.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::http {
namespace {

RequestTarget read(std::string_view target, std::string_view host = "a:8080") {
    auto result = readTarget(target, host);
    EXPECT_TRUE(result.ok()) << target;
    return result.ok() ? result.take() : RequestTarget();
}

std::string errorIn(std::string_view target, std::string_view host = "a:8080") {
    const auto result = readTarget(target, host);
    return result.ok() ? std::string() : result.error().message;
}

TEST(RequestTargetTest, MakesTheUrlThatTheClientMeant) {
    const RequestTarget target = read("/live/a%20b.flv?token=x%2Fy&z=?");
    EXPECT_EQ(target.url, "http://a:8080/live/a%20b.flv?token=x%2Fy&z=?");
    EXPECT_EQ(target.path, "/live/a b.flv");
    EXPECT_EQ(target.query, "?token=x%2Fy&z=?");
    EXPECT_EQ(read("/").path, "/");
    EXPECT_EQ(read("/").query, "");
}

TEST(RequestTargetTest, TakesAWholeUrlForWhatItSays) {
    const RequestTarget target = read("http://b/live/s.flv?x", "a");
    EXPECT_EQ(target.url, "http://b/live/s.flv?x");
    EXPECT_EQ(target.path, "/live/s.flv");
    EXPECT_EQ(target.query, "?x");
    EXPECT_EQ(errorIn("http://b", "a"), "the request target is no path");
    EXPECT_EQ(errorIn("http://b?x=/y", "a"), "the request target is no path");
}

TEST(RequestTargetTest, RefusesPathsThatGoUp) {
    for (const char* target :
         {"/..", "/../x", "/live/../x.flv", "/live/..", "/%2e%2e/x", "/.%2E/x", "/./x", "/%2e", "http://b/live/%2e./x"})
        EXPECT_EQ(errorIn(target), "the path goes up") << target;
    EXPECT_EQ(read("/live/..x/x...flv").path, "/live/..x/x...flv");
    EXPECT_EQ(read("/%252e%252e/x").path, "/%2e%2e/x") << "decoded once";
    EXPECT_EQ(read("/live/s.flv?x=/../y").path, "/live/s.flv");
}

TEST(RequestTargetTest, ABackslashIsACharacterLikeAnyOther) {
    EXPECT_EQ(read("/live/a%5Cb.flv").path, "/live/a\\b.flv");
    EXPECT_EQ(read("/live/a\\b.flv").path, "/live/a\\b.flv");
    EXPECT_EQ(read("/live/..\\x").path, "/live/..\\x");
}

TEST(RequestTargetTest, RefusesPathsThatDeceive) {
    for (const char* target : {"/live%2Fs.flv", "/..%2fs.flv", "/a%00b", "/a%0Ab", "/a%7f"})
        EXPECT_EQ(errorIn(target), "a forbidden character in the path") << target;
    for (const char* target : {"/a%", "/a%2", "/a%2g", "/%zz", "/a%-1", "/% 1"})
        EXPECT_EQ(errorIn(target), "a broken percent-encoding in the path") << target;
}

TEST(RequestTargetTest, NeedsAPathAndAHost) {
    EXPECT_EQ(errorIn("*"), "the request target is no path");
    EXPECT_EQ(errorIn("a:80"), "the request target is no path");
    EXPECT_EQ(errorIn(""), "the request target is no path");
    for (const char* host : {"", "a/b", "a?b", "u@a", "a b"})
        EXPECT_EQ(errorIn("/x", host), "no Host, or a broken one") << host;
}

TEST(RequestTargetTest, LeavesTheQueryOutForTheLog) {
    EXPECT_EQ(withoutQuery("/live/s.flv?token=secret"), "/live/s.flv");
    EXPECT_EQ(withoutQuery("/live/s.flv"), "/live/s.flv");
}

} // namespace
} // namespace hookcast::http
