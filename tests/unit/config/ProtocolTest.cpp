#include "config/Protocol.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <set>
#include <string_view>

namespace hookcast::config {
namespace {

constexpr std::array kAll = {Protocol::Rtmp, Protocol::Rtsp, Protocol::Srt, Protocol::HttpFlv, Protocol::Hls};

TEST(ProtocolTest, EachHasARowAndItsName) {
    static_assert(kAll.size() == kProtocols.size());
    std::set<std::string_view> logNames;
    for (const Protocol protocol : kAll) {
        EXPECT_EQ(protocolNamed(nameOf(protocol)), protocol) << nameOf(protocol);
        EXPECT_TRUE(logNames.insert(traitsOf(protocol).logName).second) << nameOf(protocol);
    }
    EXPECT_EQ(protocolNamed("http"), std::nullopt);
    EXPECT_EQ(protocolNamed("RTMP"), std::nullopt);
    EXPECT_EQ(protocolNamed(""), std::nullopt);
}

TEST(ProtocolTest, TheRowsSayWhatTheWorldKnows) {
    EXPECT_EQ(nameOf(Protocol::Rtmp), "rtmp");
    EXPECT_EQ(nameOf(Protocol::Rtsp), "rtsp");
    EXPECT_EQ(nameOf(Protocol::Srt), "srt");
    EXPECT_EQ(nameOf(Protocol::HttpFlv), "httpflv");
    EXPECT_EQ(nameOf(Protocol::Hls), "hls");
    EXPECT_EQ(traitsOf(Protocol::Hls).playType, "hls-play");
    EXPECT_EQ(traitsOf(Protocol::Rtmp).publishType, "fmle-publish");
    EXPECT_EQ(traitsOf(Protocol::HttpFlv).playType, "flv-play");
    EXPECT_EQ(logNameOf(Protocol::Rtmp, 12), "rtmp-12");
    EXPECT_EQ(logNameOf(Protocol::HttpFlv, 3), "http-3");
}

} // namespace
} // namespace hookcast::config
