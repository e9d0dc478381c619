#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;

LoadOutcome loadInVhost(const std::string& text) {
    return load("listen 1935; vhost __defaultVhost__ {\n" + text + "\n}");
}

TEST(LegacyNamesTest, oldNamesOfAVhostTakeEffect) {
    const LoadOutcome outcome = loadInVhost("gop_cache off; gop_cache_max_frames 7; queue_length 5; mw_latency 100;\n"
                                            "publish_1stpkt_timeout 1000; publish_normal_timeout 2000;");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "");
    const VhostConfig& vhost = *defaultVhost(outcome);
    EXPECT_FALSE(vhost.play.gopCache);
    EXPECT_EQ(vhost.play.gopCacheMaxFrames, 7U);
    EXPECT_EQ(vhost.play.queueLengthMs, 5000);
    EXPECT_EQ(vhost.play.mwLatencyMs, 100);
    EXPECT_EQ(vhost.publish.firstPacketTimeoutMs, 1000);
    EXPECT_EQ(vhost.publish.normalTimeoutMs, 2000);
}

TEST(LegacyNamesTest, theBlockOfMergedReadsTakesEffect) {
    const LoadOutcome outcome = loadInVhost("mr { enabled on; latency 70; }\npublish { mr off; normal_timeout 9000; }");
    ASSERT_NE(outcome.config, nullptr);
    const PublishConfig& publish = defaultVhost(outcome)->publish;
    EXPECT_TRUE(publish.mergedRead);
    EXPECT_EQ(publish.mergedReadLatencyMs, 70);
    EXPECT_EQ(publish.normalTimeoutMs, 9000);
    EXPECT_EQ(messages(outcome), "test.conf:3:11: warning: 'mr' is ignored: 'enabled' at test.conf:2:6 beats it\n");
    EXPECT_FALSE(defaultVhost(loadInVhost("mr { enabled off; }"))->publish.mergedRead);
}

TEST(LegacyNamesTest, theOldNameOfStaticFilesTakesEffect) {
    const LoadOutcome outcome = loadInVhost("http { enabled on; mount /old; dir ./files; }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "");
    const HttpStaticConfig& files = defaultVhost(outcome)->httpStatic;
    EXPECT_TRUE(files.enabled);
    EXPECT_EQ(files.mount, "/old");
    EXPECT_EQ(files.dir, "./files");
    const LoadOutcome both = loadInVhost("http { enabled on; }\nhttp_static { enabled off; }");
    EXPECT_FALSE(defaultVhost(both)->httpStatic.enabled);
    EXPECT_EQ(messages(both), "test.conf:2:1: warning: 'http' is ignored: 'http_static' at test.conf:3:1 beats it\n");
}

TEST(LegacyNamesTest, anOldNameBeatsTheModernBlockBeforeAndAfterIt) {
    for (const char* text : {"gop_cache off;\nplay { gop_cache on; mw_latency 5; }",
                             "play { gop_cache on; mw_latency 5; }\ngop_cache off;"}) {
        const LoadOutcome outcome = loadInVhost(text);
        ASSERT_NE(outcome.config, nullptr);
        EXPECT_FALSE(defaultVhost(outcome)->play.gopCache) << text;
        EXPECT_EQ(defaultVhost(outcome)->play.mwLatencyMs, 5) << text;
        EXPECT_NE(messages(outcome).find("warning: 'gop_cache' is ignored: 'gop_cache' at test.conf:"),
                  std::string::npos)
            << messages(outcome);
    }
}

TEST(LegacyNamesTest, theLastOfSeveralOldLinesCounts) {
    const LoadOutcome outcome = loadInVhost("queue_length 1;\nqueue_length 2;\nqueue_length 3;");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(defaultVhost(outcome)->play.queueLengthMs, 3000);
    EXPECT_EQ(messages(outcome),
              "test.conf:2:1: warning: 'queue_length' is ignored: 'queue_length' at test.conf:3:1 beats it\n"
              "test.conf:3:1: warning: 'queue_length' is ignored: 'queue_length' at test.conf:4:1 beats it\n");
}

TEST(LegacyNamesTest, messagesSpeakOfTheNameInTheFile) {
    EXPECT_NE(messages(loadInVhost("publish_1stpkt_timeout soon;"))
                  .find("test.conf:2:1: warning: 'publish_1stpkt_timeout': 'soon' is not a number"),
              std::string::npos);
}

TEST(LegacyNamesTest, referOfSrs1TurnsTheBlockOn) {
    using Sites = std::vector<std::string>;
    const LoadOutcome outcome = loadInVhost("refer a.com b.com; refer_play c.com; refer_publish d.com;");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "");
    EXPECT_EQ(defaultVhost(outcome)->refer,
              (ReferConfig{true, Sites{"a.com", "b.com"}, Sites{"d.com"}, Sites{"c.com"}}));
    EXPECT_EQ(defaultVhost(loadInVhost("refer a.com;"))->refer, (ReferConfig{true, Sites{"a.com"}, {}, {}}));
    EXPECT_EQ(defaultVhost(loadInVhost("refer_play c.com;"))->refer, (ReferConfig{true, {}, {}, Sites{"c.com"}}));
    EXPECT_EQ(defaultVhost(loadInVhost("refer { all a.com; } refer_play c.com;"))->refer,
              (ReferConfig{true, Sites{"a.com"}, {}, Sites{"c.com"}}));
    EXPECT_FALSE(defaultVhost(loadInVhost("refer { enabled off; } refer_play c.com;"))->refer.enabled);
    EXPECT_FALSE(defaultVhost(loadInVhost("refer { all a.com; }"))->refer.enabled);
}

TEST(LegacyNamesTest, whatSrs7PutsIntoRtmpTakesEffect) {
    const LoadOutcome outcome = load("rtmp { listen 1936; chunk_size 200; } vhost __defaultVhost__ { }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "");
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 1936);
    EXPECT_EQ(defaultVhost(outcome)->chunkSizeBytes, 200U);
}

TEST(LegacyNamesTest, theTopLevelBeatsRtmpAndItsFirstLineCounts) {
    const LoadOutcome outcome = load("rtmp { listen 1936; }\nlisten 1937;\nlisten 1938;\nvhost a { }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 1937);
    EXPECT_EQ(messages(outcome), "test.conf:1:8: warning: 'listen' is ignored: the one at test.conf:2:1 beats it\n"
                                 "test.conf:3:1: warning: 'listen' is ignored, the first one counts (test.conf:2:1)\n");
}

TEST(LegacyNamesTest, aVhostCannotReachAnotherOne) {
    const LoadOutcome outcome = load("listen 1; vhost a { gop_cache off; } vhost b { }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_FALSE(outcome.config->findVhost("a")->play.gopCache);
    EXPECT_TRUE(outcome.config->findVhost("b")->play.gopCache);
}

} // namespace
} // namespace hookcast::config
