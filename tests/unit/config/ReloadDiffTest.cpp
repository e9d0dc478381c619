#include "config/ReloadDiff.h"

#include "unit/config/Support.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace hookcast::config {
namespace {

using testing::IsEmpty;

std::shared_ptr<const Config> configOf(const std::string& text) {
    const LoadOutcome outcome = test::load(text);
    EXPECT_NE(outcome.config, nullptr) << test::messages(outcome);
    return outcome.config;
}

TEST(ReloadDiff, OfTheSameTextChangesNothing) {
    const auto before = configOf("listen 1935; server_id a; vhost v { }");
    const ReloadDiff diff = reloadDiff(*before, *configOf("listen 1935; server_id a; vhost v { }"));
    EXPECT_THAT(diff.untilRestart, IsEmpty());
    EXPECT_TRUE(test::sameConfig(*diff.config, *before));
    EXPECT_EQ(diff.config->vhosts, before->vhosts) << "the same objects";
}

TEST(ReloadDiff, AVhostThatSaysTheSameIsTheSame) {
    const auto before = configOf("listen 1935; vhost a { } vhost b { chunk_size 5000; } vhost c { }");
    const auto after = configOf("listen 1935; vhost b { chunk_size 5001; } vhost d { } vhost a { }");
    const ReloadDiff diff = reloadDiff(*before, *after);
    ASSERT_EQ(diff.config->vhosts.size(), 3U);
    EXPECT_EQ(diff.config->vhosts[0], after->vhosts[0]);
    EXPECT_EQ(diff.config->vhosts[1], after->vhosts[1]);
    EXPECT_EQ(diff.config->vhosts[2], before->vhosts[0]);
}

TEST(ReloadDiff, NamesWhatCountsAtTheNextStartOnly) {
    const auto before = configOf("listen 1935; vhost v { } limits { url_size 1000; } srt_server { maxbw 100; }");
    const auto after = configOf("listen 1936; daemon off; vhost v { } limits { log_size 100000; url_size 2000; } "
                                "srt_server { enabled on; maxbw 200; }");
    EXPECT_THAT(reloadDiff(*before, *after).untilRestart,
                testing::UnorderedElementsAre("daemon", "limits.log_size", "srt_server.maxbw"));
}

} // namespace
} // namespace hookcast::config
