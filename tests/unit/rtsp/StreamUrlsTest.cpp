#include "rtsp/StreamUrls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::rtsp {
namespace {

void expectSplit(std::string_view url, std::string_view base, std::optional<std::size_t> track) {
    const RequestUrl split = splitRequestUrl(url);
    EXPECT_EQ(split.base, base) << url;
    EXPECT_EQ(split.track, track) << url;
}

TEST(StreamUrls, TheTrackStandsBehindThePathOrTheQuery) {
    expectSplit("rtsp://h/live/a", "rtsp://h/live/a", std::nullopt);
    expectSplit("rtsp://h/live/a/", "rtsp://h/live/a", std::nullopt);
    expectSplit("rtsp://h/live/a/trackID=1", "rtsp://h/live/a", 1);
    expectSplit("rtsp://h/live/a//trackID=1/", "rtsp://h/live/a", 1);
    expectSplit("rtsp://h/live/a?t=x", "rtsp://h/live/a?t=x", std::nullopt);
    expectSplit("rtsp://h/live/a/?t=x", "rtsp://h/live/a?t=x", std::nullopt);
    expectSplit("rtsp://h/live/a?t=x/", "rtsp://h/live/a?t=x", std::nullopt);
    expectSplit("rtsp://h/live/a?t=x/trackID=0", "rtsp://h/live/a?t=x", 0);
    expectSplit("rtsp://h/live/a/trackID=0?t=x", "rtsp://h/live/a?t=x", 0);
    expectSplit("rtsp://h/live/a/trackID=0?t=x/", "rtsp://h/live/a?t=x", 0);
    expectSplit("rtsp://h/live/a/trackID=0/?t=x&u=y", "rtsp://h/live/a?t=x&u=y", 0);
}

TEST(StreamUrls, WhatOnlyLooksLikeATrackIsNone) {
    for (const char* url : {"rtsp://h/live/a/trackID=", "rtsp://h/live/a/trackID=1x", "rtsp://h/live/a?trackID=1",
                            "rtsp://h/live/a/trackID=1/b", "rtsp://h/live/a/trackID=99999999999999999999999"})
        expectSplit(url, url, std::nullopt);
}

TEST(StreamUrls, AControlStandsBehindThePathOrTheQuery) {
    EXPECT_EQ(withoutControl("rtsp://h/live/a/stream=0", "stream=0"), "rtsp://h/live/a");
    EXPECT_EQ(withoutControl("rtsp://h/live/a/stream=0", "/stream=0"), "rtsp://h/live/a");
    EXPECT_EQ(withoutControl("rtsp://h/live/a/stream=0?b=c&t=x", "stream=0"), "rtsp://h/live/a?b=c&t=x");
    EXPECT_EQ(withoutControl("rtsp://h/live/a?t=x/stream=0", "stream=0"), "rtsp://h/live/a?t=x");
    EXPECT_EQ(withoutControl("rtsp://h/live/a/track?id=0", "track?id=0"), "rtsp://h/live/a");
    EXPECT_EQ(withoutControl("rtsp://h/live/a/stream=0/?t=x", "stream=0"), "rtsp://h/live/a?t=x");
    EXPECT_EQ(withoutControl("rtsp://h/live/a?t=x/stream=0/", "stream=0/"), "rtsp://h/live/a?t=x");
    EXPECT_EQ(withoutControl("rtsp://h/live/a/stream=10", "stream=0"), std::nullopt);
    EXPECT_EQ(withoutControl("rtsp://h/live/astream=0", "stream=0"), std::nullopt);
    EXPECT_EQ(withoutControl("rtsp://h/live/a", "stream=0"), std::nullopt);
}

TEST(StreamUrls, AnAbsoluteControlMayLackItsQueryWhereThatNamesNoOther) {
    const std::vector<std::string> controls = {"rtsp://h/a/1", "rtsp://h/a/2?t=x", "stream=3", "*"};
    EXPECT_EQ(findAbsoluteControl("rtsp://h/a/1", controls), 0U);
    EXPECT_EQ(findAbsoluteControl("rtsp://h/a/1?t=x", controls), 0U);
    EXPECT_EQ(findAbsoluteControl("rtsp://h/a/2", controls), 1U);
    EXPECT_EQ(findAbsoluteControl("rtsp://h/a/3", controls), std::nullopt);
    EXPECT_EQ(findAbsoluteControl("*", controls), std::nullopt);
    const std::vector<std::string> twins = {"rtsp://h/a?track=1", "rtsp://h/a?track=2"};
    EXPECT_EQ(findAbsoluteControl("rtsp://h/a?track=2", twins), 1U);
    EXPECT_EQ(findAbsoluteControl("rtsp://h/a", twins), std::nullopt);
}

} // namespace
} // namespace hookcast::rtsp
