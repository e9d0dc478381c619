// vhost.http_notify, the block that may repeat.
#include "config/Dump.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;
using Words = std::vector<std::string>;
using Protocols = std::vector<Protocol>;

LoadOutcome loadVhost(const std::string& content) {
    return load("listen 1935; vhost __defaultVhost__ {\n" + content + "\n}");
}

TEST(NotifyConfigTest, everyBlockCountsInTheOrderOfTheFile) {
    const LoadOutcome outcome = loadVhost("http_notify { enabled on; on_play http://a/; }\n"
                                          "play { mw_latency 1; }\n"
                                          "http_notify { enabled on; protocols rtsp; on_play http://b/ http://c/; }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    const std::vector<NotifyConfig>& notifies = defaultVhost(outcome)->notifies;
    ASSERT_EQ(notifies.size(), 2U);
    EXPECT_EQ(notifies[0].onPlay, Words{"http://a/"});
    EXPECT_EQ(notifies[1].onPlay, (Words{"http://b/", "http://c/"}));
    EXPECT_EQ(notifies[1].protocols, Protocols{Protocol::Rtsp});
}

TEST(NotifyConfigTest, itIsForAllProtocolsUnlessItNamesSome) {
    NotifyConfig notify;
    for (const Protocol protocol : {Protocol::Rtmp, Protocol::Rtsp, Protocol::Srt, Protocol::HttpFlv, Protocol::Hls})
        EXPECT_TRUE(notify.isFor(protocol));
    notify.protocols = {Protocol::Rtsp, Protocol::Srt};
    EXPECT_TRUE(notify.isFor(Protocol::Rtsp));
    EXPECT_TRUE(notify.isFor(Protocol::Srt));
    EXPECT_FALSE(notify.isFor(Protocol::Rtmp));
}

TEST(NotifyConfigTest, aProtocolOrMethodThatDoesNotExistIsAnError) {
    const LoadOutcome outcome = loadVhost("http_notify { enabled off; protocols rtsp rstp; notify_method PUT;\n}");
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome),
              "test.conf:2:28: error: 'protocols': expected one of rtmp, rtsp, srt, httpflv, hls, found 'rstp'\n"
              "test.conf:2:49: error: 'notify_method': expected one of POST, GET, found 'PUT'\n");
}

TEST(NotifyConfigTest, aUrlThatCannotBeCalledIsAnErrorWhereTheBlockIsOn) {
    const LoadOutcome on = loadVhost("http_notify { enabled on; on_done ftp://a/; }");
    EXPECT_EQ(on.config, nullptr);
    EXPECT_NE(messages(on).find("test.conf:2:27: error: 'on_done': 'ftp://a/'"), std::string::npos) << messages(on);
    const LoadOutcome off = loadVhost("http_notify { enabled off; on_done ftp://a/; }");
    EXPECT_NE(off.config, nullptr);
    EXPECT_NE(messages(off).find("(http_notify is off here)"), std::string::npos) << messages(off);
}

TEST(NotifyConfigTest, aBlockThatNobodyTurnedOnIsAWarning) {
    EXPECT_NE(messages(loadVhost("http_notify { on_play http://a/; }"))
                  .find("test.conf:2:1: warning: http_notify names URLs but is not enabled"),
              std::string::npos);
    EXPECT_EQ(messages(loadVhost("http_notify { enabled off; on_play http://a/; }")), "");
}

TEST(NotifyConfigTest, namesInEveryBlockAreChecked) {
    const LoadOutcome outcome = loadVhost("http_notify { enabled on; }\nhttp_notify { on_paly http://a/; }");
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("test.conf:3:15: error: unknown directive 'on_paly' in vhost.http_notify; did you "
                                     "mean 'on_play'?"),
              std::string::npos)
        << messages(outcome);
    EXPECT_NE(messages(loadVhost("on_done http://a/;")).find("it belongs in vhost.http_notify"), std::string::npos);
}

TEST(NotifyConfigTest, withinABlockASecondOneIsAnError) {
    const LoadOutcome outcome = loadVhost("http_notify { enabled on; on_play http://a/; on_play http://b/; }");
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("put all URLs on one line"), std::string::npos) << messages(outcome);
}

TEST(NotifyConfigTest, aBlockThatSaysNothingIsNone) {
    const LoadOutcome outcome = loadVhost("http_notify { }\nhttp_notify { enabled off; timeout 30; }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_TRUE(defaultVhost(outcome)->notifies.empty());
}

TEST(NotifyConfigTest, theDumpHasEachBlock) {
    const LoadOutcome outcome =
        loadVhost("http_notify { enabled on; on_play http://a/?x=1 'http://b/{'; notify_method GET; }\n"
                  "http_notify { enabled off; on_done http://c/; protocols rtsp srt; timeout 2.5; ca_file '/a b'; }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    const std::string text = dump(*outcome.config);
    const std::string policy = "        last_ttl 300;\n        breaker_failures 5;\n        breaker_open 1;\n"
                               "        cache_verdicts off;\n        cache_size 100000;\n";
    EXPECT_NE(text.find("    http_notify {\n        enabled on;\n        on_play http://a/?x=1 \"http://b/{\";\n"
                        "        notify_method GET;\n        update_interval 30;\n        timeout 30;\n"
                        "        insecure off;\n        user_agent hookcast;\n" +
                        policy +
                        "    }\n"
                        "    http_notify {\n        enabled off;\n        on_done http://c/;\n"
                        "        notify_method POST;\n        protocols rtsp srt;\n        update_interval 30;\n"
                        "        timeout 2.5;\n        ca_file \"/a b\";\n        insecure off;\n"
                        "        user_agent hookcast;\n" +
                        policy + "    }\n"),
              std::string::npos)
        << text;
    const LoadOutcome again = load(text);
    ASSERT_NE(again.config, nullptr) << messages(again);
    EXPECT_TRUE(test::sameConfig(*outcome.config, *again.config));
}

TEST(NotifyConfigTest, everyVhostHasItsOwn) {
    const LoadOutcome outcome =
        load("listen 1; vhost a { http_notify { enabled on; on_play http://a/; } } vhost b { }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->findVhost("a")->notifies.size(), 1U);
    EXPECT_TRUE(outcome.config->findVhost("b")->notifies.empty());
    EXPECT_NE(*outcome.config->findVhost("a"), *outcome.config->findVhost("b"));
}

} // namespace
} // namespace hookcast::config
