// HTTP clients behind proxies that name them in a field of the request.
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/RtspSessions.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

class ForwardedFor : public testing::Test {
  protected:
    /// What the backend is told the client's address is.
    std::string ipOf(ProtocolServer& server, const std::string& beginning) {
        HttpClient client(server.port(Protocol::HttpFlv));
        const std::size_t line = beginning.rfind("PROXY", 0) == 0 ? beginning.find('\n') + 1 : 0;
        client.sendRaw(beginning.substr(0, line));
        EXPECT_EQ(client.get("/live/show.flv", beginning.substr(line)).status, 200) << beginning;
        return backend_.waitForCall("on_play", ++plays_).text("ip");
    }

    MockBackend backend_;
    std::size_t plays_ = 0;
};

TEST_F(ForwardedFor, TellsTheBackendWhoTheClientIs) {
    ProtocolServer server(hooksTo(backend_), "trusted_proxies 127.0.0.0/8 10.0.0.0/8;\n");
    RtspPublisher publisher(server.server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    struct Chain {
        const char* fields;
        const char* ip;
    };
    for (const auto& [fields, ip] : std::vector<Chain>{
             {"", "127.0.0.1"},
             {"X-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7"},
             {"X-Forwarded-For: 192.0.2.66, 203.0.113.7, 10.0.0.9\r\n", "203.0.113.7"},
             {"x-forwarded-for: 192.0.2.66\r\nX-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7"},
             {"X-Forwarded-For: 203.0.113.7, unknown, 10.0.0.9\r\n", "10.0.0.9"},
             {"X-Forwarded-For: [2001:db8::7]:4711\r\nX-Real-IP: 192.0.2.66\r\n", "2001:db8::7"},
             {"X-Real-IP: 203.0.113.7\r\n", "203.0.113.7"},
             {"PROXY TCP4 198.51.100.9 127.0.0.1 1 2\r\nX-Forwarded-For: 203.0.113.7\r\n", "198.51.100.9"},
             {"PROXY TCP4 10.0.0.1 127.0.0.1 1 2\r\nX-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7"}})
        EXPECT_EQ(ipOf(server, fields), ip) << fields;
    server.server().stop();
}

TEST_F(ForwardedFor, SaysNothingWhereAStrangerSendsIt) {
    ProtocolServer server(hooksTo(backend_), "trusted_proxies 10.0.0.0/8;\n");
    RtspPublisher publisher(server.server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    EXPECT_EQ(ipOf(server, "X-Forwarded-For: 203.0.113.7\r\nX-Real-IP: 203.0.113.7\r\n"), "127.0.0.1");
    server.server().stop();
}

TEST_F(ForwardedFor, NamesTheAddressThatRulesAreForAndThatIsLogged) {
    ProtocolServer server("security { enabled on; allow publish all; allow play 203.0.113.7; }",
                          "trusted_proxies 127.0.0.1;\n");
    RtspPublisher publisher(server.server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const auto statusOf = [&server](const std::string& fields) {
        return HttpClient(server.port(Protocol::HttpFlv)).get("/live/show.flv", fields).status;
    };
    EXPECT_EQ(statusOf("X-Forwarded-For: 203.0.113.7\r\n"), 200);
    EXPECT_EQ(statusOf("X-Forwarded-For: 203.0.113.8\r\n"), 403);
    EXPECT_EQ(statusOf(""), 403);
    server.server().waitForLog("refused by security: 203.0.113.8 may not play (peer=203.0.113.8 ");
    server.server().stop();
}

} // namespace
} // namespace hookcast::integration
