// What a web page tries through the browser of someone who can reach the control interface, or the mock backend.
#include "AttackSupport.h"

#include "support/ApiClient.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace hookcast::attacks {
namespace {

using integration::ApiClient;
using integration::FreePort;
using integration::HookcastServer;
using integration::HttpAnswer;
using integration::HttpClient;
using integration::MockBackend;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A publisher, and the interface that could end it.
class Target {
  public:
    explicit Target(std::string_view inApi = "")
        : server_(fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; raw_api {{ enabled on; allow_reload on; }} "
                              "{} }}\nvhost __defaultVhost__ {{ }}\n",
                              port_.number(), inApi)),
          publisher_(server_.rtspPort()) {
        publisher_.send(true, 0);
        publisher_.sync();
    }

    /// `fields`: lines without their ends, set off by `|`; the Host among them.
    HttpAnswer ask(std::string_view method, std::string_view path, std::string fields = "") const {
        if (fields.find("Host:") == std::string::npos) fields += fmt::format("|Host: 127.0.0.1:{}", port_.number());
        std::string lines;
        while (!fields.empty()) {
            const std::string line = fields.substr(0, fields.find('|'));
            fields.erase(0, line.size() + 1);
            if (!line.empty()) lines += line + "\r\n";
        }
        HttpClient client(port_.number());
        client.sendRaw(fmt::format("{} {} HTTP/1.1\r\nContent-Length: 0\r\n{}\r\n", method, path, lines));
        return client.receive(method == "HEAD");
    }

    int status(std::string_view method, std::string_view path, const std::string& fields = "") const {
        return ask(method, path, fields).status;
    }

    /// Of the publisher.
    std::string path(const std::string& fields = "") const {
        const std::string body = ask("GET", "/api/v1/clients", fields).body;
        const std::size_t id = body.find("\"id\":\"");
        return "/api/v1/clients/" +
               (id == std::string::npos ? "" : body.substr(id + 6, body.find('"', id + 6) - id - 6));
    }

    std::string origin() const { return fmt::format("Origin: http://127.0.0.1:{}", port_.number()); }
    const HookcastServer& server() const { return server_; }

  private:
    FreePort port_;
    HookcastServer server_;
    integration::RtspPublisher publisher_;
};

constexpr const char* kEvil = "Origin: http://evil.example";

TEST(WebPagesAttack, APageEndsNobodyAndReloadsNothing) {
    const Target target;
    const std::string client = target.path();
    EXPECT_EQ(target.status("DELETE", client, kEvil), 403);
    EXPECT_EQ(target.status("DELETE", client, "Origin: null"), 403);
    EXPECT_EQ(target.status("DELETE", client, "Sec-Fetch-Site: cross-site"), 403);
    EXPECT_EQ(target.status("DELETE", client, "Sec-Fetch-Site: same-site"), 403) << "another port of this machine";
    EXPECT_EQ(target.status("GET", client + "?callback=F&method=DELETE"), 405) << "no false success";
    EXPECT_EQ(target.status("GET", client + "?method=delete"), 405);
    EXPECT_EQ(target.status("GET", "/api/v1/raw?rpc=reload"), 405);
    EXPECT_EQ(target.status("HEAD", "/api/v1/raw?rpc=reload"), 405);
    EXPECT_EQ(target.status("GET", "/api/v1/raw?rpc=update&scope=x"), 405);
    EXPECT_EQ(target.status("POST", "/api/v1/raw?rpc=reload", kEvil), 403);
    EXPECT_THAT(target.ask("OPTIONS", client, kEvil).field("access-control-allow-methods"), Not(HasSubstr("DELETE")));
    EXPECT_EQ(target.path(), client) << "it publishes still";
    EXPECT_THAT(target.server().log().text(), Not(HasSubstr("reloaded")));
    EXPECT_EQ(target.status("DELETE", client, target.origin()), 200) << "a page of its own may";
    target.server().waitForLog("control interface");
}

TEST(WebPagesAttack, ANameThatWasBentToThisMachineReadsNothing) {
    const Target target;
    for (const char* path : {"/api/v1/clients", "/metrics", "/api/v1/clients?callback=F", "/", "/api/v1/raw?rpc=raw"})
        for (const char* host :
             {"evil.example", "evil.example:1985", "127.0.0.1.evil.example", "localhost.evil.example"})
            EXPECT_EQ(target.status("GET", path, std::string("Host: ") + host), 403) << host << path;
    EXPECT_EQ(target.status("POST", "/api/v1/raw?rpc=reload", "Host: evil.example|Origin: http://evil.example"), 403);
    for (const char* host : {"localhost", "LOCALHOST.:1985", "192.0.2.1", "[::1]:1985"})
        EXPECT_EQ(target.status("GET", "/api/v1/versions", std::string("Host: ") + host), 200) << host;
}

TEST(WebPagesAttack, PagesOfOtherOriginsReadOnlyWhereCrossdomainSaysSo) {
    const Target open;
    EXPECT_THAT(open.ask("GET", "/api/v1/versions?callback=F", kEvil).body, StartsWith("F({"));
    const Target closed("crossdomain off;");
    EXPECT_EQ(closed.status("GET", "/api/v1/versions?callback=F"), 403);
    EXPECT_EQ(closed.ask("GET", "/api/v1/versions", kEvil).field("access-control-allow-origin"), "");
}

TEST(WebPagesAttack, TheConsoleKicksWithTheSecret) {
    const Target target("auth { enabled on; username admin; password secret; }");
    const std::string secret = "Authorization: basic YWRtaW46c2VjcmV0";
    const std::string client = target.path(secret);
    const std::string kick = client + "?callback=F&method=DELETE";
    EXPECT_EQ(target.status("GET", kick), 401);
    EXPECT_EQ(target.status("GET", kick, secret + "|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors"), 403);
    const std::string replay = "/api/v1/events/replay";
    for (const char* page :
         {"|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors", "|Sec-Fetch-Site: same-site|Sec-Fetch-Mode: no-cors",
          "|Origin: http://evil.example", "|Origin: null", "|Origin: http://127.0.0.1.evil.example",
          "|Origin: http://evil.example|Content-Type: text/plain; charset=application/json"}) {
        EXPECT_EQ(target.status("GET", kick, secret + page), 403) << page;
        EXPECT_EQ(target.status("POST", replay, secret + page), 403) << page;
        EXPECT_EQ(target.status("POST", "/api/v1/raw?rpc=reload", secret + page), 403) << page;
    }
    EXPECT_EQ(target.status("POST", replay, secret + "|" + target.origin()), 200) << "a page of its own";
    EXPECT_EQ(target.status("POST", replay, secret + "|" + kEvil + "|Content-Type: application/json"), 200)
        << "the browser has asked before, and heard that it may add nothing";
    EXPECT_EQ(target.ask("OPTIONS", replay, kEvil).field("access-control-allow-credentials"), "");
    EXPECT_EQ(target.status("GET", "/api/v1/raw?rpc=reload", secret), 405) << "an image of a page of its own";
    EXPECT_EQ(target.path(secret), client);
    EXPECT_THAT(target.ask("GET", kick, secret).body, StartsWith("F({\"code\":0"));
    target.server().waitForLog("control interface");
    EXPECT_THAT(target.ask("OPTIONS", client).field("access-control-allow-methods"), HasSubstr("DELETE"));
}

TEST(WebPagesAttack, APageDoesNotSteerTheMockBackend) {
    const MockBackend backend;
    const std::string url = backend.url("");
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    const auto statusWith = [port](std::string_view fields) {
        HttpClient client(port);
        client.sendRaw(fmt::format("DELETE /control/rules HTTP/1.1\r\nContent-Length: 0\r\n{}\r\n", fields));
        return client.receive().status;
    };
    EXPECT_EQ(statusWith("Host: 127.0.0.1\r\nOrigin: http://evil.example\r\n"), 403);
    EXPECT_EQ(statusWith("Host: evil.example\r\n"), 403);
    EXPECT_EQ(statusWith("Host: 127.0.0.1\r\n"), 200);
}

/// Else another spelling would lead to the vhost for all names, which has other rules.
TEST(VhostNamesAttack, AnotherSpellingOfANameIsTheSameVhost) {
    const FreePort port;
    const HookcastServer server(fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}\n"
                                            "vhost Cam.Example.com {{ enabled off; http_remux {{ enabled on; }} }}\n"
                                            "vhost __defaultVhost__ {{ http_remux {{ enabled on; }} }}\n",
                                            port.number()));
    const auto answerAt = [&port](std::string_view host) {
        HttpClient player(port.number());
        player.sendRaw(fmt::format("GET /live/show.flv HTTP/1.1\r\nHost: {}\r\n\r\n", host));
        return player.receive().body;
    };
    for (const char* host : {"Cam.Example.com", "cam.example.com", "CAM.EXAMPLE.COM", "cam.example.com."})
        EXPECT_THAT(answerAt(host), HasSubstr("the vhost is disabled")) << host;
    EXPECT_THAT(answerAt("cam.example.com.evil.example"), Not(HasSubstr("disabled")));
}

} // namespace
} // namespace hookcast::attacks
