// What stands in a vhost itself, vhost.publish, and its old places.
#include "effects/Effect.h"
#include "effects/Wire.h"

#include "base/ByteReader.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OtherProcess.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using rtmp::MessageType;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::string vhostWith(std::string_view content) {
    return fmt::format("vhost __defaultVhost__ {{ {} }}\n", content);
}

void enabled() {
    const HookcastServer server(vhostWith("") + "vhost shut.example { enabled off; }\n");
    RtmpClient client(server.port());
    client.shakeHands();
    ConnectRequest request = requestFor(server.port(), "live");
    request.tcUrl = "rtmp://shut.example/live";
    const Status status = client.connect(request);
    EXPECT_EQ(status.level, "error");
    EXPECT_THAT(status.description, testing::HasSubstr("is disabled"));
}

/// The window that the server asks for with its answer to connect, if it does.
std::optional<std::uint32_t> windowWith(std::string_view content) {
    const HookcastServer server(vhostWith(content));
    RtmpClient client(server.port());
    sendConnect(client, server);
    while (const auto message = client.receive()) {
        if (message->type == MessageType::WindowAckSize) return base::ByteReader(message->payload).u32();
        if (message->type == MessageType::CommandAmf0) break;
    }
    return std::nullopt;
}

void outAckSize() {
    EXPECT_EQ(windowWith("out_ack_size 7777;"), 7777U);
    EXPECT_EQ(windowWith("out_ack_size 0;"), std::nullopt);
}

void inAckSize() {
    const HookcastServer server(vhostWith("in_ack_size 1000;"));
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(0, 5000));
    publisher->expectMessage(MessageType::Acknowledgement);
    const HookcastServer other(vhostWith(""));
    const auto unacknowledged = startPublisher(other.port(), "show");
    unacknowledged->send(avcKeyframe(0, 5000));
    for (const Message& message : unacknowledged->ping()) EXPECT_NE(message.type, MessageType::Acknowledgement);
}

void minLatency() {
    const HookcastServer server(vhostWith("min_latency on; play { mw_latency 60000; }"));
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    // The first would come at once in any case.
    for (unsigned i = 0; i < 3; ++i) {
        publisher->send(avcKeyframe(i * 40, 500, i));
        player->expectMedia(1);
    }
}

void tcpNodelay() {
    const auto noDelayWith = [](std::string_view content) {
        const HookcastServer server(vhostWith(content));
        const auto player = startPlayer(server.port(), "show");
        // It is set, or not, when the dialogue is over.
        player->sync();
        return socketOption(server.pid(), player->tcp().localPort(), IPPROTO_TCP, TCP_NODELAY);
    };
    EXPECT_NE(noDelayWith("tcp_nodelay on;"), 0);
    EXPECT_EQ(noDelayWith(""), 0);
}

/// A publisher that sends nothing more ends with `reason` where `directive` has a short time, and is there where it has
/// a long one. `directive` has a place for the time.
void publisherEnds(const char* directive, bool sends, std::string_view reason) {
    const HookcastServer patient(vhostWith(fmt::format(fmt::runtime(directive), 600'000)));
    const HookcastServer impatient(vhostWith(fmt::format(fmt::runtime(directive), 200)));
    const auto stays = startPublisher(patient.port(), "show");
    const auto ends = startPublisher(impatient.port(), "show");
    if (sends) {
        stays->send(avcKeyframe(0));
        ends->send(avcKeyframe(0));
    }
    ends->expectClosed();
    impatient.waitForLog(reason);
    stays->ping();
}

void firstPacketTimeout(const char* directive) {
    publisherEnds(directive, false, "the publisher sent no media within firstpkt_timeout");
}

void normalTimeout(const char* directive) {
    publisherEnds(directive, true, "the publisher sent no media within normal_timeout");
}

/// How long the second of two pings takes; the first ends with a merged read, where there are any.
milliseconds pingWith(std::string_view content) {
    const HookcastServer server(vhostWith(fmt::format("play {{ mw_latency 1500; }} {}", content)));
    const auto publisher = startPublisher(server.port(), "show");
    publisher->ping();
    const Clock::time_point began = Clock::now();
    publisher->ping();
    return std::chrono::duration_cast<milliseconds>(Clock::now() - began);
}

void mergedReadLatency(std::string_view long1500) {
    // The default is 40 ms.
    EXPECT_GE(pingWith(long1500), milliseconds(1000));
}

void mergedReadOff(std::string_view content, std::string_view control) {
    EXPECT_LT(pingWith(content), pingWith(control));
}

/// Whether one gets the name of another one who has published a moment ago and goes on to be there.
bool takesOver(std::string_view content) {
    const HookcastServer server(vhostWith(content));
    const auto first = startPublisher(server.port(), "show");
    first->send(avcKeyframe(0));
    first->sync();
    return connectClient(server.port())->publish("show").level == "status";
}

void takeover() {
    EXPECT_TRUE(takesOver("publish { takeover on; }"));
    EXPECT_FALSE(takesOver(""));
}

void takeoverAfter() {
    const auto serverWith = [](int afterMs) {
        return vhostWith(fmt::format("publish {{ takeover stale; takeover_after {}; }} min_latency on;", afterMs));
    };
    const HookcastServer patient(serverWith(600'000));
    const HookcastServer impatient(serverWith(500));
    const auto stays = startPublisher(patient.port(), "show");
    const auto ends = startPublisher(impatient.port(), "show");
    for (const auto& publisher : {stays.get(), ends.get()}) {
        publisher->send(avcKeyframe(0));
        publisher->sync();
    }
    const auto getsName = [](const HookcastServer& server) {
        return connectClient(server.port())->publish("show").level == "status";
    };
    for (const Deadline deadline; !getsName(impatient);) ASSERT_FALSE(deadline.passed());
    EXPECT_FALSE(getsName(patient));
}

/// One asks for a name, and its backend never answers; what another one who asks for it is told.
Status behindOneWhoIsAskedAbout(std::string_view publish) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":600000}})");
    const HookcastServer server(vhostWith(fmt::format("publish {{ {} }} {}", publish, hooksTo(backend))));
    const auto first = connectClient(server.port());
    first->sendCommand("publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
    backend.waitForCall("on_publish");
    return connectClient(server.port())->publish("show");
}

void claimQueue() {
    EXPECT_THAT(behindOneWhoIsAskedAbout("claim_queue 0;").description, testing::HasSubstr("too many others"));
}

void claimTimeout() {
    EXPECT_THAT(behindOneWhoIsAskedAbout("claim_timeout 1;").description, testing::HasSubstr("claim_timeout"));
}

void kickoffForIdle() {
    const HookcastServer server(vhostWith("publish { kickoff_for_idle 0.2; normal_timeout 60000; }"));
    const auto publisher = startPublisher(server.port(), "show");
    EXPECT_EQ(publisher->expectStatus().description, "nobody has played it for kickoff_for_idle");
}

} // namespace

Effects vhostEffects() {
    return {
        {"vhost.enabled", enabled},
        {"vhost.chunk_size", [] { expectChunkSize(vhostWith("chunk_size 4096;"), 4096); }},
        {"vhost.min_latency", minLatency},
        {"vhost.tcp_nodelay", tcpNodelay},
        {"vhost.in_ack_size", inAckSize},
        {"vhost.out_ack_size", outAckSize},
        {"vhost.publish.firstpkt_timeout", [] { firstPacketTimeout("publish {{ firstpkt_timeout {}; }}"); }},
        {"vhost.publish_1stpkt_timeout", [] { firstPacketTimeout("publish_1stpkt_timeout {};"); }},
        {"vhost.publish.normal_timeout", [] { normalTimeout("publish {{ normal_timeout {}; }}"); }},
        {"vhost.publish_normal_timeout", [] { normalTimeout("publish_normal_timeout {};"); }},
        {"vhost.publish.mr",
         [] { mergedReadOff("publish { mr off; mr_latency 3000; }", "publish { mr_latency 3000; }"); }},
        {"vhost.mr.enabled",
         [] { mergedReadOff("mr { enabled off; latency 3000; }", "mr { enabled on; latency 3000; }"); }},
        {"vhost.publish.mr_latency", [] { mergedReadLatency("publish { mr_latency 1500; }"); }},
        {"vhost.mr.latency", [] { mergedReadLatency("mr { enabled on; latency 1500; }"); }},
        {"vhost.publish.takeover", takeover},
        {"vhost.publish.takeover_after", takeoverAfter},
        {"vhost.publish.claim_queue", claimQueue},
        {"vhost.publish.claim_timeout", claimTimeout},
        {"vhost.publish.kickoff_for_idle", kickoffForIdle},
    };
}

} // namespace hookcast::integration
