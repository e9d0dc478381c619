// on_update and notify's update: what a client has sent and got so far, whatever protocol it speaks.
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

class ProtocolUpdates : public testing::TestWithParam<std::tuple<Protocol, Role>> {
  protected:
    ProtocolUpdates() : publishes_(std::get<1>(GetParam()) == Role::Publish) {}

    std::string vhost() const {
        return hooksTo(backend_, "update_interval 0.2; on_update " + backend_.url("/api/v1/updates") + ";") +
               notifyTo(backend_, "update_interval 0.3; on_update " + backend_.url("/notify/update") + ";");
    }

    std::string name() const { return publishes_ ? "new" : "source"; }

    bool isOfIt(const HookCall& call) const {
        return call.has("stream") && call.text("stream") == name() &&
               (!call.has("for") || call.text("for") == (publishes_ ? "publish" : "play"));
    }

    /// How much of the media has passed, as the calls about the client say.
    std::vector<std::int64_t> mediaBytes(const HookCalls& calls, const std::string& action) const {
        std::vector<std::int64_t> all;
        for (const HookCall& call : withAction(calls, action))
            if (isOfIt(call)) all.push_back(call.number(publishes_ ? "recv_bytes" : "send_bytes"));
        return all;
    }

    bool publishes_;
    MockBackend backend_;
    ProtocolServer server_{vhost()};
};

TEST_P(ProtocolUpdates, AddUpToWhatTheEndTells) {
    RtspPublisher source(server_.server().rtspPort(), "live/source");
    source.send(true, 0);
    source.sync();
    const auto client = makeClient(server_, std::get<0>(GetParam()), {std::get<1>(GetParam()), "live/" + name()});
    client->connect();
    client->ask();
    client->expectAdmission();
    if (!publishes_) source.send(true, 40);
    client->passMedia();
    backend_.waitFor("updates with media", [this](const HookCalls& calls) {
        const std::vector<std::int64_t> bytes = mediaBytes(calls, "on_update");
        return bytes.size() > 1 && bytes.back() > 0 && !withAction(calls, "notify update").empty();
    });
    client->leave();
    const std::string end = publishes_ ? "on_unpublish" : "on_stop";
    const HookCalls& calls =
        backend_.waitFor("its end", [&](const HookCalls& all) { return !mediaBytes(all, end).empty(); });
    std::vector<std::int64_t> bytes = mediaBytes(calls, "on_update");
    bytes.push_back(mediaBytes(calls, end).front());
    EXPECT_TRUE(std::ranges::is_sorted(bytes)) << testing::PrintToString(bytes);
    bool hasEnded = false;
    for (const HookCall& call : calls) {
        if (!isOfIt(call)) continue;
        hasEnded = hasEnded || call.action() == end;
        EXPECT_FALSE(hasEnded && call.action() == "on_update") << "after the end";
    }
}

INSTANTIATE_TEST_SUITE_P(AllProtocols, ProtocolUpdates, testing::ValuesIn(allClients()), [](const auto& info) {
    std::ostringstream name;
    name << std::get<1>(info.param) << std::get<0>(info.param);
    return name.str();
});

} // namespace
} // namespace hookcast::integration
