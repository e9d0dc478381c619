#include "app/SharedPart.h"

#include <gtest/gtest.h>

#include <memory>

namespace hookcast::app {
namespace {

TEST(SharedPart, IsAllButWhatOnlyOneProcessCanHave) {
    config::Config config;
    config.srt.enabled = true;
    config.heartbeat.enabled = true;
    config.rtsp.enabled = true;
    config.maxConnections = 7;
    auto plain = std::make_shared<config::VhostConfig>();
    plain->name = "plain";
    auto fetching = std::make_shared<config::VhostConfig>();
    fetching->name = "fetching";
    fetching->captures.resize(1);
    fetching->ingests.resize(1);
    config.vhosts = {plain, fetching};

    const config::Config shared = sharedPart(config);
    EXPECT_FALSE(shared.srt.enabled);
    EXPECT_FALSE(shared.heartbeat.enabled);
    EXPECT_TRUE(shared.rtsp.enabled);
    EXPECT_EQ(shared.maxConnections, 7U);
    EXPECT_EQ(shared.vhosts.at(0), plain);
    EXPECT_EQ(shared.vhosts.at(1)->name, "fetching");
    EXPECT_TRUE(shared.vhosts.at(1)->captures.empty());
    EXPECT_TRUE(shared.vhosts.at(1)->ingests.empty());
    EXPECT_EQ(fetching->captures.size(), 1U);
}

} // namespace
} // namespace hookcast::app
