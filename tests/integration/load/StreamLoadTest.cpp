#include "support/ChildProcess.h"
#include "support/Protocol.h"
#include "support/TestMedia.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::uint64_t kClients = 5;

/// The load generator against a real server: what it counts is what the benchmarks are made of.
class StreamLoad : public testing::TestWithParam<Protocol> {
  protected:
    /// SRT has time to send again what a busy machine was too late for.
    ProtocolServer server_{"play { wait_stream 0; }\n", "", "latency 3000;"};

    /// As stream-load takes it: the scheme tells WebSocket from HTTP.
    std::string playUrl(const std::string& name) const {
        const std::uint16_t port = server_.port(GetParam());
        if (GetParam() == Protocol::Srt)
            return fmt::format("srt://127.0.0.1:{}?streamid=#!::r=live/{},m=request", port, name);
        if (GetParam() == Protocol::WebSocketFlv) return fmt::format("ws://127.0.0.1:{}/live/{}.flv", port, name);
        return server_.playUrl(GetParam(), name);
    }

    static ChildProcess::Command command(std::vector<std::string> words) {
        words.insert(words.begin(), STREAM_LOAD_PROGRAM);
        return {words, {}, {}};
    }

    /// What so many players of `url` saw, once the progress has said `until` so many times.
    static Poco::JSON::Object::Ptr play(const std::string& url, const std::string& until, std::size_t times) {
        ChildProcess run(command(
            {"play", "--url", url, "--clients", std::to_string(kClients), "--seconds", "600", "--progress", "--json"}));
        EXPECT_TRUE(run.errors().waitFor(until, times)) << run.errors().text();
        run.signal(SIGINT);
        EXPECT_EQ(run.waitForExit().code, 0) << run.errors().text();
        return Poco::JSON::Parser().parse(run.output().text()).extract<Poco::JSON::Object::Ptr>();
    }
};

TEST_P(StreamLoad, CountsWhatItsPlayersGet) {
    ChildProcess publisher(command({"publish", "--url", server_.publishUrl(Protocol::Rtmp, "clip"), "--file",
                                    h264AacClip(), "--clients", "1", "--seconds", "600"}));
    server_.server().waitForLog("publishes __defaultVhost__/live/clip");
    const Poco::JSON::Object::Ptr seen = play(playUrl("clip"), fmt::format("with picture {} ", kClients), 3);
    EXPECT_EQ(seen->getValue<std::uint64_t>("started"), kClients);
    EXPECT_EQ(seen->getValue<std::uint64_t>("refused"), 0U);
    EXPECT_EQ(seen->getValue<std::uint64_t>("lost"), 0U);
    EXPECT_EQ(seen->getValue<std::uint64_t>("timestamp_gaps"), 0U);
    EXPECT_EQ(seen->getValue<std::uint64_t>("continuity_gaps"), 0U);
    EXPECT_EQ(seen->getObject("first_keyframe_ms")->getValue<std::uint64_t>("count"), kClients);
    EXPECT_GT(seen->getValue<std::uint64_t>("bytes"), 10'000U);
    publisher.signal(SIGINT);
    EXPECT_EQ(publisher.waitForExit().code, 0);
}

INSTANTIATE_TEST_SUITE_P(Protocols, StreamLoad,
                         testing::Values(Protocol::Rtmp, Protocol::RtspTcp, Protocol::Srt, Protocol::HttpFlv,
                                         Protocol::WebSocketFlv),
                         [](const auto& test) { return nameOf(test.param); });

/// Who is refused has not started, and the reason is told.
class StreamLoadRefused : public StreamLoad {};

TEST_P(StreamLoadRefused, IsCountedWithTheReason) {
    const Poco::JSON::Object::Ptr seen =
        play(playUrl("nobody-publishes-this"), fmt::format("refused {} ", kClients), 1);
    EXPECT_EQ(seen->getValue<std::uint64_t>("started"), 0U);
    EXPECT_EQ(seen->getValue<std::uint64_t>("refused"), kClients);
    EXPECT_THAT(seen->getArray("reasons")->getElement<std::string>(0), testing::HasSubstr("404"));
}

INSTANTIATE_TEST_SUITE_P(Protocols, StreamLoadRefused,
                         testing::Values(Protocol::RtspTcp, Protocol::HttpFlv, Protocol::WebSocketFlv),
                         [](const auto& test) { return nameOf(test.param); });

} // namespace
} // namespace hookcast::integration
