#include "live/LiveMounts.h"

#include "unit/http/HttpBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::live {
namespace {

std::shared_ptr<config::VhostConfig> vhost(const std::string& name, std::vector<std::string> mounts) {
    auto made = std::make_shared<config::VhostConfig>();
    made->name = name;
    made->httpRemux.enabled = !mounts.empty();
    made->httpRemux.mounts = std::move(mounts);
    return made;
}

/// One vhost of each kind.
config::Config manyVhosts() {
    config::Config config;
    config.vhosts = {
        vhost("__defaultVhost__", {"[vhost]/[app]/[stream].flv", "[vhost]/[app]/[stream].ts"}),
        vhost("own.com", {"[vhost]/[app]/[stream].flv"}),
        vhost("any.com", {"/any/[app]/[stream].flv"}),
        vhost("named.com", {"cdn.com/[app]/[stream].aac", "named.com/[app]/[stream].mp3"}),
        vhost("none.com", {}),
    };
    auto disabled = vhost("off.com", {"[vhost]/[app]/[stream].flv"});
    disabled->enabled = false;
    config.vhosts.push_back(disabled);
    return config;
}

class LiveMountsTest : public testing::Test {
  protected:
    base::Result<LivePlayer::Wanted> find(const std::string& target, const std::string& host) {
        const auto read = http::readTarget(target, host);
        EXPECT_TRUE(read.ok());
        return mounts_.find(read.value());
    }

    /// `vhost/app/stream.extension`, or why not.
    std::string found(const std::string& target, const std::string& host = "1.2.3.4:8080") {
        const auto wanted = find(target, host);
        return wanted ? wanted.value().key().text() + std::string(wanted.value().format->extension)
                      : wanted.error().message;
    }

    http::HttpBench bench_;
    LiveMounts mounts_{bench_.context, std::make_shared<const config::Config>(manyVhosts())};
};

constexpr const char* kNone = "no stream has this path";

TEST_F(LiveMountsTest, TheHostNamesTheVhost) {
    EXPECT_EQ(found("/live/s.flv"), "__defaultVhost__/live/s.flv");
    EXPECT_EQ(found("/live/s.ts"), "__defaultVhost__/live/s.ts");
    EXPECT_EQ(found("/live/s.flv", "own.com"), "own.com/live/s.flv");
    EXPECT_EQ(found("/live/s.flv", "own.com:8080"), "own.com/live/s.flv");
    EXPECT_EQ(found("http://own.com/live/s.flv", "other.com"), "own.com/live/s.flv");
    EXPECT_EQ(found("/live/s.flv", "unknown.com"), "__defaultVhost__/live/s.flv");
}

TEST_F(LiveMountsTest, SoDoesTheClientByItself) {
    EXPECT_EQ(found("/live/s.flv?token=x&vhost=own.com"), "own.com/live/s.flv");
    EXPECT_EQ(found("/live...vhost...own.com/s.flv"), "own.com/live/s.flv");
}

TEST_F(LiveMountsTest, AnotherConfigurationReplacesAllOfThem) {
    config::Config config;
    config.vhosts = {vhost("own.com", {"[vhost]/[app]/[stream].ts"})};
    mounts_.apply(std::make_shared<const config::Config>(config));
    EXPECT_EQ(found("/live/s.ts", "own.com"), "own.com/live/s.ts");
    EXPECT_EQ(found("/live/s.flv", "own.com"), kNone);
    EXPECT_EQ(found("/live/s.flv"), kNone);
}

TEST_F(LiveMountsTest, OnlyTheMountedEndingsAreServed) {
    EXPECT_EQ(found("/live/s.aac"), kNone);
    EXPECT_EQ(found("/live/s"), kNone);
    EXPECT_EQ(found("/live/s.ts", "own.com"), kNone);
    EXPECT_EQ(found("/live/s.flv", "none.com"), kNone) << "it has a block of its own, without http_remux";
    EXPECT_EQ(found("/live/s.flv", "off.com"), "the vhost is disabled");
}

TEST_F(LiveMountsTest, AMountWithoutVhostTakesEveryHost) {
    EXPECT_EQ(found("/any/live/s.flv", "any.com"), "any.com/live/s.flv");
    EXPECT_EQ(found("/any/live/s.flv", "none.com"), "any.com/live/s.flv");
    EXPECT_EQ(found("/any/live/s.flv", "own.com"), "own.com/any/live/s.flv") << "the vhost that was asked for is first";
    EXPECT_EQ(found("/live/s.flv", "any.com"), kNone);
}

TEST_F(LiveMountsTest, AMountMayNameItsHost) {
    EXPECT_EQ(found("/live/s.aac", "cdn.com"), "named.com/live/s.aac");
    EXPECT_EQ(found("/live/s.aac", "named.com"), kNone);
    EXPECT_EQ(found("/live/s.mp3", "named.com"), "named.com/live/s.mp3");
}

TEST_F(LiveMountsTest, NamesAreDecodedAndParametersAreNot) {
    const auto wanted = find("/live%20x/%C3%A4.flv?token=a%20b&c=?", "a:8080");
    ASSERT_TRUE(wanted.ok());
    EXPECT_EQ(wanted.value().key().text(), "__defaultVhost__/live x/\xC3\xA4");
    EXPECT_EQ(wanted.value().url, "http://a:8080/live%20x/%C3%A4.flv?token=a%20b&c=?");
    EXPECT_EQ(wanted.value().tcUrl, "http://a:8080/live%20x");
    EXPECT_EQ(wanted.value().param, "?token=a%20b&c=?");
    EXPECT_EQ(find("/live/s.flv?x=/y", "a").value().tcUrl, "http://a/live");
}

} // namespace
} // namespace hookcast::live
