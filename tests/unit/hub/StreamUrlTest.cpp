#include "hub/StreamName.h"

#include <gtest/gtest.h>

namespace hookcast::hub {
namespace {

StreamUrl read(std::string_view url) {
    auto result = parseStreamUrl(url);
    EXPECT_TRUE(result.ok()) << url;
    return result.ok() ? result.take() : StreamUrl();
}

std::string errorIn(std::string_view url) {
    const auto result = parseStreamUrl(url);
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

} // namespace
} // namespace hookcast::hub
