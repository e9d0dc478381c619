#include "hls/Query.h"

#include <gtest/gtest.h>

namespace hookcast::hls {
namespace {

TEST(Query, FindsTheFirstOfAName) {
    EXPECT_EQ(Query("?a=1&hls_ctx=x&hls_ctx=y").find(Query::kToken), "x");
    EXPECT_EQ(Query("?hls_ctx=").find(Query::kToken), "");
    EXPECT_EQ(Query("?hls_ctx").find(Query::kToken), "");
    EXPECT_EQ(Query("?xhls_ctx=1&hls_ctxx=2").find(Query::kToken), std::nullopt);
    EXPECT_EQ(Query("").find(Query::kToken), std::nullopt);
    EXPECT_EQ(Query("?a=hls_ctx=1").find(Query::kToken), std::nullopt);
}

TEST(Query, FindsTheVhostThatIsNamed) {
    EXPECT_EQ(Query("?a=b&vhost=v.x&domain=w").vhost(), "vhost=v.x");
    EXPECT_EQ(Query("?domain=w%2e").vhost(), "domain=w%2e");
    EXPECT_EQ(Query("?vhost=&xvhost=a").vhost(), "");
    EXPECT_EQ(Query("").vhost(), "");
}

TEST(Query, KeepsTheClientsOwnByteForByte) {
    EXPECT_EQ(Query("?token=a%20b&hls_ctx=x&_HLS_msn=3&_HLS_part=1&_HLS_skip=YES&part=0&b=").own(), "?token=a%20b&b=");
    EXPECT_EQ(Query("?hls_ctx=x").own(), "");
    EXPECT_EQ(Query("?").own(), "");
    EXPECT_EQ(Query("?&&a&").own(), "?a");
}

TEST(Query, ReadsWhatARequestWaitsFor) {
    const auto delivery = Query("?_HLS_msn=18446744073709551615&_HLS_part=0").delivery();
    ASSERT_TRUE(delivery.has_value());
    EXPECT_EQ(delivery->sequence, UINT64_MAX);
    EXPECT_EQ(delivery->part, 0U);
    EXPECT_TRUE(Query("").delivery().has_value());
    for (const char* wrong : {"?_HLS_part=1", "?_HLS_msn=", "?_HLS_msn=-1", "?_HLS_msn=1x", "?_HLS_msn=1&_HLS_part=x",
                              "?_HLS_msn=18446744073709551616"})
        EXPECT_FALSE(Query(wrong).delivery().has_value()) << wrong;
}

} // namespace
} // namespace hookcast::hls
