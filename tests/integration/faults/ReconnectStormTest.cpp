// Encoders that come back again and again under one name, as one does behind a network that fails.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kComeBacks = 1000;
constexpr std::size_t kAtOnce = 50;

class ReconnectStorm : public testing::TestWithParam<const char*> {};

TEST_P(ReconnectStorm, OfOneNameLeavesItToTheLastAndTheBooksInOrder) {
    MockBackend backend;
    HookcastServer server(defaultVhost(fmt::format("publish {{ takeover {}; firstpkt_timeout 600000; "
                                                   "normal_timeout 600000; }}\n{}",
                                                   GetParam(), hooksTo(backend))));
    const auto player = startPlayer(server.port(), "cam");
    std::atomic<std::size_t> started{0};
    {
        std::atomic<std::size_t> next{0};
        std::vector<std::jthread> encoders;
        for (std::size_t i = 0; i < kAtOnce; ++i)
            encoders.emplace_back([&] {
                while (next++ < kComeBacks) {
                    try {
                        const auto encoder = connectClient(server.port());
                        if (encoder->publish("cam").code != "NetStream.Publish.Start") continue;
                        ++started;
                        encoder->send(avcKeyframe(0));
                        encoder->tcp().reset();
                    } catch (const std::exception&) {
                        continue; // another one has taken the name over
                    }
                }
            });
    }
    // The name is free, or taken over: who comes now has it.
    std::unique_ptr<RtmpClient> last;
    for (const Deadline deadline; last == nullptr;) {
        auto encoder = connectClient(server.port());
        if (encoder->publish("cam").code == "NetStream.Publish.Start") last = std::move(encoder);
        ASSERT_FALSE(deadline.passed());
    }
    last->send(avcKeyframe(40));
    player->expectMedia(1);
    EXPECT_GT(started, 0U);
    RecordProperty("started", static_cast<int>(started));
    last.reset();
    player->tcp().close();
    server.stop();
    expectBalance(backend.calls());
    EXPECT_GE(withAction(backend.calls(), "on_publish").size(), started);
}

INSTANTIATE_TEST_SUITE_P(Takeover, ReconnectStorm, testing::Values("off", "on"),
                         [](const auto& info) { return std::string(info.param) == "on" ? "On" : "Off"; });

} // namespace
} // namespace hookcast::integration
