#include "config/HookPolicy.h"

#include "unit/config/Support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::load;
using test::messages;
using testing::HasSubstr;

std::string with(const std::string& directives) {
    return "listen 1; vhost a { http_hooks { enabled on; on_play http://a/;\n" + directives + " } }";
}

TEST(HookPolicy, RejectsUnlessItIsSaidOtherwise) {
    const HookPolicy policy;
    for (const Opening opening : {Opening::Connect, Opening::Publish, Opening::Play})
        EXPECT_EQ(policy.onFailure(opening), OnFailure::Reject);
}

TEST(HookPolicy, TheRuleOfAnEventBeatsThatOfAllWhereverItStands) {
    for (const char* text : {"on_failure allow; on_failure play last;", "on_failure play last; on_failure allow;"}) {
        const LoadOutcome outcome = load(with(text));
        ASSERT_NE(outcome.config, nullptr) << messages(outcome);
        const HookPolicy& policy = outcome.config->findVhost("a")->hooks.policy;
        EXPECT_EQ(policy.onFailure(Opening::Play), OnFailure::Last);
        EXPECT_EQ(policy.onFailure(Opening::Publish), OnFailure::Allow);
    }
}

TEST(HookPolicy, WhatIsNotPlainIsAnErrorAndLetsNobodyIn) {
    const auto errorOf = [](const std::string& directives) {
        const LoadOutcome outcome = load(with(directives));
        EXPECT_EQ(outcome.config, nullptr) << directives;
        return messages(outcome);
    };
    EXPECT_THAT(errorOf("on_failure play;"),
                HasSubstr("test.conf:2:1: error: 'on_failure': expected reject, allow or last, found 'play'"));
    EXPECT_THAT(errorOf("on_failure stop allow;"), HasSubstr("expected connect, publish or play, found 'stop'"));
    EXPECT_THAT(errorOf("on_failure allow allow;"), HasSubstr("expected connect, publish or play, found 'allow'"));
    EXPECT_THAT(errorOf("on_failure ALLOW;"), HasSubstr("found 'ALLOW'"));
    EXPECT_THAT(errorOf("on_failure play allow; on_failure play reject;"), HasSubstr("stands here twice"));
    EXPECT_THAT(errorOf("on_failure allow; on_failure reject;"), HasSubstr("stands here twice"));
    errorOf("on_failure play publish allow;");
    errorOf("on_failure;");
    errorOf("cache_verdicts yes;");
    errorOf("breaker_failures many;");
    errorOf("last_ttl soon;");
    errorOf("shadow_play ftp://a/;");
}

TEST(HookPolicy, AShadowAloneGuardsNothing) {
    const LoadOutcome outcome = load("listen 1; vhost a { http_hooks { enabled on; shadow_play http://a/; } }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_THAT(messages(outcome), HasSubstr("http_hooks is enabled but names no URL: every client is let in"));
}

} // namespace
} // namespace hookcast::config
