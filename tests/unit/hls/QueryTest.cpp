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

TEST(Query, KeepsTheClientsOwnByteForByte) {
    EXPECT_EQ(Query("?token=a%20b&hls_ctx=x&_HLS_msn=3&_HLS_part=1&_HLS_skip=YES&part=0&b=").own(), "?token=a%20b&b=");
    EXPECT_EQ(Query("?hls_ctx=x").own(), "");
    EXPECT_EQ(Query("?").own(), "");
    EXPECT_EQ(Query("?&&a&").own(), "?a");
}

} // namespace
} // namespace hookcast::hls
