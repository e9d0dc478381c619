#include "http/ForwardedFor.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace hookcast::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kFor = "X-Forwarded-For";

std::string clientOf(const Fields& fields, const std::string& peerIp = "10.0.0.1") {
    config::Config config;
    for (const char* network : {"10.0.0.0/8", "2001:db8:aaaa::/48"})
        config.trustedProxies.push_back(base::IpNetwork::parse(network).take());
    HttpRequest request;
    for (const auto& [name, value] : fields) request.head.add(name, value);
    return clientOf(request, peerIp, config);
}

TEST(ForwardedForTest, IsTheLastAddressThatIsNoTrustedProxys) {
    EXPECT_EQ(clientOf({{kFor, "203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(clientOf({{kFor, "192.0.2.66, 203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(clientOf({{kFor, "192.0.2.66,203.0.113.7,\t10.9.9.9 , 10.0.0.2"}}), "203.0.113.7");
    EXPECT_EQ(clientOf({{kFor, "2001:db8::7, 2001:db8:aaaa::1"}}), "2001:db8::7");
}

TEST(ForwardedForTest, IsTheFirstProxyWhereAllAreTrusted) {
    EXPECT_EQ(clientOf({{kFor, "10.0.0.3, 10.0.0.2"}}), "10.0.0.3");
}

TEST(ForwardedForTest, IsOneListInSeveralLines) {
    EXPECT_EQ(clientOf({{kFor, "192.0.2.66"}, {"Host", "a"}, {"x-forwarded-for", "203.0.113.7, 10.0.0.2"}}),
              "203.0.113.7");
    EXPECT_EQ(clientOf({{kFor, "203.0.113.7"}, {kFor, "10.0.0.2"}}), "203.0.113.7");
}

TEST(ForwardedForTest, EndsAtWhatIsNoAddress) {
    for (const char* broken : {"unknown", "", "_hidden", "203.0.113.7;", "1.2.3", "203.0.113.7:http", "[2001:db8::7",
                               "[2001:db8::7]80", "[]", "[203.0.113.7", "203.0.113.7 192.0.2.1", "\"203.0.113.7\""}) {
        EXPECT_EQ(clientOf({{kFor, "203.0.113.7, " + std::string(broken)}}), "10.0.0.1") << broken;
        EXPECT_EQ(clientOf({{kFor, "203.0.113.7, " + std::string(broken) + ", 10.0.0.2"}}), "10.0.0.2") << broken;
    }
}

TEST(ForwardedForTest, MayHavePorts) {
    EXPECT_EQ(clientOf({{kFor, "203.0.113.7:4711"}}), "203.0.113.7");
    EXPECT_EQ(clientOf({{kFor, "[2001:db8::7]:4711"}}), "2001:db8::7");
    EXPECT_EQ(clientOf({{kFor, "[2001:db8::7]"}}), "2001:db8::7");
}

TEST(ForwardedForTest, IsWrittenAsAddressesAre) {
    EXPECT_EQ(clientOf({{kFor, "::ffff:203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(clientOf({{kFor, "2001:DB8:0::7"}}), "2001:db8::7");
}

TEST(ForwardedForTest, RealIpCountsWithoutIt) {
    EXPECT_EQ(clientOf({{"X-Real-IP", "203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(clientOf({{"X-Real-IP", "nobody"}}), "10.0.0.1");
    EXPECT_EQ(clientOf({{"X-Real-IP", "203.0.113.7"}, {kFor, "198.51.100.9"}}), "198.51.100.9");
    EXPECT_EQ(clientOf({{"X-Real-IP", "203.0.113.7"}, {kFor, ""}}), "10.0.0.1");
    EXPECT_EQ(clientOf({{"X-Real-IP", "203.0.113.7"}, {"X-Real-IP", "198.51.100.9"}}), "10.0.0.1");
}

TEST(ForwardedForTest, IsNotBelievedFromAStranger) {
    EXPECT_EQ(clientOf({{kFor, "203.0.113.7"}, {"X-Real-IP", "203.0.113.7"}}, "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(clientOf({{kFor, "203.0.113.7"}}, "::ffff:10.0.0.1"), "203.0.113.7") << "a trusted one, mapped";
    EXPECT_EQ(clientOf({}), "10.0.0.1");
}

} // namespace
} // namespace hookcast::http
