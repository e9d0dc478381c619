#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/RtspSessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";
constexpr std::size_t kSetups = 3000;

RtspClient::Headers udp(unsigned setup = 0) {
    const unsigned port = 40000 + 2 * (setup % 10000);
    return {{"Transport", fmt::format("RTP/AVP;unicast;client_port={}-{}", port, port + 1)}};
}

const RtspClient::Headers kTcp = {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}};

/// Sends `count` SETUPs at once, every third over TCP, then reads the answers.
std::vector<int> storm(RtspClient& client, const std::string& track, std::size_t count) {
    constexpr std::size_t kInFlight = 100;
    std::vector<int> statuses;
    for (unsigned sent = 0; statuses.size() < count;) {
        std::vector<std::uint32_t> asked;
        for (; sent < count && asked.size() < kInFlight; ++sent)
            asked.push_back(client.send("SETUP", track, sent % 3 == 2 ? kTcp : udp(sent)));
        for (const std::uint32_t cseq : asked) statuses.push_back(client.expectAnswer(cseq).status);
    }
    return statuses;
}

class SetupStorm : public testing::Test {
  protected:
    void publish() {
        publisher_ = std::make_unique<RtspPublisher>(server_.rtspPort());
        publisher_->send(true, 0);
        publisher_->sync();
    }

    HookcastServer server_{defaultVhost(kPatient)};
    Bystanders bystanders_{server_};
    std::unique_ptr<RtspPublisher> publisher_;
};

TEST_F(SetupStorm, OfAPlayerTakesOnePairOfPortsPerTrack) {
    publish();
    const std::string url = server_.rtspUrl("live/show");
    RtspClient client(server_.rtspPort());
    client.require("DESCRIBE", url);
    const std::size_t before = server_.openDescriptors();
    // Once over UDP, it stays there.
    EXPECT_THAT(storm(client, url + "/trackID=0", kSetups), Each(testing::AnyOf(200, 461)));
    EXPECT_THAT(storm(client, url + "/trackID=1", kSetups), Each(404));
    EXPECT_EQ(server_.openDescriptors(), before + 2);
    bystanders_.expectToGoOn();

    const UdpPortPair ports;
    client.require("SETUP", url + "/trackID=0", {{"Transport", ports.transport()}});
    client.require("PLAY", url);
    publisher_->send(true, 40);
    EXPECT_TRUE(ports.receiveRtp());
    client.tcp().close();
    server_.waitForLog("] closed: ");
    server_.stop();
}

TEST_F(SetupStorm, OfAPublisherTakesOnePairOfPortsPerTrack) {
    const std::string url = server_.rtspUrl("live/show");
    RtspClient client(server_.rtspPort());
    const std::size_t before = server_.openDescriptors();
    client.require("ANNOUNCE", url, {}, avcSdp());
    EXPECT_THAT(storm(client, url + "/streamid=0", kSetups), Each(200));
    EXPECT_THAT(storm(client, url + "/streamid=1", kSetups), Each(404));
    EXPECT_LE(server_.openDescriptors(), before + 1 + 2);
    bystanders_.expectToGoOn();

    client.require("SETUP", url + "/streamid=0", kTcp);
    client.require("RECORD", url);
    AvcPackets packets;
    for (const base::Bytes& packet : packets.of(true, 0, 500, 1)) client.sendFrame(0, packet);
    client.require("GET_PARAMETER", url);
    EXPECT_EQ(RtspPlayer(server_.rtspPort()).expectPicture().unit, avcPicture(true, 500, 1));
    server_.stop();
}

/// Sections that nobody carries take ports, too.
std::string sdpOf(std::size_t sections) {
    std::string sdp = "v=0\r\n";
    for (std::size_t i = 0; i < sections; ++i)
        sdp += fmt::format("m=audio 0 RTP/AVP 0\r\na=control:streamid={}\r\n", i);
    return sdp;
}

TEST(SetupStorms, OfManyConnectionsFindNoMorePortsThanThereAreAndDisturbNobody) {
    constexpr std::size_t kConnections = 150;
    constexpr std::size_t kTracks = 16;
    constexpr std::size_t kPairs = 1000;
    HookcastServer server(defaultVhost(kPatient),
                          {{"SRS_RTSP_SERVER_RTP_PORT_MIN", "62000"},
                           {"SRS_RTSP_SERVER_RTP_PORT_MAX", std::to_string(62000 + 2 * kPairs - 1)}});
    Bystanders bystanders(server);
    const std::string url = server.rtspUrl("live/show");
    std::vector<std::unique_ptr<RtspClient>> clients;
    std::size_t granted = 0;
    std::size_t refusing = 0;
    for (std::size_t i = 0; i < kConnections; ++i) {
        RtspClient& client = *clients.emplace_back(std::make_unique<RtspClient>(server.rtspPort()));
        client.require("ANNOUNCE", url, {}, sdpOf(kTracks));
        std::vector<int> statuses;
        for (std::size_t track = 0; track < kTracks; ++track)
            statuses.push_back(client.request("SETUP", fmt::format("{}/streamid={}", url, track), udp()).status);
        EXPECT_THAT(statuses, Each(testing::AnyOf(200, 503)));
        granted += static_cast<std::size_t>(std::ranges::count(statuses, 200));
        refusing += std::ranges::count(statuses, 503) > 0 ? 1 : 0;
        if (i % 10 == 0) bystanders.expectToGoOn();
    }
    // Another program may have one or the other.
    EXPECT_LE(granted, kPairs);
    EXPECT_GE(granted, kPairs - 100);
    // Over TCP there is room.
    clients.back()->require("SETUP", url + "/streamid=0", kTcp);

    clients.clear();
    server.waitForLog("] closed: ", kConnections);
    RtspClient next(server.rtspPort());
    next.require("ANNOUNCE", url, {}, sdpOf(kTracks));
    next.require("SETUP", url + "/streamid=0", udp());
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_EQ(server.log().count("no pair of ports is free between rtp_port_min and rtp_port_max"), refusing)
        << "once for each connection";
}

/// The number in /proc/PID/limits.
rlim_t descriptorLimitOf(const HookcastServer& server) {
    constexpr std::string_view kName = "Max open files";
    std::istringstream limits(readFile(fmt::format("/proc/{}/limits", server.pid())));
    for (std::string line; std::getline(limits, line);)
        if (line.starts_with(kName)) return std::stoul(line.substr(kName.size()));
    return 0;
}

TEST(Descriptors, SufficeForAsManyPlayersOverUdpAsThereMayBeConnections) {
    rlimit usual{};
    ::getrlimit(RLIMIT_NOFILE, &usual);
    const rlimit low{256, usual.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);
    const HookcastServer server("max_connections 300;\n" + defaultVhost());
    ::setrlimit(RLIMIT_NOFILE, &usual);
    EXPECT_GT(descriptorLimitOf(server), 5U * 300U);
}

} // namespace
} // namespace hookcast::integration
