#include "hub/StreamName.h"

#include <gtest/gtest.h>

namespace hookcast::hub {
namespace {

std::string errorOf(const base::Result<ConnectTarget>& result) {
    return result.ok() ? std::string() : result.error().message;
}

ConnectTarget target(std::string_view tcUrl, std::string_view app = "") {
    auto result = parseConnectTarget(tcUrl, app);
    EXPECT_EQ(errorOf(result), "") << tcUrl;
    return result.ok() ? result.take() : ConnectTarget();
}

std::string error(std::string_view tcUrl, std::string_view app = "") {
    return errorOf(parseConnectTarget(tcUrl, app));
}

StreamTarget streamTarget(std::string_view name) {
    auto result = parseStreamTarget(name, "live");
    EXPECT_TRUE(result.ok()) << name;
    return result.ok() ? result.take() : StreamTarget();
}

TEST(ConnectTarget, ReadsAPlainUrl) {
    const ConnectTarget plain = target("rtmp://video.test.com/live", "live");
    EXPECT_EQ(plain.tcUrl, "rtmp://video.test.com/live");
    EXPECT_EQ(plain.host, "video.test.com");
    EXPECT_EQ(plain.vhost, "video.test.com");
    EXPECT_EQ(plain.port, 1935);
    EXPECT_EQ(plain.app, "live");
    EXPECT_EQ(plain.param, "");
}

TEST(ConnectTarget, ReadsPortsAndUserInformation) {
    EXPECT_EQ(target("rtmp://a:19350/live").port, 19350);
    EXPECT_EQ(target("rtmp://a:65535/live").port, 65535);
    EXPECT_EQ(target("rtmp://a:/live").port, 1935);
    EXPECT_EQ(target("rtmps://user:pass@a:443/live").host, "a");
    EXPECT_EQ(target("rtmps://user:p@ss@a:443/live").host, "a");
    EXPECT_EQ(target("rtmps://user:pass@a:443/live").port, 443);
}

TEST(ConnectTarget, ReadsIpv6Literals) {
    EXPECT_EQ(target("rtmp://[2001:db8::1]:1936/live").host, "2001:db8::1");
    EXPECT_EQ(target("rtmp://[2001:db8::1]:1936/live").vhost, "2001:db8::1");
    EXPECT_EQ(target("rtmp://[2001:db8::1]:1936/live").port, 1936);
    EXPECT_EQ(target("rtmp://[::1]/live").port, 1935);
    EXPECT_EQ(target("rtmp://u@[::1]/live").host, "::1");
    EXPECT_EQ(target("rtmp://2001:db8::1/live").host, "2001:db8::1");
}

TEST(ConnectTarget, TheApplicationIsThePathOfTheUrl) {
    EXPECT_EQ(target("rtmp://a/live/room1", "other").app, "live/room1");
    EXPECT_EQ(target("rtmp://a/live/").app, "live");
    EXPECT_EQ(target("rtmp://a//live").app, "live");
    EXPECT_EQ(target("rtmp://a/live/_definst_").app, "live");
    EXPECT_EQ(target("rtmp://a/live/_definst_/").app, "live");
    EXPECT_EQ(target("rtmp://a/live_definst_").app, "live_definst_");
}

TEST(ConnectTarget, WithoutAPathTheAppCounts) {
    EXPECT_EQ(target("rtmp://a", "live").app, "live");
    EXPECT_EQ(target("rtmp://a/", "/live/room1/").app, "live/room1");
    EXPECT_EQ(target("rtmp://a?k=v", "live").app, "live");
    EXPECT_EQ(target("rtmp://a?k=v", "live").param, "?k=v");
    EXPECT_EQ(target("rtmp://a?k=v", "live").host, "a");
    EXPECT_EQ(target("rtmp://a", "live?k=v").app, "live");
    EXPECT_EQ(target("rtmp://a", "live?k=v").param, "?k=v");
}

TEST(ConnectTarget, KeepsUrlAndParametersByteForByte) {
    const std::string_view tcUrl = "rtmp://u:p@a:1935/live/?token=a%20b+c&x=1&&=%zz\xC3\xA9\x01?y";
    EXPECT_EQ(target(tcUrl).tcUrl, tcUrl);
    EXPECT_EQ(target(tcUrl).param, "?token=a%20b+c&x=1&&=%zz\xC3\xA9\x01?y");
    EXPECT_EQ(target("rtmp://a/live?").param, "?");
    EXPECT_EQ(target("rtmp://a/live?a=1", "live?b=2").param, "?a=1");
    EXPECT_EQ(target("rtmp://a/live", "live?b=2").param, "?b=2");
}

TEST(ConnectTarget, TheQueryMayNameTheVhost) {
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com").host, "10.0.0.1");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com").app, "live");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com").param, "?vhost=cdn.com");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?a=1&domain=cdn.com&b=2").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://10.0.0.1/live", "live?vhost=cdn.com").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=a.com", "live?vhost=b.com").vhost, "a.com");
}

TEST(ConnectTarget, OtherParametersDoNotNameTheVhost) {
    EXPECT_EQ(target("rtmp://a/live?myvhost=x&vhosts=y&xdomain=z").vhost, "a");
    EXPECT_EQ(target("rtmp://a/live?vhost=").vhost, "a");
    EXPECT_EQ(target("rtmp://a/live?vhost").vhost, "a");
    EXPECT_EQ(target("rtmp://a/live?vhost=&domain=b").vhost, "b");
    EXPECT_EQ(target("rtmp://a/live?x=vhost=b").vhost, "a");
}

TEST(ConnectTarget, TheStreamMayStandBehindTheQuery) {
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com/livestream").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com/livestream").param, "?vhost=cdn.com/livestream");
    EXPECT_EQ(target("rtmp://10.0.0.1/live?vhost=cdn.com?token=1").vhost, "cdn.com");
}

TEST(ConnectTarget, TheApplicationMayNameTheVhost) {
    const ConnectTarget dots = target("rtmp://10.0.0.1/live...vhost...cdn.com", "live...vhost...cdn.com");
    EXPECT_EQ(dots.app, "live");
    EXPECT_EQ(dots.vhost, "cdn.com");
    EXPECT_EQ(dots.host, "10.0.0.1");
    EXPECT_EQ(dots.param, "");
    EXPECT_EQ(dots.tcUrl, "rtmp://10.0.0.1/live...vhost...cdn.com");

    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com...token...abc").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com...token...abc").app, "live");
    EXPECT_EQ(target("rtmp://a/live...token...abc...domain...cdn.com").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com?k=v").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com?k=v").param, "?k=v");
    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com/room1").app, "live/room1");
    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com/room1").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://a/live...vhost...cdn.com/").app, "live");
    EXPECT_EQ(target("rtmp://a", "live...vhost...cdn.com").vhost, "cdn.com");
    EXPECT_EQ(target("rtmp://a/live", "live...vhost...cdn.com").vhost, "cdn.com");
}

TEST(ConnectTarget, IncompletePairsNameNoVhost) {
    EXPECT_EQ(target("rtmp://a/live...").vhost, "a");
    EXPECT_EQ(target("rtmp://a/live...").app, "live");
    EXPECT_EQ(target("rtmp://a/live...vhost").vhost, "a");
    EXPECT_EQ(target("rtmp://a/live...vhost...").vhost, "a");
    EXPECT_EQ(target("rtmp://a/live...token...vhost...cdn.com").vhost, "a");
}

TEST(ConnectTarget, TheQueryGoesBeforeThePairs) {
    EXPECT_EQ(target("rtmp://a/live...vhost...b.com?vhost=c.com").vhost, "c.com");
}

TEST(ConnectTarget, WhoNamesNoApplicationIsInTheDefaultOne) {
    EXPECT_EQ(target("rtmp://a", "").app, "__defaultApp__");
    EXPECT_EQ(target("rtmp://a/", "/").app, "__defaultApp__");
    EXPECT_EQ(target("rtmp://a//", "").app, "__defaultApp__");
    EXPECT_EQ(target("rtmp://a/?vhost=b", "?x").app, "__defaultApp__");
    EXPECT_EQ(target("rtmp://a/?vhost=b", "?x").vhost, "b");
    EXPECT_EQ(target("rtmp://a/?vhost=b", "?x").param, "?vhost=b");
    EXPECT_EQ(target("rtmp://a/...vhost...b", "").app, "__defaultApp__");
    EXPECT_EQ(target("rtmp://a/...vhost...b", "").vhost, "b");
    EXPECT_EQ(target("rtmp://a?authmod=adobe&user=u", "?authmod=adobe&user=u").app, "__defaultApp__");
}

/// What encoders append once they have a user's name and password.
TEST(ConnectTarget, AdobesAuthenticationStandsInTheQuery) {
    for (const std::string_view query :
         {"?authmod=adobe", "?authmod=adobe&user=u", "?authmod=adobe&user=u&challenge=a/b==&response=c+d/e==&opaque=f=",
          "?authmod=llnw&user=u&nonce=1&cnonce=2&nc=00000001&response=abc"}) {
        for (const std::string_view path : {"/live", "/live/", "/live/_definst_"}) {
            const std::string url = "rtmp://a" + std::string(path) + std::string(query);
            const ConnectTarget found = target(url, "live" + std::string(query));
            EXPECT_EQ(found.app, "live") << url;
            EXPECT_EQ(found.param, query) << url;
            EXPECT_EQ(found.tcUrl, url);
            EXPECT_EQ(found.vhost, "a");
        }
        EXPECT_EQ(target("rtmp://a", "live" + std::string(query)).app, "live");
        EXPECT_EQ(target("rtmp://a", "live" + std::string(query)).param, query);
    }
}

TEST(ConnectTarget, RefusesWhatCannotBeServed) {
    EXPECT_EQ(error("", "live"), "URL: no scheme");
    EXPECT_EQ(error("a/live", "live"), "URL: no scheme");
    EXPECT_EQ(error("://a/live", "live"), "URL: no scheme");
    EXPECT_EQ(error("rtmp:///live", "live"), "URL: no host");
    EXPECT_EQ(error("rtmp://:1935/live", "live"), "URL: no host");
    EXPECT_EQ(error("rtmp://u@/live", "live"), "URL: no host");
    EXPECT_EQ(error("rtmp://[]/live", "live"), "URL: no host");
    EXPECT_EQ(error("rtmp://[::1/live", "live"), "URL: no ] behind the address");
    for (const std::string_view port : {"0", "65536", "99999999999999999999", "-1", "+1", "19x", "x", " 1"}) {
        EXPECT_EQ(error("rtmp://a:" + std::string(port) + "/live"), "URL: not a port number") << port;
    }
    EXPECT_EQ(error("rtmp://[::1]x/live"), "URL: not a port number");
}

TEST(StreamTarget, SplitsNameAndParameters) {
    const StreamTarget with = streamTarget("livestream?token=a%20b&x=1");
    EXPECT_EQ(with.stream, "livestream");
    EXPECT_EQ(with.param, "?token=a%20b&x=1");
    EXPECT_EQ(with.vhost, "");
    const StreamTarget without = streamTarget("livestream");
    EXPECT_EQ(without.stream, "livestream");
    EXPECT_EQ(without.param, "");
}

TEST(StreamTarget, KeepsTheNameByteForByte) {
    EXPECT_EQ(streamTarget("mp4:movie.mp4?a").stream, "mp4:movie.mp4");
    EXPECT_EQ(streamTarget("flv:a/b/c").name, "flv:a/b/c");
    EXPECT_EQ(streamTarget("a%20b").stream, "a%20b");
    EXPECT_EQ(streamTarget("a...vhost...b").stream, "a...vhost...b");
    EXPECT_EQ(streamTarget("s?a?b??").param, "?a?b??");
    EXPECT_EQ(streamTarget("s?").param, "?");
}

TEST(StreamTarget, TheApplicationIsWhatStandsBeforeTheLastSlash) {
    EXPECT_EQ(streamTarget("room/cam1").app, "live/room");
    EXPECT_EQ(streamTarget("room/cam1").stream, "cam1");
    EXPECT_EQ(streamTarget("_definst_/cam1").app, "live");
    for (const std::string_view spelling : {"cam1", "/cam1", "//cam1", "cam1/", "cam1//?x=1"}) {
        EXPECT_EQ(streamTarget(spelling).app, "live") << spelling;
        EXPECT_EQ(streamTarget(spelling).stream, "cam1") << spelling;
    }
}

TEST(StreamTarget, RefusesNamesThatABackendWouldSeeAsOthers) {
    for (const std::string_view name : {"a\xff", "\xc3", "a\nb", "a\x7f", "..", "../secret/cam", "a/./b"})
        EXPECT_FALSE(parseStreamTarget(name, "live")) << name;
    EXPECT_FALSE(parseStreamTarget(std::string_view("a\0b", 3), "live"));
    EXPECT_EQ(errorOf(parseConnectTarget("rtmp://a/li\xffve", "")), "application: the name is not UTF-8");
    EXPECT_EQ(errorOf(parseConnectTarget("rtmp://a/live/../secret", "")),
              "application: the name goes up: a segment . or ..");
}

std::string urlOn(std::string_view tcUrl, std::string_view name) {
    return urlOfStream(tcUrl, streamTarget(name));
}

// The media server notify's document reads a token out of this URL's query.
TEST(UrlOfStream, IsOneUrlWithBothQueries) {
    EXPECT_EQ(urlOn("rtmp://h/app", "s"), "rtmp://h/app/s");
    EXPECT_EQ(urlOn("rtmp://h/app", "s?token=1"), "rtmp://h/app/s?token=1");
    EXPECT_EQ(urlOn("rtmp://h/app?token=abc", "s"), "rtmp://h/app/s?token=abc");
    EXPECT_EQ(urlOn("rtmp://h/app?token=abc", "s?a=1&b"), "rtmp://h/app/s?a=1&b&token=abc");
    EXPECT_EQ(urlOn("rtmp://h/app/?token=abc", "/s"), "rtmp://h/app/s?token=abc");
    EXPECT_EQ(urlOn("rtmp://h/app//", "room/s"), "rtmp://h/app/room/s");
    EXPECT_EQ(urlOn("rtmp://h/app?", "s?"), "rtmp://h/app/s");
    EXPECT_EQ(urlOn("rtmp://[::1]:1935/app?x=?", "s"), "rtmp://[::1]:1935/app/s?x=?");
}

TEST(NamesBehind, AreThoseThatFfmpegHasChanged) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(namesBehind("cam"), Names());
    EXPECT_EQ(namesBehind("mp4:cam.mp4"), (Names{"cam.mp4", "cam"}));
    EXPECT_EQ(namesBehind("flv:cam"), Names{"cam"});
    EXPECT_EQ(namesBehind("cam.flv"), Names{"cam"});
    EXPECT_EQ(namesBehind("mp4:"), Names());
    EXPECT_EQ(namesBehind(".flv"), Names());
}

TEST(StreamTarget, MayBeEmpty) {
    EXPECT_EQ(streamTarget("").stream, "");
    EXPECT_EQ(streamTarget("/").stream, "");
    EXPECT_EQ(streamTarget("?a=1").stream, "");
    EXPECT_EQ(streamTarget("?a=1").param, "?a=1");
}

TEST(StreamTarget, TheQueryMayNameTheVhost) {
    EXPECT_EQ(streamTarget("s?vhost=cdn.com").vhost, "cdn.com");
    EXPECT_EQ(streamTarget("s?vhost=cdn.com").param, "?vhost=cdn.com");
    EXPECT_EQ(streamTarget("s?a=1&domain=cdn.com").vhost, "cdn.com");
    EXPECT_EQ(streamTarget("s?a=1&vhost=").vhost, "");
}

} // namespace
} // namespace hookcast::hub
