#include "srt/StreamId.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace hookcast::srt {
namespace {

constexpr StreamIdDefaults kDefaults{"#!::r=live/livestream,m=request", "live", Mode::Request};
constexpr const char* kDefaultVhost = "__defaultVhost__";

struct Sample {
    std::string text;
    Mode mode;
    std::string vhost;
    std::string app;
    std::string stream;
    std::string param;
};

std::ostream& operator<<(std::ostream& out, const Sample& sample) {
    return out << sample.text;
}

class StreamIdTest : public ::testing::TestWithParam<Sample> {};

TEST_P(StreamIdTest, IsRead) {
    const Sample& sample = GetParam();
    const auto id = parseStreamId(sample.text, kDefaults);
    ASSERT_TRUE(id) << id.error().message;
    EXPECT_EQ(id.value().mode, sample.mode);
    EXPECT_EQ(id.value().vhost, sample.vhost);
    EXPECT_EQ(id.value().app, sample.app);
    EXPECT_EQ(id.value().stream, sample.stream);
    EXPECT_EQ(id.value().param, sample.param);
    EXPECT_TRUE(id.value().isStream);
    EXPECT_EQ(id.value().text, sample.text.empty() ? kDefaults.streamId : sample.text);
}

const std::vector<Sample> kSamples = {
    // SRT's access control, as SRS documents it.
    {"#!::r=live/livestream,m=publish", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/livestream,m=request", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/livestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"#!::m=publish,r=live/livestream", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::h=srs.srt.com.cn,r=live/livestream,m=publish", Mode::Publish, "srs.srt.com.cn", "live", "livestream", ""},
    {"#!::h=[::1]:10080,r=live/livestream", Mode::Request, "::1", "live", "livestream", ""},
    {"#!::h=srs.com:10080,r=live/livestream", Mode::Request, "srs.com", "live", "livestream", ""},
    {"#!::r=/live/livestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=livestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/room/livestream", Mode::Request, kDefaultVhost, "live/room", "livestream", ""},
    {"#!::r=live/livestream,m=PUBLISH", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/livestream,t=stream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    // The query, and what becomes one.
    {"#!::r=live/livestream?secret=xxx,m=publish", Mode::Publish, kDefaultVhost, "live", "livestream", "?secret=xxx"},
    {"#!::r=live/s?a=%20+b&c=d/e?f=,m=publish", Mode::Publish, kDefaultVhost, "live", "s", "?a=%20+b&c=d/e?f="},
    {"#!::r=live/s,key1=value1,key2=value2", Mode::Request, kDefaultVhost, "live", "s", "?key1=value1&key2=value2"},
    {"#!::u=admin,r=live/s?a=b,s=123==,m=publish", Mode::Publish, kDefaultVhost, "live", "s", "?a=b&u=admin&s=123=="},
    {"#!::r=live/s?vhost=cdn.com,h=other.com", Mode::Request, "cdn.com", "live", "s", "?vhost=cdn.com"},
    {"#!::r=live...vhost...cdn.com/s", Mode::Request, "cdn.com", "live", "s", ""},
    // SRS's older spellings.
    {"#!::h=live/livestream,m=publish", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::h=live/livestream?secret=x/y,m=publish", Mode::Publish, kDefaultVhost, "live", "livestream", "?secret=x/y"},
    {"#!::h=srs.srt.com.cn/live/livestream,m=publish", Mode::Publish, "srs.srt.com.cn", "live", "livestream", ""},
    {"#!::h=srs.srt.com.cn/live/room/s", Mode::Request, "srs.srt.com.cn", "live/room", "s", ""},
    // Bare names.
    {"live/livestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"/live/livestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"livestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"livestream?a=b,c=d", Mode::Request, kDefaultVhost, "live", "livestream", "?a=b,c=d"},
    {"live/livestream?vhost=cdn.com&x=1", Mode::Request, "cdn.com", "live", "livestream", "?vhost=cdn.com&x=1"},
    // Encoded: all of it, all behind the mark, or the names alone.
    {"%23!::r%3Dlive%2Flivestream%2Cm%3Dpublish", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"%23%21%3A%3Ar%3dlive/s%3Fa%3D1%26b%3D2%2Cm%3Dpublish", Mode::Publish, kDefaultVhost, "live", "s", "?a=1&b=2"},
    {"%23!%3a%3Ah=cdn.com,r=live/s,m=publish", Mode::Publish, "cdn.com", "live", "s", ""},
    {"#!::r%3Dlive%2Flivestream%2Cm%3Dpublish", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live%2Flivestream,m=publish", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/my%20cam,m=publish", Mode::Publish, kDefaultVhost, "live", "my cam", ""},
    {"#!::r=live%2Fs%3Ftoken%3Dx,m=publish", Mode::Publish, kDefaultVhost, "live", "s", "?token=x"},
    {"#!::h=cdn.com%2Flive%2Fs,m=publish", Mode::Publish, "cdn.com", "live", "s", ""},
    {"live%2Flivestream", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    {"live%2Fs?token=%2F", Mode::Request, kDefaultVhost, "live", "s", "?token=%2F"},
    {"live/100%", Mode::Request, kDefaultVhost, "live", "100%", ""},
    // Once.
    {"live/a%2562", Mode::Request, kDefaultVhost, "live", "a%62", ""},
    // With blanks, and commas that separate nothing.
    {" #!::r=live/livestream, m=publish ", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!:: r = live/livestream ,m= publish\n", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/livestream,m=publish,", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/livestream,,m=publish, ,", Mode::Publish, kDefaultVhost, "live", "livestream", ""},
    {"#!::r=live/s, u=admin ,m=publish,", Mode::Publish, kDefaultVhost, "live", "s", "?u=admin"},
    {"live/livestream ", Mode::Request, kDefaultVhost, "live", "livestream", ""},
    // None at all.
    {"", Mode::Request, kDefaultVhost, "live", "livestream", ""},
};

INSTANTIATE_TEST_SUITE_P(Spellings, StreamIdTest, ::testing::ValuesIn(kSamples));

TEST(StreamIdHostTest, IsWhatStandsInH) {
    const auto hostOf = [](const char* text) { return parseStreamId(text, {}).value().host; };
    EXPECT_EQ(hostOf("#!::h=v1,r=live/s"), "v1");
    EXPECT_EQ(hostOf("#!::h=v1/live/s"), "v1");
    EXPECT_EQ(hostOf("#!::h=live/s"), "");
    EXPECT_EQ(hostOf("#!::r=live/s?vhost=v1"), "");
    EXPECT_EQ(hostOf("live/s?vhost=v1"), "");
}

TEST(StreamIdDefaultsTest, CountWhereNothingIsSaid) {
    const StreamIdDefaults studio{"studio/a?x=1", "studio", Mode::Publish};
    const auto none = parseStreamId("", studio);
    ASSERT_TRUE(none);
    EXPECT_EQ(none.value().mode, Mode::Publish);
    EXPECT_EQ(none.value().text, "studio/a?x=1");
    EXPECT_EQ(parseStreamId("b", studio).value().app, "studio");
    EXPECT_EQ(parseStreamId("#!::r=b", studio).value().mode, Mode::Publish);
    EXPECT_EQ(parseStreamId("#!::r=b,m=request", studio).value().mode, Mode::Request);
    EXPECT_FALSE(parseStreamId("", {"", "live", Mode::Request}));
}

TEST(StreamIdModeTest, TellsWhatLiveStreamsDoNotHave) {
    EXPECT_EQ(parseStreamId("#!::r=a/b,m=bidirectional", kDefaults).value().mode, Mode::Other);
    EXPECT_EQ(parseStreamId("#!::r=a/b,m=", kDefaults).value().mode, Mode::Other);
    EXPECT_FALSE(parseStreamId("#!::r=a/b,t=file", kDefaults).value().isStream);
}

class BrokenStreamIdTest : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenStreamIdTest, IsRefused) {
    EXPECT_FALSE(parseStreamId(GetParam(), kDefaults)) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Broken, BrokenStreamIdTest,
                         ::testing::Values("#!::", "#!::r", "#!::r=", "#!::m=publish", "#!::=x,r=a/b", "#!::,", " ",
                                           "#!::r=a/b,x", "#!::r=a/b,r=c/d", "#!::r=a/b,m=publish,m=request",
                                           "#!:{r:a}", "#!", "#!:r=a/b", "/", "//", "?", "?a=b", "live/", "#!::r=live/",
                                           "#!::h=host", "#!::h=host,m=publish", "#!::h=a/b,r=c/d", "#!::h=a?b,r=c/d",
                                           "#!::h=[::1,r=c/d", "#!::h=host:99999,r=c/d"));

} // namespace
} // namespace hookcast::srt
