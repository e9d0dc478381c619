// What a server makes of who speaks TLS to it, and of who does not.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/HookDirectives.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/TlsHookcast.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class TlsServers : public testing::Test {
  protected:
    std::string vhosts() const {
        return "srs_log_level info; limits { handshake_timeout 1000; header_timeout 1000; idle_timeout 1000; }\n" +
               defaultVhost(hooksTo(backend_) + kAllMounts);
    }

    MockBackend backend_;
    TlsHookcast hookcast_{vhosts()};
};

/// The gate is the same, and so is each byte.
TEST_F(TlsServers, AskTheBackendsAsOthersDo) {
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":403}})");
    const auto relay = hookcast_.relayTo(hookcast_.rtmpsPort());
    const auto client = connectClient(relay->port());
    client->createStream();
    EXPECT_EQ(client->publish("cam").level, "error");
    client->expectClosed();
    EXPECT_EQ(backend_.waitForCall("on_connect").text("ip"), "127.0.0.1");
    backend_.waitForCall("on_close");

    const auto toHttps = hookcast_.relayTo(hookcast_.httpsPort());
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"status":403}})");
    EXPECT_EQ(HttpClient(toHttps->port()).get("/live/cam.flv").status, 403);
    EXPECT_THAT(backend_.waitForCall("on_play").text("tcUrl"), StartsWith("https://"));
}

TEST_F(TlsServers, MuchArrivesWhole) {
    std::string text;
    for (int i = 0; i < 400'000; ++i) text += std::to_string(i);
    hookcast_.write("much.txt", text);
    const auto relay = hookcast_.relayTo(hookcast_.httpsPort());
    HttpClient client(relay->port());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/much.txt").body, text) << "on one connection";
}

TEST_F(TlsServers, SendAwayWhoSpeaksNoTls) {
    RtmpClient rtmp(hookcast_.rtmpsPort());
    EXPECT_ANY_THROW(rtmp.shakeHands());
    EXPECT_THAT(hookcast_.server().closedLines("TLS: ", 1).at(0), ContainsRegex("rtmp-[0-9]+"));
    HttpClient http(hookcast_.httpsPort());
    http.send("GET", "/live/cam.flv");
    EXPECT_THAT(http.receiveToEnd(), testing::Not(HasSubstr("HTTP/1.1")));
    EXPECT_THAT(hookcast_.server().closedLines("TLS: http request", 1), testing::SizeIs(1));
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_F(TlsServers, PlainServersTakeNoTls) {
    const auto relay = hookcast_.relayTo(hookcast_.server().port());
    RtmpClient rtmp(relay->port());
    EXPECT_ANY_THROW(rtmp.shakeHands());
    hookcast_.server().closedLines("", 1);
}

/// Media in the clear beside a dialogue that is not would be nobody's wish.
TEST_F(TlsServers, OfferNoUdpToRtsps) {
    const auto relay = hookcast_.relayTo(hookcast_.rtspsPort());
    EXPECT_ANY_THROW(RtspPublisher(relay->port(), "live/show", RtpWay::Udp));
    EXPECT_NO_THROW(RtspPublisher(relay->port(), "live/show", RtpWay::Tcp));
}

/// Those who begin a handshake and go no further are sent away as others are who begin and go no further.
TEST_F(TlsServers, DoNotWaitForWhoDoesNotShakeHands) {
    std::vector<std::unique_ptr<TcpClient>> silent;
    for (const std::uint16_t port : {hookcast_.rtmpsPort(), hookcast_.rtspsPort(), hookcast_.httpsPort()})
        for (const char* begun : {"", "\x16\x03\x01\x02"}) {
            silent.push_back(std::make_unique<TcpClient>(port));
            silent.back()->send(base::asBytes(begun));
        }
    for (const auto& client : silent) client->drainUntilClosed();
}

TEST_F(TlsServers, KnowClientsBehindProxies) {
    TlsHookcast behind("trusted_proxies 127.0.0.1;\n" + vhosts());
    const auto relay =
        behind.relayTo(behind.rtmpsPort(), "localhost", "PROXY TCP4 203.0.113.7 127.0.0.1 51234 1935\r\n");
    connectClient(relay->port());
    EXPECT_EQ(backend_.waitForCall("on_connect").text("ip"), "203.0.113.7");
}

/// A certificate that is changed counts for who comes later; who is there stays, and one that is broken changes
/// nothing.
TEST_F(TlsServers, TakeANewCertificate) {
    const auto before = hookcast_.relayTo(hookcast_.rtmpsPort());
    const auto publisher = startPublisher(before->port(), "cam");
    hookcast_.issue("server", "DNS:renewed.example");
    EXPECT_THAT(hookcast_.server().reload(hookcast_.wholeConfig(vhosts())), HasSubstr("reloaded"));
    publisher->sync();
    const auto renewed = hookcast_.relayTo(hookcast_.rtmpsPort(), "renewed.example");
    connectClient(renewed->port());
    EXPECT_ANY_THROW(connectClient(before->port())) << "it is shown another name";

    hookcast_.write("server.key", support::CertificateAuthority::encrypted(readFile(hookcast_.file("server.key"))));
    EXPECT_THAT(hookcast_.server().reload(hookcast_.wholeConfig(vhosts())),
                ContainsRegex("not reloaded: .*server.key': the private key wants a passphrase"));
    hookcast_.write("server.key", "nothing");
    EXPECT_THAT(hookcast_.server().reload(hookcast_.wholeConfig(vhosts())), HasSubstr("server.key"));
    connectClient(renewed->port());
    publisher->sync();
}

TEST_F(TlsServers, ShowTheCertificateOfTheVhostThatIsNamed) {
    hookcast_.issue("one", "DNS:one.example");
    const std::string one = vhost(
        "one.example", fmt::format("tls {{ cert {}; key {}; }}", hookcast_.file("one.crt"), hookcast_.file("one.key")));
    hookcast_.server().reload(hookcast_.wholeConfig(vhosts() + one));
    for (const char* host : {"one.example", "localhost"}) {
        for (const std::uint16_t port : {hookcast_.rtmpsPort(), hookcast_.httpsPort()}) {
            const auto relay = hookcast_.relayTo(port, host);
            if (port == hookcast_.rtmpsPort())
                connectClient(relay->port());
            else
                EXPECT_EQ(HttpClient(relay->port()).get("/nothing").status, 404) << host;
        }
    }
}

/// It is what there is: a server that ends for it would serve nobody.
TEST_F(TlsServers, WarnOfACertificateThatIsNotValidAnyMore) {
    hookcast_.issue("server", "DNS:localhost", support::CertificateAuthority::Valid::UntilYesterday);
    EXPECT_THAT(hookcast_.server().reload(hookcast_.wholeConfig(vhosts())), HasSubstr("reloaded, 1 warning"));
    EXPECT_THAT(hookcast_.server().waitForLog("the certificate was valid until 20"), HasSubstr("server.crt"));
    EXPECT_FALSE(hookcast_.isShown(hookcast_.httpsPort(), "localhost")) << "its time is over for clients";
    EXPECT_THAT(hookcast_.server().reload("user nobodyx;\n" + hookcast_.wholeConfig(vhosts())),
                HasSubstr("not reloaded: cannot become nobodyx"));
}

/// An address that changes from plain to TLS, and back, in a reload.
TEST_F(TlsServers, ChangeWhatAnAddressSpeaks) {
    const std::string plain = fmt::format("listen 127.0.0.1:{};", hookcast_.httpsPort());
    hookcast_.server().reload(hookcast_.wholeConfig(vhosts(), plain));
    EXPECT_EQ(HttpClient(hookcast_.httpsPort()).get("/nothing").status, 404);
    hookcast_.server().reload(hookcast_.wholeConfig(vhosts()));
    HttpClient http(hookcast_.httpsPort());
    http.send("GET", "/nothing");
    EXPECT_THAT(http.receiveToEnd(), testing::Not(HasSubstr("HTTP/1.1")));
    const auto relay = hookcast_.relayTo(hookcast_.httpsPort());
    EXPECT_EQ(HttpClient(relay->port()).get("/nothing").status, 404);
}

TEST(TlsStart, DoesNotHappenWithoutItsCertificate) {
    const TempFolder folder;
    const std::string config =
        fmt::format("rtmps {{ enabled on; listen 127.0.0.1:1; cert {0}; key {0}; }}\n", folder.file("none.pem")) +
        defaultVhost();
    try {
        const HookcastServer server(config);
        FAIL() << "it has started";
    } catch (const std::runtime_error& e) {
        EXPECT_THAT(e.what(), HasSubstr("none.pem"));
    }
}

} // namespace
} // namespace hookcast::integration
