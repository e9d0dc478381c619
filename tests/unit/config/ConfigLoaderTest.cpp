#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::load;
using test::messages;

TEST(ConfigLoaderTest, anEmptyFileIsAnError) {
    for (const char* text : {"", " \n", "# only a comment\n", "\xEF\xBB\xBF"}) {
        const LoadOutcome outcome = load(text);
        EXPECT_EQ(outcome.config, nullptr);
        EXPECT_EQ(messages(outcome), "test.conf: error: conf is empty, expected at least 'listen' and a vhost\n");
    }
}

TEST(ConfigLoaderTest, withoutListenTheUsualPortIsAssumed) {
    const LoadOutcome outcome = load("vhost a { }");
    ASSERT_NE(outcome.config, nullptr);
    ASSERT_EQ(outcome.config->rtmpListen.size(), 1U);
    EXPECT_EQ(outcome.config->rtmpListen[0].port, 1935);
    EXPECT_EQ(messages(outcome), "test.conf: warning: no address to listen on, 'listen 1935' is assumed\n");
}

TEST(ConfigLoaderTest, withoutAVhostThereIsAWarning) {
    const LoadOutcome outcome = load("listen 1935;");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("test.conf: warning: no vhost"), std::string::npos);
}

TEST(ConfigLoaderTest, aVhostHasTheGlobalChunkSizeUnlessItSetsItsOwn) {
    const LoadOutcome outcome = load("vhost a { } vhost b { chunk_size 300; } listen 1; chunk_size 200;");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->findVhost("a")->chunkSizeBytes, 200U);
    EXPECT_EQ(outcome.config->findVhost("b")->chunkSizeBytes, 300U);
}

TEST(ConfigLoaderTest, aListenAddressKnowsItsDirective) {
    const LoadOutcome outcome = load("\n listen 1935 127.0.0.1:1936;\nvhost a { }");
    ASSERT_NE(outcome.config, nullptr);
    const ListenAddress& second = outcome.config->rtmpListen.at(1);
    EXPECT_EQ(second.directive, "listen 127.0.0.1:1936");
    EXPECT_EQ(second.where.text(), "test.conf:2:2");
}

TEST(ConfigLoaderTest, aHookThatCannotBeCalledIsAnErrorWhereHooksAreOn) {
    const LoadOutcome on = load("listen 1; vhost a { http_hooks { enabled on;\n on_play 127.0.0.1:8085/api; } }");
    EXPECT_EQ(on.config, nullptr);
    EXPECT_EQ(messages(on), "test.conf:2:2: error: 'on_play': '127.0.0.1:8085/api': expected a URL that begins with "
                            "http:// or https://\n");
    const LoadOutcome off = load("listen 1; vhost a { http_hooks { enabled off;\n on_play 127.0.0.1:8085/api; } }");
    EXPECT_NE(off.config, nullptr);
    EXPECT_NE(messages(off).find("test.conf:2:2: warning: 'on_play'"), std::string::npos);
}

TEST(ConfigLoaderTest, messagesAboutHookUrlsKeepSecrets) {
    const LoadOutcome outcome =
        load("listen 1; vhost a { http_hooks { enabled on; on_play http://user:hush@/x?token=hush; } }");
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome).find("hush"), std::string::npos) << messages(outcome);
}

TEST(ConfigLoaderTest, hooksThatNobodyTurnedOnAreAWarning) {
    const LoadOutcome outcome = load("listen 1; vhost a {\nhttp_hooks { on_play http://a/; } }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("test.conf:2:1: warning: http_hooks names URLs but is not enabled"),
              std::string::npos);
    EXPECT_EQ(messages(load("listen 1; vhost a { http_hooks { enabled off; on_play http://a/; } }")), "");
}

TEST(ConfigLoaderTest, findsAVhostByNameElseTheDefaultOne) {
    const LoadOutcome outcome = load("listen 1; vhost a { } vhost b { enabled off; } vhost __defaultVhost__ { }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->findVhost("a")->name, "a");
    EXPECT_EQ(outcome.config->findVhost("b")->name, "b") << "disabled, and still the one that was asked for";
    EXPECT_EQ(outcome.config->findVhost("c")->name, "__defaultVhost__");
    for (const char* name : {"A", "a.", "A."})
        EXPECT_EQ(outcome.config->findVhost(name)->name, "a") << "no case, no final dot: " << name;
    EXPECT_EQ(outcome.config->findVhost("a..")->name, "__defaultVhost__");
    EXPECT_EQ(load("listen 1; vhost a { }").config->findVhost("c"), nullptr);
}

TEST(ConfigLoaderTest, findingsComeInTheOrderOfTheFile) {
    const LoadOutcome outcome = load("listen 1;\nrtc_server { enabled on; }\nvhost a {\n min_latency x;\n hds { "
                                     "enabled on; }\n}\nmax_connections 5x;");
    ASSERT_EQ(outcome.findings.size(), 4U) << messages(outcome);
    int line = 0;
    for (const Finding& finding : outcome.findings) {
        EXPECT_GT(finding.where.line, line);
        line = finding.where.line;
    }
}

TEST(ConfigLoaderTest, findingsHaveALimit) {
    std::string text = "listen 1; vhost a { }\n";
    for (int i = 0; i < 5000; ++i) text += "nonsense" + std::to_string(i) + ";\n";
    const LoadOutcome outcome = load(text);
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(outcome.findings.size(), Findings::kLimit + 1);
    EXPECT_EQ(outcome.findings.back().text(), "test.conf: error: 4000 more findings are not shown");
    text = "listen 1; vhost a { }\n";
    for (std::size_t i = 0; i <= Findings::kLimit; ++i) text += "nonsense;\n";
    EXPECT_EQ(load(text).findings.back().text(), "test.conf: error: 1 more finding is not shown");
}

TEST(ConfigLoaderTest, anErrorAmongTheFindingsThatAreNotShownIsStillAnError) {
    std::string text = "listen 1; vhost a { }\n";
    for (int i = 0; i < 1000; ++i) text += "http_api { }\n";
    EXPECT_EQ(load(text + "nonsense;").config, nullptr);
    EXPECT_NE(load(text).config, nullptr);
}

TEST(ConfigLoaderTest, aLocationWithoutALineIsTheFileAlone) {
    EXPECT_EQ((SourceLocation{"a.conf", 3, 5}.text()), "a.conf:3:5");
    EXPECT_EQ((SourceLocation{"environment SRS_PID", 0, 0}.text()), "environment SRS_PID");
}

} // namespace
} // namespace hookcast::config
