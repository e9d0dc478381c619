#include "config/JsonConfig.h"

#include "config/Dump.h"
#include "config/JsonDocument.h"
#include "shared/CertificateAuthority.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;
using Kind = JsonValue::Kind;

constexpr const char* kServer = "{\n"
                                "    \"cluster\": {\n"
                                "        \"webhook\": \"http://localhost:8080/event/\",\n"
                                "        \"events\": []\n"
                                "    }\n"
                                "}\n";

TEST(JsonConfigTest, knowsJsonByItsFirstCharacter) {
    for (const char* text : {"{}", " \r\n\t{", "\xEF\xBB\xBF{"}) EXPECT_TRUE(looksLikeJson(text)) << text;
    for (const char* text : {"", " ", "[]", "listen 1;", "<{", "\"{\""}) EXPECT_FALSE(looksLikeJson(text)) << text;
}

TEST(JsonConfigTest, readsTheDocumentsFile) {
    const LoadOutcome outcome = load(kServer);
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    WebhookConfig expected;
    expected.url = "http://localhost:8080/event/";
    EXPECT_EQ(outcome.config->webhooks, std::vector<WebhookConfig>{expected});
    ASSERT_EQ(outcome.config->rtmpListen.size(), 1U);
    EXPECT_EQ(outcome.config->rtmpListen[0].port, 1935);
    EXPECT_NE(defaultVhost(outcome), nullptr);
    EXPECT_FALSE(outcome.config->daemon);
    EXPECT_TRUE(outcome.config->log.toConsole);
}

TEST(JsonConfigTest, readsWhichEventsAreWanted) {
    const LoadOutcome outcome =
        load(R"({"cluster":{"events":["service:up","stream:dvr"],"webhook":"https://h/e?key=1"}})");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->webhooks.at(0).events, (std::vector<std::string>{"service:up", "stream:dvr"}));
    EXPECT_EQ(outcome.config->webhooks.at(0).url, "https://h/e?key=1");
}

TEST(JsonConfigTest, aWrongUrlDisablesTheWebhookWithAWarning) {
    for (const std::string value : {R"("localhost:8080")", R"("ftp://h/")", R"("http://")", R"("http://h:0/")", R"("")",
                                    "5", "null", "[]", "{}", "true", R"("http://'\"/")"}) {
        const LoadOutcome outcome = load("{\"cluster\":{\n \"webhook\": " + value + "}}");
        ASSERT_NE(outcome.config, nullptr) << value << messages(outcome);
        EXPECT_TRUE(outcome.config->webhooks.empty()) << value;
        EXPECT_TRUE(messages(outcome).starts_with("test.conf:2:2: warning: 'cluster.webhook': ")) << messages(outcome);
        EXPECT_EQ(outcome.findings.size(), 1U) << messages(outcome);
    }
}

TEST(JsonConfigTest, withoutAUrlThereIsAWarningToo) {
    EXPECT_EQ(messages(load(R"({"cluster":{"events":[]}})")),
              "test.conf:1:2: warning: 'cluster.webhook': expected a URL; no events are sent\n");
    EXPECT_EQ(messages(load("{}")), "test.conf:1:1: warning: no 'cluster.webhook' here: no events are sent\n");
    EXPECT_EQ(messages(load("{\"cluster\":1}")),
              "test.conf:1:2: warning: 'cluster': expected an object; no events are sent\n");
}

TEST(JsonConfigTest, strangeEventsAreWarnings) {
    const LoadOutcome outcome =
        load("{\"cluster\":{\"webhook\":\"http://h/\",\n\"events\":[\"service:up\",\n5,\"stream:made\"]}}");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome),
              "test.conf:2:1: warning: there is no event 'stream:made', nothing will be sent for it\n"
              "test.conf:3:1: warning: 'cluster.events': expected the name of an event\n");
    EXPECT_NE(messages(load(R"({"cluster":{"webhook":"http://h/","events":"service:up"}})"))
                  .find("'cluster.events': expected an array; all events are sent"),
              std::string::npos);
}

TEST(JsonConfigTest, readsTheClusterAsItsBlockHasIt) {
    const std::map<std::string, std::string> files = {{"/ca.pem", support::CertificateAuthority().pem()}};
    const LoadOutcome outcome = load(R"({"cluster": {"webhook": "http://h/", "redis": {
        "enabled": true, "url": "rediss://u:p@h:6380/2", "sentinel": ["h:1", "i:2"], "master": "main",
        "node": "media-2", "lease": 2.5, "max_captures": 7, "ca_file": "/ca.pem"}}})",
                                     {}, files);
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    const LoadOutcome nginx =
        load("cluster_redis { enabled on; url rediss://u:p@h:6380/2; sentinel h:1 i:2; master main;"
             " node media-2; lease 2.5; max_captures 7; ca_file /ca.pem; }",
             {}, files);
    ASSERT_NE(nginx.config, nullptr) << messages(nginx);
    EXPECT_EQ(outcome.config->cluster, nginx.config->cluster);
    const LoadOutcome again = load(dump(outcome), {}, files);
    ASSERT_NE(again.config, nullptr) << messages(again);
    EXPECT_EQ(again.config->cluster, outcome.config->cluster);
}

TEST(JsonConfigTest, aClusterIsCheckedAsItsBlockIs) {
    const auto messagesOf = [](const std::string& redis) {
        return messages(load("{\"cluster\":{\"webhook\":\"http://h/\",\n\"redis\":" + redis + "}}"));
    };
    EXPECT_EQ(messagesOf(R"({"url":"redis://h"})"), "test.conf:2:1: warning: 'cluster.redis' has no \"enabled\": true, "
                                                    "so this server is a node of no cluster\n");
    EXPECT_EQ(messagesOf(R"({"enabled":false})"), "");
    for (const char* wrong : {"\"redis://h\"", "5", "null", "true", "[]"})
        EXPECT_EQ(messagesOf(wrong), "test.conf:2:1: error: 'cluster.redis': expected an object\n") << wrong;
    for (const char* wrong : {"null", "{}", "\"\"", "[[]]", "[null]"})
        EXPECT_NE(messagesOf(std::string("{\"enabled\":true,\"node\":") + wrong + "}")
                      .find("error: 'cluster.redis.node': expected a text, a number, true or false"),
                  std::string::npos)
            << wrong;
    for (const char* wrong : {R"({"enabled":true,"url":"http://h"})", R"({"enabled":true,"node":"a b"})",
                              R"({"enabled":true,"master":"main"})"})
        EXPECT_EQ(load(std::string("{\"cluster\":{\"redis\":") + wrong + "}}").config, nullptr) << wrong;
    for (const char* wrong :
         {R"({"enabled":true,"lease":"soon"})", R"({"enabled":true,"max_captures":-1})", R"({"enabled":"maybe"})"})
        EXPECT_NE(messagesOf(wrong).find("warning: 'cluster.redis."), std::string::npos) << messagesOf(wrong);
    EXPECT_EQ(messagesOf(R"({"enabled":true,"urls":["h"],"enabled":false})"),
              "test.conf:2:25: warning: \"urls\" has no effect\n"
              "test.conf:2:38: warning: \"enabled\" is ignored, the first one counts\n");
}

TEST(JsonConfigTest, whatIsNotOursIsListedWithItsPlace) {
    const LoadOutcome outcome = load("{\"name\": \"x\",\n"
                                     " \"cluster\": {\"webhook\": \"http://h/\", \"nodes\": [{\"a\":1}, {\"b\":2}],\n"
                                     "  \"webhook\": \"http://i/\"},\n \"rtsp\": {\"port\": 554}}");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "test.conf:1:2: warning: \"name\" has no effect\n"
                                 "test.conf:2:38: warning: \"nodes\" has no effect\n"
                                 "test.conf:3:3: warning: \"webhook\" is ignored, the first one counts\n"
                                 "test.conf:4:2: warning: \"rtsp\" has no effect\n");
    EXPECT_EQ(outcome.config->webhooks.at(0).url, "http://h/");
    const std::string dumped = dump(outcome);
    EXPECT_NE(dumped.find("# test.conf:2:38: cluster.nodes\n"), std::string::npos) << dumped;
}

TEST(JsonConfigTest, whatWouldLetClientsInUnaskedIsAnError) {
    for (const char* text : {R"({"on_publish": "http://h/"})", R"({"http_hooks": {"enabled": true}})",
                             R"({"cluster": {"auth": {"enabled": true}}})", R"({"rtsp": {"onPlay": "http://h/"}})",
                             R"({"vhost": [{"need_auth": true}]})"}) {
        const LoadOutcome outcome = load(text);
        EXPECT_EQ(outcome.config, nullptr) << text;
        EXPECT_NE(messages(outcome).find("clients would be let in without it"), std::string::npos) << text;
    }
    EXPECT_NE(load(R"({"on_publish": "", "auth": {}, "hooks": null})").config, nullptr);
}

TEST(JsonConfigTest, faultsAreNamedWithTheirPlace) {
    EXPECT_EQ(messages(load("{\"a\": 1,\n \"b\": tru}")),
              "test.conf:2:7: error: JSON: expected 'e' instead of byte '}'\n");
    EXPECT_TRUE(messages(load("{\"a\": 1")).starts_with("test.conf:1:8: error: JSON: "));
    EXPECT_TRUE(messages(load("{}\n x")).starts_with("test.conf:2:2: error: JSON: "));
    EXPECT_TRUE(messages(load("{\"a\\u0000b\":1}")).find("error: JSON: ") != std::string::npos);
    EXPECT_EQ(load("{'a':1}").config, nullptr);
    EXPECT_EQ(load("{\"a\":1} // no").config, nullptr);
    EXPECT_EQ(load("{\"a\":123456789012345678901234567890}").config, nullptr);
}

TEST(JsonConfigTest, theEnvironmentBeatsTheFile) {
    const LoadOutcome outcome = load(kServer, {{"SRS_LISTEN", "19350"}});
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 19350);
}

TEST(JsonConfigTest, theDumpIsTheSameInNginxStyle) {
    const LoadOutcome outcome = ConfigLoader().loadFile(HOOKCAST_SOURCE_DIR "/conf/server.json", {});
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    const LoadOutcome again = load(dump(outcome));
    ASSERT_NE(again.config, nullptr) << messages(again);
    EXPECT_EQ(messages(again), "");
    EXPECT_TRUE(test::sameConfig(*outcome.config, *again.config)) << dump(outcome);
}

std::optional<JsonValue> read(const std::string& text, const JsonLimits& limits = {}) {
    Findings findings;
    return readJson(text, "test.json", findings, limits);
}

TEST(JsonDocumentTest, holdsValuesNamesAndPlaces) {
    const auto document = read("{ \"a\" : \"x\\\"\\u00e9{\" ,\n\"b\":[ true,-1.5,\nnull ],\"c\":{}}");
    ASSERT_TRUE(document.has_value());
    ASSERT_EQ(document->children.size(), 3U);
    const JsonValue& text = document->children[0];
    EXPECT_EQ(text.name, "a");
    EXPECT_EQ(text.text, "x\"\xC3\xA9{");
    EXPECT_EQ(text.location.text(), "test.json:1:3");
    const JsonValue& array = document->children[1];
    EXPECT_EQ(array.location.text(), "test.json:2:1");
    ASSERT_EQ(array.children.size(), 3U);
    EXPECT_EQ(array.children[0].kind, Kind::Boolean);
    EXPECT_EQ(array.children[1].kind, Kind::Number);
    EXPECT_EQ(array.children[1].location.text(), "test.json:2:12");
    EXPECT_EQ(array.children[2].kind, Kind::Null);
    EXPECT_EQ(array.children[2].location.text(), "test.json:3:1");
    EXPECT_EQ(document->children[2].kind, Kind::Object);
    EXPECT_EQ(document->children[2].location.text(), "test.json:3:8");
}

TEST(JsonDocumentTest, isBounded) {
    EXPECT_TRUE(read("[1,2,3]", {1000, 4, 10}).has_value());
    EXPECT_FALSE(read("[1,2,3]", {1000, 3, 10}).has_value());
    EXPECT_FALSE(read("[1,2,3]", {6, 100, 10}).has_value());
    EXPECT_TRUE(read("[[[1]]]", {1000, 100, 3}).has_value());
    EXPECT_FALSE(read("[[[[1]]]]", {1000, 100, 3}).has_value());
    EXPECT_FALSE(read(std::string(100'000, '[')).has_value());
}

} // namespace
} // namespace hookcast::config
