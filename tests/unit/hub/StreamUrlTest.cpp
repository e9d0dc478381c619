#include "hub/StreamName.h"

#include <gtest/gtest.h>

namespace hookcast::hub {
namespace {

StreamUrl read(std::string_view url) {
    auto result = parseStreamUrl(url, PathEncoding::Percent);
    EXPECT_TRUE(result.ok()) << url;
    return result.ok() ? result.take() : StreamUrl();
}

std::string errorIn(std::string_view url) {
    const auto result = parseStreamUrl(url, PathEncoding::Percent);
    return result.ok() ? std::string() : result.error().message;
}

TEST(StreamUrl, ReadsAPlainUrl) {
    const StreamUrl plain = read("rtsp://video.test.com:8554/live/camera?token=a%20b");
    EXPECT_EQ(plain.url, "rtsp://video.test.com:8554/live/camera?token=a%20b");
    EXPECT_EQ(plain.host, "video.test.com");
    EXPECT_EQ(plain.vhost, "video.test.com");
    EXPECT_EQ(plain.app, "live");
    EXPECT_EQ(plain.stream, "camera");
    EXPECT_EQ(plain.param, "?token=a%20b");
}

TEST(StreamUrl, TakesTheLastSegmentForTheStream) {
    const StreamUrl deep = read("http://a/live/room1/camera.flv");
    EXPECT_EQ(deep.app, "live/room1");
    EXPECT_EQ(deep.stream, "camera.flv");
}

TEST(StreamUrl, FindsTheVhostThatTheClientNames) {
    EXPECT_EQ(read("rtsp://a/live/s?x=1&vhost=cdn.com").vhost, "cdn.com");
    EXPECT_EQ(read("rtsp://a/live...vhost...cdn.com/s").vhost, "cdn.com");
    EXPECT_EQ(read("rtsp://a/live...vhost...cdn.com/s").app, "live");
    EXPECT_EQ(read("rtsp://[::1]:554/live/s").vhost, "::1");
}

TEST(StreamUrl, RefusesWhatNamesNoStream) {
    EXPECT_EQ(errorIn("*"), "URL: no scheme");
    EXPECT_EQ(errorIn("rtsp:///live/s"), "URL: no host");
    EXPECT_EQ(errorIn("rtsp://a"), "URL: no stream");
    EXPECT_EQ(errorIn("rtsp://a/live/"), "URL: no stream");
    EXPECT_EQ(errorIn("rtsp://a/live"), "URL: no application");
    EXPECT_EQ(errorIn("rtsp://a:x/live/s"), "URL: not a port number");
}

TEST(StreamUrl, DecodesNamesOnceAndKeepsTheQuery) {
    EXPECT_EQ(read("rtsp://a/li%76e/c%61m?t=%61").app, "live");
    EXPECT_EQ(read("rtsp://a/li%76e/c%61m?t=%61").stream, "cam");
    EXPECT_EQ(read("rtsp://a/li%76e/c%61m?t=%61").param, "?t=%61");
    EXPECT_EQ(read("rtsp://a/live/a%2520b").stream, "a%20b");
    EXPECT_EQ(parseStreamUrl("srt://a/live/a%20b", PathEncoding::None).value().stream, "a%20b");
}

TEST(StreamUrl, RefusesWhatOnlyDecodingMakesASeparator) {
    EXPECT_EQ(errorIn("rtsp://a/live/room%2fcam"), "URL: a slash or question mark that is encoded");
    EXPECT_EQ(errorIn("rtsp://a/live%2Froom/cam"), "URL: a slash or question mark that is encoded");
    EXPECT_EQ(errorIn("rtsp://a/live/cam%3Ftoken"), "URL: a slash or question mark that is encoded");
    EXPECT_EQ(errorIn("rtsp://a/live/%2e%2e/secret/cam"), "URL: the name goes up: a segment . or ..");
    EXPECT_EQ(errorIn("rtsp://a/live/cam%ff"), "URL: the name is not UTF-8");
    EXPECT_EQ(errorIn("rtsp://a/live/cam%0a"), "URL: a control character in the name");
    EXPECT_EQ(errorIn("rtsp://a/live/cam%4"), "a broken percent-encoding in the path");
}

TEST(StreamUrl, SlashesInARowAreOne) {
    EXPECT_EQ(read("rtsp://a/live//room///cam").app, "live/room");
    EXPECT_EQ(read("rtsp://a//live/cam").app, "live");
}

} // namespace
} // namespace hookcast::hub
