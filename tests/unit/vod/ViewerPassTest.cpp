#include "vod/ViewerPass.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::vod {
namespace {

const ViewerPasses::Bearer kBearer{{"v.com", "live", "show"}, "192.0.2.1", "?token=a&from=1"};

TEST(ViewerPass, IsReadByItsBearerOnly) {
    const ViewerPasses passes;
    const auto parts = ViewerPasses::split(passes.write(kBearer, "viewer1"));
    EXPECT_EQ(parts.query, kBearer.query);
    EXPECT_EQ(passes.read(kBearer, parts.pass), "viewer1");
    const auto other = [&](auto change) {
        ViewerPasses::Bearer bearer = kBearer;
        change(bearer);
        return passes.read(bearer, parts.pass);
    };
    EXPECT_FALSE(other([](auto& bearer) { bearer.ip = "192.0.2.2"; }));
    EXPECT_FALSE(other([](auto& bearer) { bearer.key.vhost = "w.com"; }));
    EXPECT_FALSE(other([](auto& bearer) { bearer.key.app = "liv"; }));
    EXPECT_FALSE(other([](auto& bearer) { bearer.key.stream = "show2"; }));
    EXPECT_FALSE(other([](auto& bearer) { bearer.query = "?token=a&from=0"; })) << "the range is in it";
    EXPECT_FALSE(other([](auto& bearer) {
        bearer.key.app = "live show";
        bearer.key.stream = "";
    }));
    EXPECT_FALSE(ViewerPasses().read(kBearer, parts.pass)) << "the secret is another process's";
}

TEST(ViewerPass, WhatIsNotWrittenHereIsNone) {
    const ViewerPasses passes;
    const std::string pass = ViewerPasses::split(passes.write(kBearer, "viewer1")).pass;
    const std::string signature = pass.substr(pass.find('.'));
    for (const std::string& wrong : {std::string(), std::string("."), std::string("viewer1"), std::string("viewer1."),
                                     "viewer2" + signature, signature, pass + "0", pass.substr(0, pass.size() - 1),
                                     pass.substr(0, pass.size() - 1) + "g", "viewer1." + std::string(32, '0')})
        EXPECT_FALSE(passes.read(kBearer, wrong)) << wrong;
}

TEST(ViewerPass, StandsAtTheEndOfAQuery) {
    EXPECT_EQ(ViewerPasses::split("").pass, "");
    EXPECT_EQ(ViewerPasses::split("?a=b").query, "?a=b");
    EXPECT_EQ(ViewerPasses::split("?hookcast_viewer=x").query, "");
    EXPECT_EQ(ViewerPasses::split("?hookcast_viewer=x").pass, "x");
    EXPECT_EQ(ViewerPasses::split("?xhookcast_viewer=x").pass, "");
    EXPECT_EQ(ViewerPasses::split("?hookcast_viewer=x&hookcast_viewer=y").query, "?hookcast_viewer=x");
    EXPECT_EQ(ViewerPasses::split("?hookcast_viewer=x&hookcast_viewer=y").pass, "y");
    ViewerPasses::Bearer bare = kBearer;
    bare.query.clear();
    EXPECT_TRUE(ViewerPasses().write(bare, "v").starts_with("?hookcast_viewer=v."));
}

} // namespace
} // namespace hookcast::vod
