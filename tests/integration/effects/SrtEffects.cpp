// srt_server and vhost.srt.
#include "effects/Effect.h"

#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/Loopback.h"
#include "support/LossyRelay.h"
#include "support/RtspSessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr const char* kPublish = "#!::r=live/show,m=publish";
constexpr const char* kPlay = "#!::r=live/show,m=request";

/// A server of SRT.
class SrtServer {
  public:
    /// `directives` stand in srt_server, `vhost` in the vhost, `config` at the top level.
    explicit SrtServer(std::string_view directives, std::string_view vhost = "", std::string_view config = "")
        : server_(fmt::format("{}\n{}\nvhost __defaultVhost__ {{ min_latency on; srt {{ enabled on; }} {} }}\n", config,
                              port_.server(directives), vhost)) {}

    std::uint16_t port() const { return port_.number(); }
    const HookcastServer& server() const { return server_; }

    void stop() { server_.stop(); }

  private:
    SrtPort port_;
    HookcastServer server_;
};

void serverEnabled() {
    const auto serverOf = [](std::string_view switchedTo, const FreePort& port) {
        return HookcastServer(fmt::format("srt_server {{ enabled {}; listen 127.0.0.1:{}; }}\n"
                                          "vhost __defaultVhost__ {{ srt {{ enabled on; }} }}\n",
                                          switchedTo, port.number()));
    };
    const FreePort port;
    const FreePort unused;
    const HookcastServer on = serverOf("on", port);
    const HookcastServer off = serverOf("off", unused);
    EXPECT_TRUE(SrtClient(port.number(), kPlay).connected());
    // A caller would tell the same, after all of its patience.
    EXPECT_FALSE(boundSocket(SOCK_DGRAM, port.number()).valid());
    EXPECT_TRUE(boundSocket(SOCK_DGRAM, unused.number()).valid());
}

void listen() {
    const FreePort one;
    const FreePort other;
    const HookcastServer server(fmt::format("srt_server {{ enabled on; listen 127.0.0.1:{} 127.0.0.1:{}; }}\n"
                                            "vhost __defaultVhost__ {{ srt {{ enabled on; }} }}\n",
                                            one.number(), other.number()));
    EXPECT_TRUE(SrtClient(one.number(), kPlay).connected());
    EXPECT_TRUE(SrtClient(other.number(), kPlay).connected());
}

void vhostEnabled() {
    const auto connectsWith = [](std::string_view enabled) {
        const SrtPort port;
        const HookcastServer server(port.server() +
                                    fmt::format("vhost __defaultVhost__ {{ srt {{ enabled {}; }} }}\n", enabled));
        return SrtClient(port.number(), kPlay).connected();
    };
    EXPECT_TRUE(connectsWith("on"));
    EXPECT_FALSE(connectsWith("off"));
}

/// A publisher of pictures that can be carried in MPEG-TS, without pictures in them.
class Publisher {
  public:
    /// With some that players find there: a picture's place in time shows when more of them have come.
    explicit Publisher(const SrtServer& srt) : rtsp_(srt.server().rtspPort()) { send(5, 500); }

    /// So many, of `sizeBytes` each.
    void send(unsigned count, std::size_t sizeBytes) {
        for (unsigned i = 0; i < count; ++i, ++sent_) rtsp_.send(true, sent_ * 40, sizeBytes, sent_);
        rtsp_.sync();
    }

  private:
    RtspPublisher rtsp_;
    unsigned sent_ = 0;
};

/// A player of a stream that a burst of 800 kB comes in on.
class BurstPlayer {
  public:
    static constexpr std::size_t kMuch = 500'000;

    explicit BurstPlayer(std::string_view directives)
        : srt_(directives), publisher_(srt_), player_(srt_.port(), kPlay) {
        srt_.server().waitForLog("plays");
        publisher_.send(5, 500);
        player_.receiveMessage();
        publisher_.send(40, 20'000);
    }

    /// Throws std::runtime_error when much of it does not come in time.
    void receiveMuch(const Deadline& deadline = Deadline()) const { player_.receive(kMuch, deadline); }

  private:
    SrtServer srt_;
    Publisher publisher_;
    SrtClient player_;
};

void maxBandwidth() {
    // That much takes it most of a minute.
    const BurstPlayer bounded("maxbw 10000;");
    const Clock::time_point began = Clock::now();
    BurstPlayer("").receiveMuch();
    // As long again, and more.
    const Clock::duration took = Clock::now() - began;
    EXPECT_THROW(bounded.receiveMuch(Deadline(std::chrono::duration_cast<milliseconds>(took) + seconds(2))),
                 std::runtime_error);
}

void mss() {
    EXPECT_EQ(SrtClient(SrtServer("mss 1400;").port(), kPlay).option(SRTO_MSS), 1400);
}

/// What a caller has agreed to: for how long it is delayed that it sends, and that it gets.
struct Latencies {
    int ofServer = 0;
    int ofCaller = 0;

    bool operator==(const Latencies&) const = default;
};

Latencies latenciesWith(std::string_view directives) {
    const SrtServer srt(directives);
    const SrtClient caller(srt.port(), kPublish);
    return {caller.option(SRTO_PEERLATENCY), caller.option(SRTO_RCVLATENCY)};
}

void latency() {
    EXPECT_EQ(latenciesWith("latency 700;"), (Latencies{700, 700}));
}

void receiveLatency() {
    EXPECT_EQ(latenciesWith("recvlatency 700;").ofServer, 700);
    EXPECT_EQ(latenciesWith("").ofServer, 120);
}

void peerLatency() {
    EXPECT_EQ(latenciesWith("peerlatency 700;").ofCaller, 700);
    EXPECT_EQ(latenciesWith("").ofCaller, 120);
}

bool isClosedWithin(const SrtClient& client, milliseconds within) {
    try {
        client.expectClosed(Deadline(within));
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

/// A server that closes a publisher once it has read what that has sent, as its demuxer may have less.
class ReadingServer {
  public:
    explicit ReadingServer(std::string_view directives) : srt_(directives, "", "limits { demux_queue 65536; }") {}

    std::uint16_t port() const { return srt_.port(); }
    bool hasRead() const { return !srt_.server().closedLines("demux_queue").empty(); }
    void waitUntilRead() const { srt_.server().waitForLog("demux_queue"); }

    static void sendMuch(const SrtClient& publisher) { publisher.send(base::Bytes(400'000, 0x47)); }

  private:
    SrtServer srt_;
};

void atTime() {
    const ReadingServer waits("recvlatency 60000;");
    const ReadingServer reads("recvlatency 60000; tsbpdmode off;");
    const SrtClient early(waits.port(), kPublish);
    const SrtClient late(reads.port(), kPublish);
    ReadingServer::sendMuch(early);
    ReadingServer::sendMuch(late);
    reads.waitUntilRead();
    // Who came first is still waited for.
    EXPECT_FALSE(isClosedWithin(early, milliseconds(500)));
    EXPECT_FALSE(waits.hasRead());
}

/// A publisher of whose messages one does not arrive.
class GappyPublisher {
  public:
    explicit GappyPublisher(const ReadingServer& server) : relay_(server.port()) {
        relay_.lose(5);
        publisher_.emplace(relay_.port(), kPublish);
        ReadingServer::sendMuch(*publisher_);
    }

    void fillGap() { relay_.lose(0); }
    const SrtClient& client() const { return *publisher_; }

  private:
    LossyRelay relay_;
    std::optional<SrtClient> publisher_;
};

void dropsTooLate(std::string_view off) {
    const ReadingServer waits(off);
    const ReadingServer drops("");
    GappyPublisher first(waits);
    const GappyPublisher second(drops);
    drops.waitUntilRead();
    EXPECT_FALSE(isClosedWithin(first.client(), milliseconds(500)));
    EXPECT_FALSE(waits.hasRead());
    // It was that packet. Besides, libsrt 1.5.1 turns in circles while such a one is missing, and would take long to
    // end.
    first.fillGap();
    waits.waitUntilRead();
}

void peerIdleTimeout() {
    const SrtServer patient("peer_idle_timeout 600000;");
    const SrtServer impatient("peer_idle_timeout 1000;");
    LossyRelay toPatient(patient.port());
    LossyRelay toImpatient(impatient.port());
    const SrtClient stays(toPatient.port(), kPlay);
    const SrtClient ends(toImpatient.port(), kPlay);
    ASSERT_TRUE(stays.connected() && ends.connected());
    toPatient.cut();
    toImpatient.cut();
    impatient.server().waitForLog("silent for peer_idle_timeout");
    EXPECT_EQ(patient.server().log().count("silent for peer_idle_timeout"), 0U);
}

/// How many bytes of media wait for a player whom nothing reaches any more.
std::uint64_t waitingBytesWith(std::string_view directives, std::size_t sentBytes) {
    constexpr std::size_t kPictures = 40;
    SrtServer srt(fmt::format("tlpktdrop off; peer_idle_timeout 600000; {}", directives));
    LossyRelay relay(srt.port());
    Publisher publisher(srt);
    const SrtClient reached(srt.port(), kPlay, {"", 0, false});
    const SrtClient player(relay.port(), kPlay, {"", 0, false});
    srt.server().waitForLog("plays", 2);
    publisher.send(5, 500);
    player.receiveMessage();
    relay.cut();
    publisher.send(kPictures, sentBytes / kPictures);
    // Who has got it all was served by the same loop: whatever there is room for waits for the other by now.
    reached.receive(sentBytes);
    srt.stop();
    std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
    for (const std::string& line : srt.server().closedLines("sent=")) {
        const std::uint64_t sent = std::stoull(line.substr(line.find("sent=") + 5));
        if (line.find("received=0 ") != std::string::npos) fewest = std::min(fewest, sent);
    }
    return fewest;
}

void sendBuffer() {
    constexpr std::size_t kSentBytes = 800'000;
    EXPECT_LT(waitingBytesWith("sendbuf 65536;", kSentBytes), 100'000U);
    EXPECT_GE(waitingBytesWith("sendbuf 4000000;", kSentBytes), kSentBytes);
    // By default as much as that stream and its latency need: the rest waits in the wire log, once for all players.
    EXPECT_LT(waitingBytesWith("", kSentBytes), kSentBytes / 2);
}

void receiveBuffer() {
    const auto windowWith = [](std::string_view directives) {
        const SrtServer srt(directives);
        return SrtClient(srt.port(), kPublish).flowWindow();
    };
    EXPECT_LT(windowWith("recvbuf 65536;"), 100);
    EXPECT_GT(windowWith(""), 1000);
}

std::size_t largestMessageWith(std::string_view directives) {
    const SrtServer srt(directives);
    Publisher publisher(srt);
    const SrtClient player(srt.port(), kPlay);
    publisher.send(2, 20'000);
    std::size_t largest = 0;
    for (int i = 0; i < 10; ++i) largest = std::max(largest, player.receiveMessage().size());
    return largest;
}

void payloadSize() {
    EXPECT_EQ(largestMessageWith("payloadsize 376;"), 376U);
    EXPECT_EQ(largestMessageWith(""), 1316U);
}

void passphrase() {
    const SrtServer srt("passphrase ten-letters;");
    EXPECT_TRUE(SrtClient(srt.port(), kPlay, {"ten-letters", 0, true}).connected());
    EXPECT_FALSE(SrtClient(srt.port(), kPlay, {"other-letters", 0, true}).connected());
    EXPECT_FALSE(SrtClient(srt.port(), kPlay).connected());
}

void keyLength() {
    const auto lengthWith = [](std::string_view directives) {
        const SrtServer srt(fmt::format("passphrase ten-letters; {}", directives));
        return SrtClient(srt.port(), kPlay, {"ten-letters", 0, true}).option(SRTO_PBKEYLEN);
    };
    EXPECT_EQ(lengthWith("pbkeylen 32;"), 32);
    EXPECT_EQ(lengthWith(""), 16);
}

/// What a caller with this stream id is let in for.
std::string logsWith(std::string_view directives, const std::string& streamId) {
    const SrtServer srt(directives);
    const SrtClient caller(srt.port(), streamId);
    return srt.server().waitForLog("s __defaultVhost__/");
}

void defaultApp() {
    EXPECT_THAT(logsWith("default_app studio;", "show"), testing::HasSubstr("plays __defaultVhost__/studio/show"));
}

void defaultMode() {
    EXPECT_THAT(logsWith("default_mode publish;", "live/show"),
                testing::HasSubstr("publishes __defaultVhost__/live/show"));
}

void defaultStreamId() {
    EXPECT_THAT(logsWith("default_streamid \"#!::r=studio/a,m=publish\";", ""),
                testing::HasSubstr("publishes __defaultVhost__/studio/a"));
}

/// The sound of a publisher of several programmes, as players have it.
std::string soundsWith(std::string_view directives) {
    const SrtPort port;
    const HookcastServer server(port.server() +
                                fmt::format("vhost __defaultVhost__ {{ srt {{ enabled on; {} }} }}\n", directives));
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", twoProgramsClip(), "-map", "0", "-c", "copy",
                               "-program", "program_num=7:st=0:st=1:st=2", "-program", "program_num=8:st=3:st=4", "-f",
                               "mpegts", port.publishUrl("show")});
    server.waitForLog("publishes __defaultVhost__/live/show");
    return soundRates(server.url("live/show"));
}

void program() {
    EXPECT_EQ(soundsWith("program 8;"), "32000");
    EXPECT_EQ(soundsWith(""), "44100");
}

void audioTrack() {
    EXPECT_EQ(soundsWith("audio_track 2;"), "22050");
}

} // namespace

Effects srtEffects() {
    return {
        {"srt_server.enabled", serverEnabled},
        {"srt_server.listen", listen},
        {"vhost.srt.enabled", vhostEnabled},
        {"vhost.srt.program", program},
        {"vhost.srt.audio_track", audioTrack},
        {"srt_server.maxbw", maxBandwidth},
        {"srt_server.mss", mss},
        {"srt_server.latency", latency},
        {"srt_server.recvlatency", receiveLatency},
        {"srt_server.peerlatency", peerLatency},
        {"srt_server.tsbpdmode", atTime},
        {"srt_server.tlpktdrop", [] { dropsTooLate("tlpktdrop off;"); }},
        {"srt_server.tlpkdrop", [] { dropsTooLate("tlpkdrop off;"); }},
        {"srt_server.peer_idle_timeout", peerIdleTimeout},
        {"srt_server.sendbuf", sendBuffer},
        {"srt_server.recvbuf", receiveBuffer},
        {"srt_server.payloadsize", payloadSize},
        {"srt_server.passphrase", passphrase},
        {"srt_server.pbkeylen", keyLength},
        {"srt_server.default_app", defaultApp},
        {"srt_server.default_mode", defaultMode},
        {"srt_server.default_streamid", defaultStreamId},
    };
}

} // namespace hookcast::integration
