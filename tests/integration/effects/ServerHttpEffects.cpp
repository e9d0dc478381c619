// http_server and http_api.
#include "effects/Effect.h"

#include "support/ApiClient.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/OwnServer.h"
#include "support/TcpClient.h"
#include "support/TempFolder.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

constexpr const char* kVhost = "vhost __defaultVhost__ { }\n";

/// A server with a block that serves HTTP somewhere.
class WithBlock {
  public:
    /// `block` is its name, `content` stands in it behind the address.
    WithBlock(std::string_view block, std::string_view content)
        : server_(fmt::format("{} {{ listen 127.0.0.1:{}; {} }}\n{}", block, port_.number(), content, kVhost)) {}

    HttpAnswer get(std::string_view path, std::string_view fields = "") const {
        return HttpClient(port_.number()).get(path, fields);
    }

    HttpAnswer ask(std::string_view method, std::string_view path) const {
        return ApiClient(port_.number()).ask(method, path);
    }

    bool listens() const {
        try {
            const TcpClient visitor(port_.number());
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    std::uint16_t port() const { return port_.number(); }

    const HookcastServer& server() const { return server_; }

  private:
    FreePort port_;
    HookcastServer server_;
};

void serverEnabled(std::string_view block) {
    EXPECT_TRUE(WithBlock(block, "enabled on;").listens());
    EXPECT_FALSE(WithBlock(block, "enabled off;").listens());
}

void serverListen(std::string_view block) {
    const FreePort one;
    const FreePort other;
    const HookcastServer server(fmt::format("{} {{ enabled on; listen 127.0.0.1:{} 127.0.0.1:{}; }}\n{}", block,
                                            one.number(), other.number(), kVhost));
    for (const FreePort* port : {&one, &other}) EXPECT_GT(HttpClient(port->number()).get("/").status, 0);
}

void serverDir(std::string_view block) {
    const TempFolder folder;
    folder.write("a.txt", "its contents");
    const WithBlock server(block, fmt::format("enabled on; dir {};", folder.path().string()));
    EXPECT_EQ(server.get("/a.txt").body, "its contents");
}

void crossdomain(std::string_view block) {
    const auto originWith = [block](std::string_view directive) {
        return WithBlock(block, fmt::format("enabled on; {}", directive)).get("/").field("access-control-allow-origin");
    };
    EXPECT_EQ(originWith("crossdomain off;"), "");
    EXPECT_EQ(originWith(""), "*");
}

/// What the server says first to a client that speaks HTTP/2.
std::string answerToHttp2(const WithBlock& server) {
    constexpr std::string_view kEmptySettings("\0\0\0\4\0\0\0\0\0", 9);
    constexpr std::size_t kEnough = 27; // SETTINGS with three values
    TcpClient client(server.port());
    client.send(base::asBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(kEmptySettings)));
    std::string answer;
    while (answer.size() < kEnough) {
        const auto bytes = client.receive();
        if (!bytes) break;
        answer += base::asText(*bytes);
    }
    return answer;
}

void http2(std::string_view block) {
    EXPECT_THAT(answerToHttp2(WithBlock(block, "enabled on; http2 off;")), testing::StartsWith("HTTP/1.1 505"));
    EXPECT_EQ(answerToHttp2(WithBlock(block, "enabled on;")).substr(3, 1), "\x04") << "SETTINGS";
}

void http2Streams(std::string_view block) {
    const WithBlock server(block, "enabled on; http2_max_concurrent_streams 7;");
    EXPECT_THAT(answerToHttp2(server), testing::HasSubstr(std::string_view("\0\3\0\0\0\7", 6)))
        << "SETTINGS_MAX_CONCURRENT_STREAMS";
}

int codeOf(const WithBlock& api, std::string_view path, std::string_view method = "GET") {
    return Poco::JSON::Parser()
        .parse(api.ask(method, path).body)
        .extract<Poco::JSON::Object::Ptr>()
        ->getValue<int>("code");
}

constexpr int kRawDisabled = 1061;

void rawApiEnabled() {
    constexpr const char* kAsking = "/api/v1/raw?rpc=reload-fetch";
    EXPECT_EQ(codeOf(WithBlock("http_api", "enabled on; raw_api { enabled on; }"), kAsking), 0);
    EXPECT_EQ(codeOf(WithBlock("http_api", "enabled on;"), kAsking), kRawDisabled);
}

void rawApiReload() {
    constexpr const char* kAsking = "/api/v1/raw?rpc=reload";
    const WithBlock api("http_api", "enabled on; raw_api { enabled on; allow_reload on; }");
    EXPECT_EQ(codeOf(api, kAsking, "POST"), 0);
    api.server().waitForLog("reloaded");
    EXPECT_EQ(codeOf(WithBlock("http_api", "enabled on; raw_api { enabled on; }"), kAsking, "POST"), kRawDisabled);
}

void allowedHosts() {
    const auto statusAt = [](const WithBlock& api) {
        HttpClient client(api.port());
        client.sendRaw("GET /api/v1/versions HTTP/1.1\r\nHost: Stats.Example.com.:1985\r\n\r\n");
        return client.receive().status;
    };
    EXPECT_EQ(statusAt(WithBlock("http_api", "enabled on;")), 403);
    EXPECT_EQ(statusAt(WithBlock("http_api", "enabled on; allowed_hosts a.example stats.example.com;")), 200);
}

void metricsStreams() {
    constexpr const char* kFamily = "hookcast_streams_without_series 0\n";
    EXPECT_THAT(WithBlock("http_api", "enabled on; metrics_streams 5;").ask("GET", "/metrics").body,
                testing::HasSubstr(kFamily));
    EXPECT_THAT(WithBlock("http_api", "enabled on;").ask("GET", "/metrics").body,
                testing::Not(testing::HasSubstr(kFamily)));
}

void basicAuth() {
    const WithBlock api("http_api", "enabled on; auth { enabled on; username admin; password secret; }");
    const auto statusAs = [&api](std::string_view credentials) {
        return api.get("/api/v1/versions", fmt::format("Authorization: Basic {}\r\n", credentials)).status;
    };
    EXPECT_EQ(statusAs("YWRtaW46c2VjcmV0"), 200);
    EXPECT_EQ(statusAs("YWRtaW46b3RoZXI="), 401) << "admin:other";
    EXPECT_EQ(statusAs("YW5vdGhlcjpzZWNyZXQ="), 401) << "another:secret";
    EXPECT_EQ(api.get("/api/v1/versions").status, 401);
}

} // namespace

Effects serverHttpEffects() {
    return {
        {"http_server.enabled", [] { serverEnabled("http_server"); }},
        {"http_server.listen", [] { serverListen("http_server"); }},
        {"http_server.dir", [] { serverDir("http_server"); }},
        {"http_server.crossdomain", [] { crossdomain("http_server"); }},
        {"http_server.http2", [] { http2("http_server"); }},
        {"http_server.http2_max_concurrent_streams", [] { http2Streams("http_server"); }},
        {"http_api.http2", [] { http2("http_api"); }},
        {"http_api.http2_max_concurrent_streams", [] { http2Streams("http_api"); }},
        {"http_stream", [] { serverDir("http_stream"); }},
        {"http_api.enabled", [] { serverEnabled("http_api"); }},
        {"http_api.listen", [] { serverListen("http_api"); }},
        {"http_api.crossdomain", [] { crossdomain("http_api"); }},
        {"http_api.allowed_hosts", allowedHosts},
        {"http_api.metrics_streams", metricsStreams},
        {"http_api.raw_api.enabled", rawApiEnabled},
        {"http_api.raw_api.allow_reload", rawApiReload},
        {"http_api.auth.enabled", basicAuth},
        {"http_api.auth.username", basicAuth},
        {"http_api.auth.password", basicAuth},
    };
}

} // namespace hookcast::integration
