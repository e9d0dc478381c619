// Cameras that give their media over RTSP by one of both ways only.
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/PickyCamera.h"
#include "support/Protocol.h"
#include "support/Sessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using Gives = PickyCamera::Gives;

class Transport : public testing::TestWithParam<Gives> {
  protected:
    Transport() { camera_.server().waitForLog("publishes __defaultVhost__/live/show"); }

    std::string capture(std::string_view transport) const {
        return defaultVhost(
            fmt::format("capture cam {{ source rtsp://127.0.0.1:{}/live/show; {} }}\n", picky_.port(), transport));
    }

    static const char* own() { return GetParam() == Gives::Udp ? "udp" : "tcp"; }
    static const char* other() { return GetParam() == Gives::Udp ? "tcp" : "udp"; }

    void expectPlays(std::string_view transport) {
        HookcastServer server(capture(transport));
        server.waitForLog("publishes __defaultVhost__/live/cam-primary");
        camera_.server().waitForLog(GetParam() == Gives::Udp ? "live/show over UDP" : "live/show over TCP");
        const auto player = startPlayer(server.port(), "cam-primary");
        std::vector<rtmp::Message> media = player->expectMedia(150);
        EXPECT_GT(std::ranges::count(media, rtmp::MessageType::Video, &rtmp::Message::type), 40);
        EXPECT_GT(std::ranges::count(media, rtmp::MessageType::Audio, &rtmp::Message::type), 40);
        server.stop();
    }

    ProtocolServer camera_{""};
    FfmpegRun publisher_{{"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv",
                          camera_.publishUrl(Protocol::Rtmp, "show")}};
    PickyCamera picky_{camera_.port(Protocol::RtspTcp), GetParam()};
};

TEST_P(Transport, AutoFindsTheWayThatThereIs) {
    expectPlays("");
    EXPECT_EQ(picky_.refused(), GetParam() == Gives::Udp ? 1U : 0U) << "TCP comes first";
}

TEST_P(Transport, TheOneThatIsNamedIsTaken) {
    expectPlays(fmt::format("transport {};", own()));
    EXPECT_EQ(picky_.refused(), 0U);
}

TEST_P(Transport, WhoInsistsOnTheOtherIsToldWhy) {
    HookcastServer server(capture(fmt::format("transport {};", other())));
    server.waitForLog(fmt::format("the source cannot be opened: it does not give its media over {}", other()));
    EXPECT_GE(picky_.refused(), 1U);
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Capture, Transport, testing::Values(Gives::Tcp, Gives::Udp),
                         [](const auto& test) { return test.param == Gives::Tcp ? "TcpCamera" : "UdpCamera"; });

} // namespace
} // namespace hookcast::integration
