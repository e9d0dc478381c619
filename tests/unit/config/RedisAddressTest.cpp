#include "config/RedisAddress.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

RedisAddress read(const std::string& url) {
    base::Result<RedisAddress> address = readRedisUrl(url);
    return address ? address.take() : RedisAddress{"error: " + address.error().message, 0, false, {}, {}, 0};
}

TEST(RedisAddress, HasUserPasswordPortAndDatabase) {
    const RedisAddress address = read("rediss://media:pa%40ss@redis.example.com:6380/3");
    EXPECT_EQ(address.host, "redis.example.com");
    EXPECT_EQ(address.port, 6380);
    EXPECT_TRUE(address.isTls);
    EXPECT_EQ(address.user, "media");
    EXPECT_EQ(address.password, "pa@ss");
    EXPECT_EQ(address.database, 3U);
}

TEST(RedisAddress, HasDefaults) {
    const RedisAddress address = read("redis://[::1]");
    EXPECT_EQ(address.host, "::1");
    EXPECT_EQ(address.port, 6379);
    EXPECT_FALSE(address.isTls);
    EXPECT_EQ(address.user + address.password, "");
    EXPECT_EQ(address.database, 0U);
}

TEST(RedisAddress, APasswordMayStandAlone) {
    for (const char* url : {"redis://:sesame@h", "redis://sesame@h"}) {
        EXPECT_EQ(read(url).password, "sesame") << url;
        EXPECT_EQ(read(url).user, "") << url;
    }
}

TEST(RedisAddress, WhatIsNoneIsAnErrorWithoutTheSecretInIt) {
    for (const char* url : {"", "redis", "http://:sesame@h", "redis://", "redis://:sesame@h/three",
                            "redis://:sesame@h/-1", "redis://:sesame@h/1/2", "redis://:sesame@h?db=1",
                            "redis://:sesame@h:port", "redis://:sesame@h/99999999999"}) {
        const base::Result<RedisAddress> address = readRedisUrl(url);
        ASSERT_FALSE(address) << url;
        EXPECT_EQ(address.error().message.find("sesame"), std::string::npos) << url;
    }
}

TEST(RedisAddress, OfASentinelIsAHostAndAPort) {
    EXPECT_EQ(readSentinel("h").value().port, 26379);
    EXPECT_EQ(readSentinel("[::1]").value().port, 26379);
    EXPECT_EQ(readSentinel("[::1]:5").value().port, 5);
    EXPECT_EQ(readSentinel("h:5").value().host, "h");
    for (const char* address : {"", ":5", "h:5/1", "user@h", "redis://h"})
        EXPECT_FALSE(readSentinel(address)) << address;
}

TEST(RedisAddress, NodesHaveNamesOfHosts) {
    for (const char* name : {"a", "media-1.example.com", "Node_7"}) EXPECT_TRUE(isNodeName(name)) << name;
    for (const std::string& name : {std::string(), std::string("-"), std::string("a b"), std::string("a/b"),
                                    std::string("ü"), std::string(254, 'a')})
        EXPECT_FALSE(isNodeName(name)) << name;
}

} // namespace
} // namespace hookcast::config
