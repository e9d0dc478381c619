// What srt_server's directives mean together.
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::load;
using test::messages;

LoadOutcome loadServer(const std::string& directives) {
    return load("listen 1935; vhost a { }\nsrt_server { enabled on; " + directives + " }");
}

SrtServerConfig read(const std::string& directives) {
    const LoadOutcome outcome = loadServer(directives);
    EXPECT_NE(outcome.config, nullptr) << messages(outcome);
    return outcome.config == nullptr ? SrtServerConfig{} : outcome.config->srt;
}

TEST(SrtDirectivesTest, whereItIsOnItListensAtTheUsualPort) {
    ASSERT_EQ(read("").listen.size(), 1U);
    EXPECT_EQ(read("").listen[0].port, 10080);
    EXPECT_EQ(read("listen 9000;").listen[0].port, 9000);
    EXPECT_TRUE(load("listen 1935; vhost a { } srt_server { }").config->srt.listen.empty());
}

TEST(SrtDirectivesTest, latencyIsThatOfBothDirectionsWhereTheyAreNotSet) {
    EXPECT_EQ(read("latency 200;").receiveLatencyMs, 200);
    EXPECT_EQ(read("latency 200;").peerLatencyMs, 200);
    EXPECT_EQ(read("latency 200; recvlatency 50;").receiveLatencyMs, 50);
    EXPECT_EQ(read("peerlatency 60; latency 200;").peerLatencyMs, 60);
    // A player may ask for less than the server waits for itself.
    EXPECT_EQ(read("").receiveLatencyMs, 120);
    EXPECT_EQ(read("").peerLatencyMs, 0);
}

TEST(SrtDirectivesTest, theOldSpellingOfTlpktdropTakesEffect) {
    EXPECT_FALSE(read("tlpkdrop off;").dropsTooLate);
    const LoadOutcome both = loadServer("tlpkdrop off; tlpktdrop on;");
    ASSERT_NE(both.config, nullptr);
    EXPECT_TRUE(both.config->srt.dropsTooLate);
    EXPECT_EQ(messages(both),
              "test.conf:2:26: warning: 'tlpkdrop' is ignored: 'tlpktdrop' at test.conf:2:40 beats it\n");
}

TEST(SrtDirectivesTest, aSecretHasTheLengthThatSrtWants) {
    EXPECT_EQ(read("passphrase 0123456789;").passphrase, "0123456789");
    for (const std::string& secret : {std::string("123456789"), std::string(80, 'x')}) {
        const LoadOutcome outcome = loadServer("passphrase " + secret + ";");
        EXPECT_EQ(outcome.config, nullptr);
        EXPECT_EQ(messages(outcome).find(secret), std::string::npos) << "a secret is not repeated";
        EXPECT_NE(messages(outcome).find("characters, expected 10 to 79"), std::string::npos) << messages(outcome);
    }
    EXPECT_EQ(loadServer("pbkeylen 17;").config, nullptr);
}

TEST(SrtDirectivesTest, aPayloadFitsInItsPacket) {
    EXPECT_EQ(read("mss 1360;").payloadBytes, 1316U);
    EXPECT_EQ(loadServer("mss 1359;").config, nullptr);
    EXPECT_EQ(loadServer("mss 1000; payloadsize 1000;").config, nullptr);
    EXPECT_EQ(read("mss 1000; payloadsize 752;").payloadBytes, 752U);
}

} // namespace
} // namespace hookcast::config
