// Whatever clients call themselves and their streams, what the control interface says is JSON, a script, or figures.
#include "support/ApiClient.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/PrometheusText.h"
#include "support/Protocol.h"
#include "support/RtspClient.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/StrictJson.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// Every byte, and what looks like UTF-8 and is none, or is and does harm elsewhere.
std::vector<std::string> hostileTexts() {
    std::vector<std::string> texts;
    for (int from = 0x01; from < 0x100; from += 0x20) {
        std::string some = "x";
        for (int byte = from; byte < std::min(from + 0x20, 0x100); ++byte) some.push_back(static_cast<char>(byte));
        texts.push_back(some);
    }
    for (const char* text : {"\"",
                             "\\",
                             "\\\"},{\"a\":1",
                             "a\\",
                             "\\u0000",
                             "\x80\xBF",
                             "\xC0\xAF",
                             "\xE0\x80\xAF",
                             "\xF0\x80\x80\xAF",
                             "\xC3",
                             "\xE2\x82",
                             "\xF0\x9F\x8E",
                             "\xED\xA0\x80",
                             "\xED\xBF\xBF",
                             "\xED\xA0\xBD\xED\xB8\x80",
                             "\xF4\x90\x80\x80",
                             "\xF8\x88\x80\x80\x80",
                             "\xFE\xFF",
                             "a\u2028b\u2029c",
                             "\uFEFF",
                             "\uFFFF",
                             "\u202Etxt",
                             "</script><script>alert(1)</script>",
                             "a\r\nSet-Cookie: x=1",
                             "{label=\"x\"} 1\n# TYPE a b",
                             "\U0001F3A5"})
        texts.emplace_back(text);
    texts.push_back(std::string("nul") + '\0' + "nul");
    return texts;
}

std::string percentEncoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return encoded;
}

class HostileText : public testing::Test {
  protected:
    /// Nobody is told anything that is no JSON, and no page is none.
    void checkAll(const std::string& who) {
        for (const char* page : {"versions", "summaries", "rusages", "self_proc_stats", "system_proc_stats", "meminfos",
                                 "authors", "features", "clusters", "raw?rpc=raw", "vhosts", "streams?count=1000",
                                 "clients?count=1000", "hooks", "webhooks"})
            check(std::string("/api/v1/") + page, who);
        for (const char* page : {"/", "/api", "/api/v1"}) check(page, who);
        for (int number = 1; number <= 200; ++number) {
            const std::string page = fmt::format("/api/v1/clients/{}", number);
            check(page, who);
        }
        const HttpAnswer metrics = api_.ask("GET", "/metrics");
        EXPECT_THAT(PrometheusText(metrics.body).faults, IsEmpty()) << who;
    }

    void check(const std::string& path, const std::string& who) const {
        const std::string body = api_.ask("GET", path).body;
        EXPECT_EQ(jsonFault(body), "") << path << " of " << who << ": " << body;
        std::string script =
            api_.ask("GET", path + (path.find('?') == std::string::npos ? "?" : "&") + "callback=F").body;
        ASSERT_THAT(script, StartsWith("F(")) << path;
        ASSERT_TRUE(script.ends_with(")")) << path;
        script = script.substr(2, script.size() - 3);
        EXPECT_EQ(jsonFault(script), "") << path << " of " << who;
        EXPECT_THAT(script, Not(HasSubstr("\u2028")));
        EXPECT_THAT(script, Not(HasSubstr("\u2029")));
    }

    /// Batches of events are among the calls, too.
    void waitForTen(const std::string& action) {
        backend_.waitFor("ten " + action, [&action](const HookCalls& calls) {
            return std::ranges::count_if(calls, [&action](const HookCall& call) {
                       return call.has("action") && call.text("action") == action;
                   }) >= 10;
        });
    }

    void checkBackend() {
        for (const HookCall& call : backend_.calls()) EXPECT_EQ(jsonFault(call.rawBody), "") << call.rawBody;
    }

    FreePort port_;
    ApiClient api_{port_.number()};
    MockBackend backend_;
    ProtocolServer server_{hooksTo(backend_),
                           fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; metrics_streams 1000; }}\n{}",
                                       port_.number(), webhookTo(backend_))};
};

TEST_F(HostileText, InEachFieldOfAnRtmpClient) {
    std::vector<std::unique_ptr<RtmpClient>> clients;
    for (const std::string& text : hostileTexts()) {
        for (const auto field : {&ConnectRequest::app, &ConnectRequest::tcUrl, &ConnectRequest::pageUrl,
                                 &ConnectRequest::swfUrl, &ConnectRequest::flashVer}) {
            auto client = std::make_unique<RtmpClient>(server_.server().port());
            client->shakeHands();
            ConnectRequest request = requestFor(server_.server().port(), "live");
            request.pageUrl = "http://h/";
            request.swfUrl = "http://h/";
            request.*field += text;
            if (client->connect(request).level == "status") clients.push_back(std::move(client));
        }
    }
    EXPECT_GT(clients.size(), 50U);
    checkAll("clients that are connected");
    // Half of them do something, too.
    for (std::size_t i = 0; i < clients.size(); i += 2) {
        try {
            clients[i]->createStream();
            clients[i]->play("show");
        } catch (const std::runtime_error&) {
            continue; // a name that no stream can have
        }
    }
    checkAll("players");
    checkBackend();
}

TEST_F(HostileText, AsTheNameOfAStreamOverRtmp) {
    std::vector<std::unique_ptr<RtmpClient>> publishers;
    for (const std::string& text : hostileTexts()) {
        for (const std::string& name : {text, "show?token=" + text, "p?vhost=" + text}) {
            auto client = connectClient(server_.server().port());
            try {
                client->createStream();
                if (client->publish(name).level != "status") continue;
                client->send(avcConfig(0));
                client->send(avcKeyframe(0));
                client->sync();
                publishers.push_back(std::move(client));
            } catch (const std::runtime_error&) {
                continue; // a name that no stream can have
            }
        }
    }
    EXPECT_GT(publishers.size(), 5U);
    checkAll("publishers");
    backend_.waitForEvents("stream:create", publishers.size());
    checkBackend();
}

TEST_F(HostileText, OverHttp) {
    std::vector<std::unique_ptr<HttpClient>> players;
    for (const std::string& text : hostileTexts()) {
        for (const std::string& request :
             {fmt::format("GET /live/{}.flv HTTP/1.1\r\nHost: h\r\n", percentEncoded(text)),
              fmt::format("GET /{}/show.flv?{} HTTP/1.1\r\nHost: h\r\n", percentEncoded(text), percentEncoded(text)),
              fmt::format("GET /live/show.flv?x={} HTTP/1.1\r\nHost: h\r\nReferer: http://{}\r\nUser-Agent: {}\r\n",
                          text, text, text),
              fmt::format("GET /live/{}.flv HTTP/1.1\r\nHost: {}\r\n", text, text)}) {
            players.push_back(std::make_unique<HttpClient>(server_.port(Protocol::HttpFlv)));
            players.back()->sendRaw(request + "\r\n");
        }
    }
    waitForTen("on_play");
    checkAll("players over HTTP");
    checkBackend();
}

TEST_F(HostileText, OverSrtAndRtsp) {
    std::vector<std::unique_ptr<SrtClient>> callers;
    std::vector<std::unique_ptr<RtspClient>> players;
    for (const std::string& text : hostileTexts()) {
        if (text.find('\0') == std::string::npos)
            callers.push_back(std::make_unique<SrtClient>(server_.port(Protocol::Srt),
                                                          fmt::format("#!::r=live/{0}?{0},u={0},m=request", text)));
        callers.push_back(std::make_unique<SrtClient>(
            server_.port(Protocol::Srt), fmt::format("live/{}?u={}", percentEncoded(text), percentEncoded(text))));
        players.push_back(std::make_unique<RtspClient>(server_.port(Protocol::RtspTcp)));
        players.back()->tcp().send(
            base::asBytes(fmt::format("DESCRIBE rtsp://h/live/{0}?{0} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: {1}\r\n\r\n",
                                      percentEncoded(text), text)));
    }
    waitForTen("on_connect");
    checkAll("callers and players over SRT and RTSP");
    checkBackend();
}

TEST_F(HostileText, AsTheNameOfACallback) {
    for (const std::string& text : hostileTexts()) {
        const HttpAnswer answer = api_.ask("GET", "/api/v1/versions?callback=a" + percentEncoded(text));
        EXPECT_EQ(answer.status, 400) << text;
        EXPECT_THAT(answer.body, Not(HasSubstr("script")));
    }
    for (const char* name : {"alert(1)", "a;b", "a b", "<script>", "a[0]", "a+b", "a'b", "a//", "a%0Ab", "a\u2028b"})
        EXPECT_EQ(api_.ask("GET", "/api/v1/versions?callback=" + percentEncoded(name)).status, 400) << name;
    for (const char* name : {"F", "jQuery123_4", "$.a.b", "_"})
        EXPECT_EQ(api_.ask("GET", std::string("/api/v1/versions?callback=") + name).status, 200) << name;
}

} // namespace
} // namespace hookcast::integration
