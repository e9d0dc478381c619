#include "config/ClientRules.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;

LoadOutcome loadInVhost(const std::string& text) {
    return load("listen 1935; vhost __defaultVhost__ {\n" + text + "\n}");
}

class Rules {
  public:
    explicit Rules(const std::string& rules)
        : vhost_(defaultVhost(loadInVhost("security { enabled on; " + rules + " }"))) {}

    bool publishes(const std::string& ip) const { return vhost_->security.denial(StreamUse::Publish, ip).empty(); }
    bool plays(const std::string& ip) const { return vhost_->security.denial(StreamUse::Play, ip).empty(); }

  private:
    std::shared_ptr<const VhostConfig> vhost_;
};

TEST(SecurityTest, offLetsEverybodyIn) {
    const auto vhost = defaultVhost(loadInVhost("security { deny publish all; deny play all; }"));
    EXPECT_EQ(vhost->security.denial(StreamUse::Publish, "192.0.2.1"), "");
    EXPECT_EQ(vhost->security.denial(StreamUse::Play, "192.0.2.1"), "");
}

TEST(SecurityTest, onWithoutARuleLetsNobodyIn) {
    const Rules rules("");
    EXPECT_FALSE(rules.publishes("192.0.2.1"));
    EXPECT_FALSE(rules.plays("192.0.2.1"));
}

TEST(SecurityTest, allowLetsInWhoItNames) {
    const Rules rules("allow publish 10.0.0.0/8; allow publish 192.0.2.1; allow play all;");
    EXPECT_TRUE(rules.publishes("10.1.2.3"));
    EXPECT_TRUE(rules.publishes("192.0.2.1"));
    EXPECT_FALSE(rules.publishes("192.0.2.2"));
    EXPECT_TRUE(rules.plays("192.0.2.2"));
    EXPECT_TRUE(rules.plays("2001:db8::1"));
}

TEST(SecurityTest, denyBeatsAllowInWhateverOrder) {
    for (const char* text : {"allow play all; deny play 192.0.2.0/24;", "deny play 192.0.2.0/24; allow play all;"}) {
        const Rules rules(text);
        EXPECT_FALSE(rules.plays("192.0.2.7")) << text;
        EXPECT_TRUE(rules.plays("198.51.100.7")) << text;
        EXPECT_FALSE(rules.publishes("198.51.100.7")) << text << ": somebody is allowed, and not to publish";
    }
}

TEST(SecurityTest, onlyDeniesLetEverybodyElseIn) {
    const Rules rules("deny publish all; deny play 192.0.2.1;");
    EXPECT_FALSE(rules.publishes("198.51.100.7"));
    EXPECT_FALSE(rules.plays("192.0.2.1"));
    EXPECT_TRUE(rules.plays("198.51.100.7"));
}

TEST(SecurityTest, isForIpv6Too) {
    const Rules rules("allow publish 2001:db8::/32; deny publish 2001:db8::bad;");
    EXPECT_TRUE(rules.publishes("2001:db8::1"));
    EXPECT_FALSE(rules.publishes("2001:db8::bad"));
    EXPECT_FALSE(rules.publishes("2001:db9::1"));
    EXPECT_FALSE(rules.publishes("192.0.2.1"));
}

TEST(SecurityTest, takesMappedAddressesForIpv4) {
    const Rules rules("allow publish all; deny publish 192.0.2.1; deny play ::ffff:192.0.2.1;");
    EXPECT_FALSE(rules.publishes("::ffff:192.0.2.1"));
    EXPECT_FALSE(rules.plays("192.0.2.1"));
}

TEST(SecurityTest, letsNobodyInWhoseAddressItCannotRead) {
    EXPECT_FALSE(Rules("deny publish 192.0.2.1;").publishes("somewhere"));
    EXPECT_FALSE(Rules("allow publish all;").publishes(""));
}

TEST(SecurityTest, saysWhoMayNotDoWhat) {
    const auto vhost = defaultVhost(loadInVhost("security { enabled on; deny publish all; }"));
    EXPECT_EQ(vhost->security.denial(StreamUse::Publish, "192.0.2.1"),
              "refused by security: 192.0.2.1 may not publish");
}

TEST(SecurityTest, aRuleThatCannotBeReadIsAnError) {
    const auto said = [](const std::string& rule) {
        return messages(loadInVhost("security { enabled on;\n  " + rule + " }"));
    };
    EXPECT_EQ(said("allow watch all;"), "test.conf:3:3: error: 'allow': expected publish or play, found 'watch'\n");
    EXPECT_EQ(said("deny publish 10.0.0.0/33;"),
              "test.conf:3:3: error: 'deny': '10.0.0.0/33': expected a prefix of 0 to "
              "32 bits after the slash\n");
    EXPECT_EQ(said("deny publish example.com;"),
              "test.conf:3:3: error: 'deny': 'example.com': expected all, an IP address or a network such as "
              "10.0.0.0/8 or 2001:db8::/32\n");
    for (const char* rule : {"deny;", "deny publish;", "deny all;", "deny publish all play all;"})
        EXPECT_EQ(said(rule), "test.conf:3:3: error: 'deny': expected publish or play, then one of all, an IP address "
                              "or a network, and no more\n")
            << rule;
}

TEST(SecurityTest, aProxyThatCannotBeReadIsAnError) {
    EXPECT_EQ(messages(load("listen 1935; vhost __defaultVhost__ { }\ntrusted_proxies 10.0.0.0/8 proxy.example;")),
              "test.conf:2:1: error: 'trusted_proxies': 'proxy.example': expected all, an IP address or a network such "
              "as 10.0.0.0/8 or 2001:db8::/32\n");
}

TEST(ReferTest, offLetsEveryPageIn) {
    const ReferConfig refer{false, {"example.com"}, {}, {}};
    EXPECT_EQ(refer.denial(StreamUse::Play, "http://elsewhere.example/"), "");
}

TEST(ReferTest, withoutASiteLetsEveryPageIn) {
    const ReferConfig refer{true, {}, {}, {}};
    EXPECT_EQ(refer.denial(StreamUse::Play, ""), "");
}

TEST(ReferTest, letsInTheSitesThatItNames) {
    const ReferConfig refer{true, {"example.com", ".Example.NET"}, {}, {}};
    const auto passes = [&refer](const char* page) { return refer.denial(StreamUse::Play, page).empty(); };
    for (const char* page :
         {"http://example.com", "https://example.com/live?x=1", "http://www.example.com:8080/", "EXAMPLE.com/a",
          "http://example.net/", "http://a.b.example.net/", "http://user@example.com/", "http://example.com./"})
        EXPECT_TRUE(passes(page)) << page;
    for (const char* page :
         {"", "http://", "http://example.org/", "http://notexample.com/", "http://example.com.evil.org/",
          "http://evil.org/example.com", "http://evil.org/?http://example.com", "http://evil.org#@example.com",
          "http://example.com@evil.org/", "http://evil.org\\@example.com", "evil.org/://example.com", "http://com/",
          "http://example.com:80@evil.org/"})
        EXPECT_FALSE(passes(page)) << page;
}

TEST(ReferTest, asksForBothLists) {
    const ReferConfig refer{true, {"example.com"}, {"studio.example.com"}, {"example.org"}};
    EXPECT_EQ(refer.denial(StreamUse::Publish, "http://studio.example.com/"), "");
    EXPECT_EQ(refer.denial(StreamUse::Publish, "http://www.example.com/"),
              "refused by refer: the page's host www.example.com may not publish");
    EXPECT_NE(refer.denial(StreamUse::Play, "http://example.com/"), "");
    EXPECT_NE(refer.denial(StreamUse::Play, "http://example.org/"), "");
    EXPECT_EQ(refer.denial(StreamUse::Play, ""), "refused by refer: a client that names no page may not play");
}

TEST(ReferTest, readsTheHostOfAPage) {
    EXPECT_EQ(hostOfPage("https://User:x@[2001:DB8::1]:80/a"), "[2001:db8::1]");
    EXPECT_EQ(hostOfPage("http://[::1"), "");
    EXPECT_EQ(hostOfPage("://a/"), "a");
}

} // namespace
} // namespace hookcast::config
