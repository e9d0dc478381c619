#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Nothing in it may be decoded, encoded or cut on the way.
const std::string kQuery = "?token=a%20b%2F+&empty=&%zz&x=1?2&\xC3\xA4=\xC3\xB6";

/// A client of any protocol, from its first word to its last, and what both dialects tell of it.
class ProtocolHooks : public testing::TestWithParam<std::tuple<Protocol, Role>> {
  protected:
    ProtocolHooks() : protocol_(std::get<0>(GetParam())), publishes_(std::get<1>(GetParam()) == Role::Publish) {}

    /// Returns what the backend hears of it.
    HookCalls runSession() {
        RtspPublisher source(server_.server().rtspPort(), "live/source");
        source.send(true, 0);
        source.sync();
        const auto witness = startPlayer(server_.server().port(), name());
        const auto client = makeClient(server_, protocol_, {std::get<1>(GetParam()), "live/" + name() + kQuery});
        client->connect();
        client->ask();
        client->expectAdmission();
        backend_.waitForCall(publishes_ ? "notify publish" : "notify play", 2);
        if (!publishes_) source.send(true, 40);
        client->passMedia();
        witness->expectMedia(1);
        client->leave();
        HookCalls calls =
            backend_.waitFor("its end", [](const HookCalls& all) { return all.back().action() == "on_close"; });
        const std::int64_t id = calls.back().number("client_id");
        std::erase_if(calls, [id](const HookCall& call) { return clientOf(call) != id; });
        return calls;
    }

    static std::int64_t clientOf(const HookCall& call) {
        return call.has("call") ? std::stoll(call.text("clientid")) : call.number("client_id");
    }

    std::string name() const { return publishes_ ? "new" : "source"; }

    /// The URL without stream and query.
    std::string tcUrl() const {
        // What the test's HTTP client has as Host.
        if (isHttp(protocol_)) return "http://127.0.0.1/live";
        const char* scheme = protocol_ == Protocol::Rtmp ? "rtmp" : protocol_ == Protocol::Srt ? "srt" : "rtsp";
        return fmt::format("{}://127.0.0.1:{}/live", scheme, server_.port(protocol_));
    }

    /// The whole URL, as form notify has it.
    std::string url() const {
        if (protocol_ == Protocol::Srt)
            return fmt::format("srt://127.0.0.1:{}?streamid=#!::r=live/{}{},m={}", server_.port(protocol_), name(),
                               kQuery, publishes_ ? "publish" : "request");
        const char* ending = protocol_ == Protocol::HttpTs ? ".ts" : isHttp(protocol_) ? ".flv" : "";
        return tcUrl() + "/" + name() + ending + kQuery;
    }

    std::string protocolName() const {
        if (protocol_ == Protocol::Rtmp) return "rtmp";
        if (protocol_ == Protocol::Srt) return "srt";
        return isRtsp(protocol_) ? "rtsp" : "httpflv";
    }

    void expectJson(const HookCall& call) const {
        const std::string action = call.action();
        SCOPED_TRACE(action);
        EXPECT_EQ(call.text("ip"), "127.0.0.1");
        EXPECT_EQ(call.text("vhost"), "__defaultVhost__");
        EXPECT_EQ(call.text("app"), "live");
        if (action == "on_close") return;
        EXPECT_EQ(call.text("tcUrl"), tcUrl());
        // RTMP names the stream later.
        const bool isNamed = protocol_ != Protocol::Rtmp || action != "on_connect";
        EXPECT_EQ(call.text("stream"), isNamed ? name() : "");
        EXPECT_EQ(call.text("param"), isNamed ? kQuery : "");
        EXPECT_EQ(call.has("stream_url"), action != "on_connect");
        EXPECT_EQ(call.has("pageUrl"), action == "on_connect" || action == "on_play");
    }

    void expectForm(const HookCall& call) const {
        const std::string action = call.action();
        SCOPED_TRACE(action);
        const bool isNamed = protocol_ != Protocol::Rtmp || action != "notify connect";
        EXPECT_EQ(call.text("protocol"), protocolName());
        EXPECT_EQ(call.text("addr"), "127.0.0.1");
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("name"), isNamed ? name() : "");
        EXPECT_EQ(call.text("url"), isNamed ? url() : tcUrl());
        const bool hasTcUrl = protocol_ == Protocol::Rtmp && (action == "notify publish" || action == "notify play");
        EXPECT_EQ(call.has("tcurl"), hasTcUrl);
        if (hasTcUrl) {
            EXPECT_EQ(call.text("tcurl"), tcUrl());
        }
    }

    Protocol protocol_;
    bool publishes_;
    MockBackend backend_;
    ProtocolServer server_{hooksTo(backend_) + notifyTo(backend_)};
};

TEST_P(ProtocolHooks, TellTheWholeStoryInBothDialectsByteForByte) {
    const HookCalls calls = runSession();
    server_.server().stop();
    if (publishes_)
        EXPECT_THAT(actionsOf(calls), ElementsAre("on_connect", "notify connect", "on_publish", "notify publish",
                                                  "on_unpublish", "notify done", "on_close"));
    else
        EXPECT_THAT(actionsOf(calls), ElementsAre("on_connect", "notify connect", "on_play", "notify play", "on_stop",
                                                  "notify done", "on_close"));
    for (const HookCall& call : calls) {
        EXPECT_EQ(clientOf(call), clientOf(calls.front()));
        if (call.has("call"))
            expectForm(call);
        else
            expectJson(call);
    }
    const HookCall closing = withAction(calls, publishes_ ? "on_unpublish" : "on_stop").at(0);
    EXPECT_GE(closing.number(publishes_ ? "recv_bytes" : "send_bytes"), 100);
    EXPECT_FALSE(closing.text("reason").empty());
    EXPECT_EQ(server_.server().log().count("token"), 0U) << "the log has no queries";
}

INSTANTIATE_TEST_SUITE_P(Hooks, ProtocolHooks, testing::ValuesIn(allClients()), [](const auto& test) {
    std::ostringstream name;
    name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
    return name.str();
});

} // namespace
} // namespace hookcast::integration
