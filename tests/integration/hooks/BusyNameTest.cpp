#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <memory>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class BusyName : public testing::Test {
  protected:
    BusyName() : server_(defaultVhost(hooksTo(backend_))) {}

    std::unique_ptr<RtmpClient> publisher() {
        auto client = connectClient(server_.port());
        client->createStream();
        return client;
    }

    std::size_t asked() { return withAction(backend_.calls(), "on_publish").size(); }

    MockBackend backend_;
    HookcastServer server_;
};

TEST_F(BusyName, IsRefusedBeforeTheBackendIsAsked) {
    const auto first = publisher();
    ASSERT_EQ(first->publish("show").level, "status");
    const auto second = publisher();
    const Status status = second->publish("show");
    EXPECT_EQ(status.level, "error");
    EXPECT_EQ(status.code, "NetStream.Publish.BadName");
    second->expectClosed();
    EXPECT_THAT(server_.waitForLog("] closed: "), HasSubstr("somebody publishes this stream already"));
    EXPECT_EQ(asked(), 1U);

    // The first one is not disturbed.
    first->ping();
    EXPECT_THAT(server_.closedLines(), SizeIs(1));
}

TEST_F(BusyName, IsNotSoWhileTheFirstOnesHookIsPending) {
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":600000},"times":1})");
    const auto first = publisher();
    first->sendCommand("publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
    backend_.waitForCall("on_publish");

    const auto second = publisher();
    second->sendCommand("publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
    publisher()->sync();
    EXPECT_EQ(asked(), 1U) << "it waits for the verdict on the first";

    // When the first gives up, the second is asked about although the backend has not answered yet.
    first->tcp().reset();
    server_.waitForLog("] closed: connection reset");
    EXPECT_EQ(second->expectStatus().code, "NetStream.Publish.Start");
    EXPECT_EQ(publisher()->publish("show").code, "NetStream.Publish.BadName");
    EXPECT_EQ(asked(), 2U);
}

TEST_F(BusyName, IsFreeAgainAfterTheFirstLeaves) {
    publisher()->publish("show");
    server_.waitForLog("] closed: ");
    EXPECT_EQ(publisher()->publish("show").code, "NetStream.Publish.Start");
}

TEST_F(BusyName, IsFreeAgainAfterARefusal) {
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":403},"times":1})");
    const auto first = publisher();
    EXPECT_EQ(first->publish("show").code, "NetStream.Publish.Denied");
    EXPECT_EQ(publisher()->publish("show").code, "NetStream.Publish.Start");
}

TEST_F(BusyName, AnyNumberMayPlay) {
    const auto first = startPlayer(server_.port(), "show");
    const auto second = startPlayer(server_.port(), "show");
    const auto source = publisher();
    ASSERT_EQ(source->publish("show").level, "status");
    source->send(avcKeyframe(0));
    first->expectMedia(1);
    second->expectMedia(1);
}

} // namespace
} // namespace hookcast::integration
