#include "backends/ExampleBackend.h"
#include "shared/WebhookSigner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ctime>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using support::kOtherWebhookSecret;
using support::kWebhookSecret;
using support::signedBy;

std::string now(std::int64_t plusS = 0) {
    return std::to_string(std::time(nullptr) + plusS);
}

std::string headers(std::string_view id, const std::string& time, const std::string& signature) {
    return fmt::format("webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {}\r\n", id, time, signature);
}

std::string publishing(std::string_view token) {
    return fmt::format(R"({{"action":"on_publish","stream":"cam","param":"?a=b&token={}"}})", token);
}

class Backends : public testing::TestWithParam<Language> {};

/// As a server with `secret` would send it.
HttpAnswer told(const ExampleBackend& backend, std::string_view id, const std::string& body,
                std::string_view secret = kWebhookSecret, std::int64_t plusS = 0) {
    const std::string time = now(plusS);
    return backend.post(body, headers(id, time, signedBy(secret, id, time, body)));
}

/// How often the backend has acted on an event, as seen by a later one.
std::size_t timesActedOn(const ExampleBackend& backend, const std::string& event, const std::string& marker) {
    const std::string body = fmt::format(R"({{"action":"on_close","stream":"{}"}})", marker);
    EXPECT_EQ(told(backend, marker, body).status, 200);
    EXPECT_TRUE(backend.events().waitFor("on_close " + marker));
    return backend.events().count(event);
}

bool admits(const HttpAnswer& answer) {
    return answer.status == 200 && answer.body.find("0") != std::string::npos;
}

TEST_P(Backends, AnswerOnlyWhatIsSignedAndNew) {
    const ExampleBackend backend(GetParam(), kWebhookSecret);
    const std::string body = publishing(ExampleBackend::kToken);
    EXPECT_TRUE(admits(told(backend, "a", body)));
    EXPECT_FALSE(admits(told(backend, "b", publishing("wrong"))));
    EXPECT_FALSE(admits(told(backend, "c", R"({"action":"on_play","stream":"cam","param":""})")));
    EXPECT_TRUE(admits(told(backend, "d", R"({"action":"on_close"})")));
    EXPECT_EQ(timesActedOn(backend, "on_publish cam", "marker-0"), 2U);

    EXPECT_EQ(told(backend, "e", body, kOtherWebhookSecret).status, 401);
    EXPECT_EQ(told(backend, "e", body, kWebhookSecret, -1000).status, 401);
    EXPECT_EQ(told(backend, "e", body, kWebhookSecret, 1000).status, 401);
    const std::string time = now();
    const std::string signature = signedBy(kWebhookSecret, "e", time, body);
    EXPECT_EQ(backend.post(body + " ", headers("e", time, signature)).status, 401) << "an altered body";
    EXPECT_EQ(backend.post(body, headers("f", time, signature)).status, 401) << "another id";
    EXPECT_EQ(backend.post(body, headers("e", now(-1), signature)).status, 401) << "another time";
    for (const std::string& bad : {std::string(), std::string("v1,"), signature.substr(3), "v2" + signature.substr(2),
                                   signature.substr(0, 20), std::string("v1,%%%")})
        EXPECT_EQ(backend.post(body, headers("e", time, bad)).status, 401) << bad;
    for (const char* bad : {"", "soon", "-1", "1e9"})
        EXPECT_EQ(backend.post(body, headers("e", bad, signedBy(kWebhookSecret, "e", bad, body))).status, 401) << bad;
    EXPECT_EQ(backend.post(body, "").status, 401);
    EXPECT_EQ(timesActedOn(backend, "on_publish cam", "marker-1"), 2U);
    // One of several, as during a rotation.
    EXPECT_TRUE(admits(backend.post(body, headers("e", time, "v0,x v1,AAAA " + signature))));
}

TEST_P(Backends, ActOnceOnWhatIsToldTwice) {
    const ExampleBackend backend(GetParam(), kWebhookSecret);
    const std::string body = R"({"action":"on_unpublish","stream":"cam"})";
    EXPECT_TRUE(admits(told(backend, "x-e", body)));
    EXPECT_TRUE(admits(told(backend, "x-e", body, kWebhookSecret, 1)));
    EXPECT_TRUE(admits(told(backend, "y-e", body)));
    EXPECT_EQ(timesActedOn(backend, "on_unpublish cam", "marker"), 2U);
}

INSTANTIATE_TEST_SUITE_P(All, Backends, testing::ValuesIn(kLanguages),
                         [](const auto& language) { return nameOf(language.param); });

} // namespace
} // namespace hookcast::integration
