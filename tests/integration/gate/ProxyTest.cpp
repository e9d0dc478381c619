// Clients behind proxies that say who they are: by a PROXY header on each protocol that has connections.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/RtspClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>

namespace hookcast::integration {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTrusted = "trusted_proxies 127.0.0.1;\n";
constexpr const char* kNotTrusted = "a PROXY header from an address that is none of trusted_proxies";

const std::string kV1 = "PROXY TCP4 203.0.113.7 127.0.0.1 51234 1935\r\n";
const std::string kV2 =
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0F\xCB\x00\x71\x07\x7F\x00\x00\x01\xC8\x22\x07\x8F\x04\x00\x00"s;

/// A header as a proxy sends it, and what the backend is told then.
struct Header {
    const char* name;
    std::string bytes;
    const char* ip;
};

const std::vector<Header> kHeaders = {
    {"V1", kV1, "203.0.113.7"},
    {"V1OverIpv6", "PROXY TCP6 2001:db8::7 ::1 51234 1935\r\n", "2001:db8::7"},
    {"V1Unknown", "PROXY UNKNOWN\r\n", "127.0.0.1"},
    {"V2", kV2, "203.0.113.7"},
    {"V2Local", "\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00"s, "127.0.0.1"},
    {"None", "", "127.0.0.1"},
};

std::ostream& operator<<(std::ostream& out, const Header& header) {
    return out << header.name;
}

const std::vector<Protocol> kProtocols = {Protocol::Rtmp, Protocol::RtspTcp, Protocol::HttpFlv};

/// One connection of a protocol, which may begin with anything.
class Connection {
  public:
    Connection(const ProtocolServer& server, Protocol protocol) : protocol_(protocol), port_(server.port(protocol)) {
        if (protocol_ == Protocol::Rtmp) rtmp_ = std::make_unique<RtmpClient>(port_);
        if (protocol_ == Protocol::RtspTcp) rtsp_ = std::make_unique<RtspClient>(port_);
        if (protocol_ == Protocol::HttpFlv) http_ = std::make_unique<HttpClient>(port_);
    }

    void begin(std::string_view bytes) { tcp().send(base::asBytes(bytes)); }

    /// Says what the backends are asked about, and returns the verdict as the protocol tells it.
    std::string connect() {
        if (rtmp_) {
            rtmp_->shakeHands();
            return rtmp_->connect(requestFor(port_, "live")).code;
        }
        if (rtsp_) return std::to_string(rtsp_->request("DESCRIBE", rtspUrl(port_, "live/show")).status);
        return std::to_string(http_->get("/live/show.flv").status);
    }

    std::string admission() const { return rtmp_ ? "NetConnection.Connect.Success" : "200"; }
    std::string refusal() const { return rtmp_ ? "NetConnection.Connect.Rejected" : "403"; }

    TcpClient& tcp() { return rtmp_ ? rtmp_->tcp() : rtsp_ ? rtsp_->tcp() : http_->tcp(); }

    /// Everything that the server says before it closes the connection.
    std::string lastWords() {
        std::string text;
        while (const auto bytes = tcp().receive()) text += base::asText(*bytes);
        return text;
    }

  private:
    Protocol protocol_;
    std::uint16_t port_;
    std::unique_ptr<RtmpClient> rtmp_;
    std::unique_ptr<RtspClient> rtsp_;
    std::unique_ptr<HttpClient> http_;
};

/// A stream to ask for.
struct Show {
    Show(const ProtocolServer& server, MockBackend& backend) : publisher(server.server().rtspPort()) {
        publisher.send(true, 0);
        publisher.sync();
        backend.waitForCall("on_publish");
    }
    RtspPublisher publisher;
};

class ProxyHeaders : public testing::TestWithParam<std::tuple<Protocol, Header>> {};

TEST_P(ProxyHeaders, TellTheBackendWhoTheClientIs) {
    const auto& [protocol, header] = GetParam();
    MockBackend backend;
    ProtocolServer server(hooksTo(backend) + notifyTo(backend), kTrusted);
    const Show show(server, backend);
    const std::size_t before = backend.calls().size();
    {
        Connection connection(server, protocol);
        connection.begin(header.bytes);
        EXPECT_EQ(connection.connect(), connection.admission());
        backend.waitForCall("on_connect", 2);
        backend.waitForCall("notify connect", 2);
    }
    backend.waitForCall("on_close");
    const HookCalls calls = backend.calls();
    for (std::size_t i = before; i < calls.size(); ++i)
        EXPECT_EQ(calls[i].text(calls[i].has("addr") ? "addr" : "ip"), header.ip) << calls[i].action();
    server.server().waitForLog(fmt::format("(peer={} received=", header.ip));
    server.server().stop();
}

INSTANTIATE_TEST_SUITE_P(Gate, ProxyHeaders,
                         testing::Combine(testing::ValuesIn(kProtocols), testing::ValuesIn(kHeaders)),
                         [](const auto& test) {
                             std::ostringstream name;
                             name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
                             return name.str();
                         });

class ProxyHeadersOf : public testing::TestWithParam<Protocol> {
  protected:
    /// What the server says to a connection that begins like this; then it must have closed it.
    std::string answerTo(std::string_view bytes, const std::string& config) {
        ProtocolServer server(hooksTo(backend_), config);
        Connection connection(server, GetParam());
        connection.begin(bytes);
        std::string words = connection.lastWords();
        closed_ = server.server().waitForLog("] closed: ");
        server.server().stop();
        return words;
    }

    MockBackend backend_;
    std::string closed_;
};

TEST_P(ProxyHeadersOf, AStrangersIsRefused) {
    for (const std::string& header : {kV1, kV2, "PROXY "s, "PROXY nonsense\r\n"s})
        for (const char* config : {"", "trusted_proxies 10.0.0.0/8 ::1;"}) {
            EXPECT_EQ(answerTo(header + "\x03 more", config), "") << header;
            EXPECT_THAT(closed_, HasSubstr(kNotTrusted));
            EXPECT_THAT(closed_, HasSubstr("peer=127.0.0.1 "));
        }
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_P(ProxyHeadersOf, ABrokenOneIsRefused) {
    EXPECT_EQ(answerTo("PROXY TCP4 203.0.113.7\r\n", kTrusted), "");
    EXPECT_THAT(closed_, HasSubstr("the PROXY header has no address where one belongs"));
    EXPECT_EQ(answerTo("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x02zz"s, kTrusted), "");
    EXPECT_THAT(closed_, HasSubstr("the PROXY header is too short for its addresses"));
}

TEST_P(ProxyHeadersOf, OneThatIsTooLongIsRefused) {
    EXPECT_EQ(answerTo("PROXY UNKNOWN " + std::string(2000, 'x'), kTrusted), "");
    EXPECT_THAT(closed_, HasSubstr("the PROXY header is longer than 107 bytes"));
    EXPECT_EQ(answerTo("\r\n\r\n\0\r\nQUIT\n\x21\x11\x10\x00"s, kTrusted), "");
    EXPECT_THAT(closed_, HasSubstr("the PROXY header is longer than 4096 bytes"));
    EXPECT_EQ(answerTo("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\xFF"s, kTrusted + "limits { proxy_header 200; }"s), "");
    EXPECT_THAT(closed_, HasSubstr("the PROXY header is longer than 200 bytes"));
}

TEST_P(ProxyHeadersOf, OneThatNeverEndsIsWaitedForAWhile) {
    const std::string limits = "limits { handshake_timeout 200; idle_timeout 200; header_timeout 200; }\n";
    for (const std::string& header : {"PROXY TCP4 203"s, kV2.substr(0, 20)}) {
        EXPECT_EQ(answerTo(header, kTrusted + limits), "");
        EXPECT_THAT(closed_, HasSubstr("the PROXY header was not complete in time"));
    }
}

TEST_P(ProxyHeadersOf, ASecondOneIsNoneOfTheProtocols) {
    answerTo(kV1 + "PROXY TCP4 198.51.100.9 127.0.0.1 1 2\r\n\r\n", kTrusted);
    EXPECT_THAT(closed_, HasSubstr("peer=203.0.113.7 "));
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_P(ProxyHeadersOf, MayComeInPieces) {
    ProtocolServer server(hooksTo(backend_), kTrusted);
    const Show show(server, backend_);
    for (const std::string& header : {kV1, kV2}) {
        Connection connection(server, GetParam());
        for (const char c : header) connection.begin({&c, 1});
        EXPECT_EQ(connection.connect(), connection.admission());
        EXPECT_EQ(backend_.waitForCall("on_connect", withAction(backend_.calls(), "on_connect").size()).text("ip"),
                  "203.0.113.7");
    }
    server.server().stop();
}

TEST_P(ProxyHeadersOf, TheClientsAddressIsTheOneThatRulesAreFor) {
    ProtocolServer server(hooksTo(backend_) +
                              "security { enabled on; allow publish all; allow play all; deny publish 203.0.113.0/24; "
                              "deny play 203.0.113.0/24; }",
                          kTrusted);
    const Show show(server, backend_);
    const std::size_t before = backend_.calls().size();
    Connection denied(server, GetParam());
    denied.begin(kV1);
    EXPECT_EQ(denied.connect(), denied.refusal());
    server.server().waitForLog("203.0.113.7 may not play");
    EXPECT_EQ(backend_.calls().size(), before);
    Connection admitted(server, GetParam());
    admitted.begin("PROXY TCP4 198.51.100.7 127.0.0.1 51234 1935\r\n");
    EXPECT_EQ(admitted.connect(), admitted.admission());
    server.server().stop();
}

INSTANTIATE_TEST_SUITE_P(Gate, ProxyHeadersOf, testing::ValuesIn(kProtocols),
                         [](const auto& test) { return nameOf(test.param); });

} // namespace
} // namespace hookcast::integration
