// A server that signs, and backends that check it.
#include "backends/ExampleBackend.h"
#include "shared/WebhookSigner.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using support::kOtherWebhookSecret;
using support::kWebhookSecret;
using testing::HasSubstr;

std::string hooksOf(const std::string& url, std::string_view secret) {
    return fmt::format("http_hooks {{ enabled on; secret {1}; on_connect {0}; on_close {0}; on_publish {0}; "
                       "on_unpublish {0}; on_play {0}; on_stop {0}; }}",
                       url, secret);
}

/// How `hookcast hook test` ends.
int tried(const std::string& vhost, const std::string& stream) {
    const TempFolder folder;
    const std::string file = folder.write("a.conf", "listen 1935; daemon off;\n" + vhost);
    ChildProcess process({{hookcastProgram(), "hook", "test", "-c", file, "--stream", stream}, {}, {}});
    return process.waitForExit().code;
}

class ExampleOf : public testing::TestWithParam<Language> {};

TEST_P(ExampleOf, ABackendAdmitsWhoHasTheToken) {
    const ExampleBackend backend(GetParam(), kWebhookSecret);
    const std::string vhost = defaultVhost(hooksOf(backend.url(), kWebhookSecret));
    HookcastServer server(vhost);
    {
        const auto publisher = startPublisher(server.port(), fmt::format("cam?token={}", ExampleBackend::kToken));
        EXPECT_TRUE(backend.events().waitFor("on_publish cam"));
        RtmpClient stranger(server.port());
        stranger.shakeHands();
        EXPECT_EQ(stranger.connect(requestFor(server.port(), "live")).level, "status");
        stranger.createStream();
        EXPECT_EQ(stranger.publish("other?token=guessed").level, "error");
    }
    EXPECT_TRUE(backend.events().waitFor("on_unpublish cam"));
    EXPECT_TRUE(backend.events().waitFor("on_close", 2));
    server.stop();

    // During a rotation either secret will do; another one alone will not.
    const std::string stream = fmt::format("live/cam?token={}", ExampleBackend::kToken);
    const std::string both = fmt::format("{} {}", kOtherWebhookSecret, kWebhookSecret);
    EXPECT_EQ(tried(vhost, stream), 0);
    EXPECT_EQ(tried(vhost, "live/cam?token=guessed"), 1);
    EXPECT_EQ(tried(defaultVhost(hooksOf(backend.url(), both)), stream), 0);
    EXPECT_EQ(tried(defaultVhost(hooksOf(backend.url(), kOtherWebhookSecret)), stream), 1);
}

INSTANTIATE_TEST_SUITE_P(Languages, ExampleOf, testing::ValuesIn(kLanguages),
                         [](const auto& language) { return nameOf(language.param); });

/// By another implementation than ours: the npm package standardwebhooks.
class StandardWebhooks : public testing::Test {
  protected:
    StandardWebhooks() { waitForListener(port_.number()); }

    std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port_.number(), path); }

    std::string config(std::string_view secret) const {
        const std::string call = url("/notify");
        const auto notify = [&](const char* method) {
            return fmt::format(
                "http_notify {{ enabled on; secret {1}; notify_method {2}; on_connect {0}; on_publish {0}; "
                "on_play {0}; on_done {0}; }}",
                call, secret, method);
        };
        return fmt::format("webhook {{ url {}; secret {}; }}", url("/events"), secret) +
               defaultVhost(hooksOf(url("/hooks"), secret) + notify("POST") + notify("GET"));
    }

    FreePort port_;
    ChildProcess verifier_{{{"node", HOOKCAST_SOURCE_DIR "/tests/signatures/verify.mjs", std::string(kWebhookSecret),
                             std::to_string(port_.number()), PACKAGES_FOLDER},
                            {},
                            {}}};
};

TEST_F(StandardWebhooks, VerifyEveryKindOfCall) {
    HookcastServer server(config(kWebhookSecret));
    startPublisher(server.port(), "cam?name=\u00fc%20+&x=\\\"");
    const LineLog& seen = verifier_.output();
    // on_connect, on_publish, on_unpublish, on_close; connect, publish, done.
    EXPECT_TRUE(seen.waitFor("signed POST /hooks", 4));
    EXPECT_TRUE(seen.waitFor("signed POST /notify", 3));
    EXPECT_TRUE(seen.waitFor("signed GET /notify", 3));
    EXPECT_TRUE(seen.waitFor("signed POST /events", 2));
    server.stop();
    EXPECT_EQ(seen.count("not signed"), 0U) << seen.text();
}

TEST_F(StandardWebhooks, RefuseAnotherSecret) {
    EXPECT_EQ(tried(defaultVhost(hooksOf(url("/hooks"), kOtherWebhookSecret)), "live/a"), 1);
    EXPECT_TRUE(verifier_.output().waitFor("not signed (No matching signature found) POST /hooks"));
}

/// The control interface of a mock, and calls that come without a server.
class SignedMock : public testing::Test {
  protected:
    std::uint16_t port() const {
        const std::string url = mock_.url("");
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }

    int post(std::string_view body, std::string_view id, std::int64_t plusS, std::string_view signedBody) const {
        const std::string time = std::to_string(std::time(nullptr) + plusS);
        HttpClient client(port());
        client.sendRaw(fmt::format("POST /api/v1/streams HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n"
                                   "webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {}\r\n\r\n{}",
                                   body.size(), id, time, support::signedBy(kWebhookSecret, id, time, signedBody),
                                   body));
        return client.receive().status;
    }

    MockBackend mock_{{"--secret", std::string(kOtherWebhookSecret), "--secret", std::string(kWebhookSecret)}};
};

TEST_F(SignedMock, TakesWhatAServerSignsAndRefusesWhatItDoesNot) {
    MockBackend events({"--secret", std::string(kWebhookSecret)});
    const auto secret = fmt::format("secret {};", kWebhookSecret);
    HookcastServer server(webhookTo(events, secret) +
                          defaultVhost(hooksTo(mock_, secret) + notifyTo(mock_, secret + "notify_method GET;")));
    startPublisher(server.port(), "cam?a=b");
    mock_.waitForCall("on_close");
    mock_.waitForCall("notify done");
    server.stop();
    EXPECT_FALSE(events.events().empty());
    for (const HookCall& call : mock_.calls()) EXPECT_EQ(call.answerStatus, 200) << call.path << " " << call.rawBody;
    EXPECT_EQ(tried(defaultVhost(hooksTo(mock_)), "live/a"), 1) << "not signed at all";

    const std::string body = R"({"action":"on_publish","stream":"x"})";
    EXPECT_EQ(post(body, "a", 0, body), 200);
    EXPECT_EQ(post(body, "b", 0, body + " "), 401);
    EXPECT_EQ(post(body, "c", -400, body), 401);
    HttpClient control(port());
    const std::string counted = control.get("/control/signatures").body;
    EXPECT_THAT(counted, HasSubstr(R"("missing":1,"altered":1,"old":1)"));
}

} // namespace
} // namespace hookcast::integration
