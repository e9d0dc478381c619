#include "config/Dump.h"
#include "config/EventNames.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using test::complete;
using test::load;
using test::messages;

TEST(EventNamesTest, areThoseOfTheDocument) {
    for (const char* name :
         {"service:up", "service:down", "service:pulse", "service:emergency", "stream:create", "stream:state",
          "stream:reconnect", "stream:pulse", "stream:delete", "stream:dvr", "server:capture", "server:release"}) {
        const auto event = eventNamed(name);
        ASSERT_TRUE(event.has_value()) << name;
        EXPECT_EQ(nameOf(*event), name);
    }
    for (const char* name : {"", "service", "service:", "Service:up", "service:up ", "stream:*"})
        EXPECT_FALSE(eventNamed(name).has_value()) << name;
}

TEST(WebhookConfigTest, hasTheDefaultsOfTheDocument) {
    const LoadOutcome outcome = load(complete("webhook { url http://localhost:8080/event/; }"));
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    ASSERT_EQ(outcome.config->webhooks.size(), 1U);
    const WebhookConfig& webhook = outcome.config->webhooks[0];
    EXPECT_EQ(webhook.url, "http://localhost:8080/event/");
    EXPECT_EQ(webhook.events, std::vector<std::string>());
    EXPECT_EQ(webhook.batch, 50U);
    EXPECT_EQ(webhook.queue, 5000U);
    EXPECT_EQ(webhook.pulseMs, 60'000);
    EXPECT_EQ(webhook.flushMs, 2000);
    EXPECT_EQ(messages(outcome), "");
}

TEST(WebhookConfigTest, mayStandThereSeveralTimes) {
    const LoadOutcome outcome = load(complete("webhook { url http://a/; events service:up stream:create; }\n"
                                              "webhook { url https://b/; pulse 5; ca_file /ca.pem; }"));
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    ASSERT_EQ(outcome.config->webhooks.size(), 2U);
    EXPECT_EQ(outcome.config->webhooks[0].events, (std::vector<std::string>{"service:up", "stream:create"}));
    EXPECT_EQ(outcome.config->webhooks[1].pulseMs, 5000);
    const LoadOutcome again = load(dump(outcome));
    ASSERT_NE(again.config, nullptr) << messages(again);
    EXPECT_TRUE(test::sameConfig(*outcome.config, *again.config)) << dump(outcome);
}

TEST(WebhookConfigTest, withoutAUsableUrlIsOffWithAWarning) {
    for (const std::string url : {"localhost:8080/event/", "ftp://a/", "http://", "http://a:99999/"}) {
        const LoadOutcome outcome = load(complete("webhook {\n  url " + url + ";\n}"));
        ASSERT_NE(outcome.config, nullptr) << url << messages(outcome);
        EXPECT_TRUE(outcome.config->webhooks.empty()) << url;
        EXPECT_TRUE(messages(outcome).starts_with("test.conf:2:3: warning: 'url': '")) << messages(outcome);
        EXPECT_NE(messages(outcome).find("; no events are sent there\n"), std::string::npos);
    }
    const LoadOutcome missing = load(complete("webhook { queue 10; }"));
    EXPECT_EQ(messages(missing), "test.conf:1:1: warning: webhook has no 'url': no events are sent\n");
    EXPECT_TRUE(missing.config->webhooks.empty());
}

TEST(WebhookConfigTest, aWarningHoldsNoSecret) {
    const std::string text = messages(load(complete("webhook { url ftp://user:secret@a/event?token=secret; }")));
    EXPECT_NE(text.find("'ftp://a/event'"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
}

TEST(WebhookConfigTest, oneThatSaysNothingIsNone) {
    const LoadOutcome outcome = load(complete("webhook { }"));
    EXPECT_TRUE(outcome.config->webhooks.empty());
    EXPECT_EQ(messages(outcome), "");
}

TEST(WebhookConfigTest, unknownEventsAreAWarning) {
    const LoadOutcome outcome = load(complete("webhook { url http://a/;\n events service:up stream:creat; }"));
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome),
              "test.conf:2:2: warning: there is no event 'stream:creat', nothing will be sent for it\n");
    EXPECT_EQ(outcome.config->webhooks.at(0).events, (std::vector<std::string>{"service:up", "stream:creat"}))
        << "else a list of one slip of the pen would ask for everything";
}

TEST(WebhookConfigTest, aBatchFitsIntoTheQueue) {
    EXPECT_EQ(load(complete("webhook { url http://a/; queue 10; }")).config->webhooks.at(0).batch, 10U);
}

TEST(WebhookConfigTest, eventsGoThroughRedisWhereThereIsOne) {
    const std::string webhook = "webhook {\n url http://a/;\n via redis;\n}\n";
    const LoadOutcome shared = load(complete("cluster_redis { enabled on; }\n" + webhook));
    ASSERT_NE(shared.config, nullptr) << messages(shared);
    EXPECT_EQ(shared.config->webhooks.at(0).via, WebhookConfig::Via::Redis);
    EXPECT_TRUE(shared.config->webhooks.at(0).consumer);
    for (const std::string cluster : {"", "cluster_redis { enabled off; }\n", "cluster_redis { }\n"}) {
        const LoadOutcome alone = load(complete(webhook + cluster));
        EXPECT_EQ(alone.config, nullptr);
        EXPECT_EQ(messages(alone), "test.conf:3:2: error: webhook: 'via redis' wants 'cluster_redis', which is not "
                                   "enabled\n");
    }
}

TEST(WebhookConfigTest, hasOneBlockForEachUrlThroughRedis) {
    const std::string cluster = "cluster_redis { enabled on; }\n";
    const std::string shared = "webhook { url http://a/; via redis; }\n";
    EXPECT_NE(load(complete(cluster + shared + "webhook { url http://a/; }")).config, nullptr);
    EXPECT_NE(load(complete(cluster + shared + "webhook { url http://b/; via redis; }")).config, nullptr);
    const LoadOutcome twice = load(complete(cluster + shared + shared));
    EXPECT_EQ(twice.config, nullptr);
    EXPECT_NE(messages(twice).find("another block has this 'url'"), std::string::npos) << messages(twice);
}

TEST(WebhookConfigTest, noConsumerWithoutRedisIsAWarning) {
    const LoadOutcome outcome = load(complete("webhook { url http://a/; consumer off; }"));
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_NE(messages(outcome).find("warning: 'consumer off' counts with 'via redis' only"), std::string::npos)
        << messages(outcome);
}

TEST(WebhookConfigTest, noOtherWayIsTaken) {
    const LoadOutcome outcome = load(complete("webhook { url http://a/; via kafka; }"));
    EXPECT_EQ(outcome.config, nullptr);
}

} // namespace
} // namespace hookcast::config
