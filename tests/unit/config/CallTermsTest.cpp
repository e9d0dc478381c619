// How the URLs of a block are called: the directives that http_hooks, http_notify, webhook and heartbeat have in
// common.
#include "config/Addresses.h"
#include "config/Dump.h"
#include "unit/config/Support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::config {
namespace {

using test::complete;
using test::defaultVhost;
using test::load;
using test::messages;
using testing::HasSubstr;
using testing::Not;
using Files = std::map<std::string, std::string>;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kOther = "whsec_aGVyZSBzdGFuZHMgYSBrZXkgb2YgeW91ciBvd24h";

/// The same in each of the four blocks.
std::vector<std::string> inEachBlock(const std::string& directives) {
    const std::string calls = "enabled on; on_publish http://a/; " + directives;
    return {"listen 1935; vhost __defaultVhost__ { http_hooks { " + calls + " } }",
            "listen 1935; vhost __defaultVhost__ { http_notify { " + calls + " } }",
            complete("webhook { url http://a/; " + directives + " }"),
            complete("heartbeat { enabled on; url http://a/; " + directives + " }")};
}

const CallTerms& termsOf(const LoadOutcome& outcome) {
    if (!outcome.config->webhooks.empty()) return outcome.config->webhooks[0].calls;
    if (outcome.config->heartbeat.enabled) return outcome.config->heartbeat.calls;
    const VhostConfig& vhost = *defaultVhost(outcome);
    return vhost.notifies.empty() ? vhost.hooks.calls : vhost.notifies[0].calls;
}

void expectError(const std::string& directives, const std::string& wanted, const std::string& untold = "none of it") {
    for (const std::string& text : inEachBlock(directives)) {
        const LoadOutcome outcome = load(text);
        EXPECT_EQ(outcome.config, nullptr) << text;
        EXPECT_THAT(messages(outcome), HasSubstr("error: ")) << text;
        EXPECT_THAT(messages(outcome), HasSubstr(wanted)) << text;
        EXPECT_THAT(messages(outcome), Not(HasSubstr(untold))) << text;
    }
}

TEST(CallTerms, AreTheSameInEachBlock) {
    for (const std::string& text : inEachBlock(std::string("secret ") + kSecret + " " + kOther +
                                               "; header Authorization 'Bearer x y'; header X-A b; user_agent me;")) {
        const LoadOutcome outcome = load(text);
        ASSERT_NE(outcome.config, nullptr) << messages(outcome);
        EXPECT_EQ(messages(outcome), "");
        const CallTerms& terms = termsOf(outcome);
        EXPECT_EQ(terms.secrets, (std::vector<std::string>{kSecret, kOther}));
        EXPECT_EQ(terms.headers,
                  (std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer x y"}, {"X-A", "b"}}));
        EXPECT_EQ(terms.userAgent, "me");
        const LoadOutcome again = load(dump(*outcome.config));
        ASSERT_NE(again.config, nullptr) << messages(again);
        EXPECT_TRUE(test::sameConfig(*outcome.config, *again.config)) << dump(*outcome.config);
        const std::string masked = dump(*outcome.config, Secrets::Masked);
        for (const char* hidden : {"whsec_", "Bearer", "x y"}) EXPECT_THAT(masked, Not(HasSubstr(hidden)));
    }
}

TEST(CallTerms, AMalformedSecretIsAnErrorThatDoesNotNameIt) {
    expectError("secret MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw;", "begins with whsec_", "MfKQ9");
    expectError("secret WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw;", "begins with whsec_", "MfKQ9");
    expectError("secret whsec_MfKQ9r8GK*qrTwjUPD8ILPZIo2LaLaSw;", "is base64, and this is none", "MfKQ9");
    expectError("secret 'whsec_MfKQ9r8GK qrTwjUPD8ILPZIo2LaLaSw';", "is base64, and this is none", "MfKQ9");
    expectError("secret whsec_;", "this one holds none");
    expectError(std::string("secret ") + kSecret + " whsec_?MfKQ9;", "is base64", "MfKQ9");
}

TEST(CallTerms, AThirdSecretIsNotTaken) {
    const std::string three = std::string("secret ") + kSecret + " " + kOther + " whsec_MfKQ9;";
    for (const std::string& text : inEachBlock(three)) {
        EXPECT_THAT(messages(load(text)), HasSubstr("'secret' takes"));
        EXPECT_THAT(messages(load(text)), Not(HasSubstr("MfKQ9")));
    }
}

TEST(CallTerms, AShortKeyIsWarnedOf) {
    for (const std::string& text : inEachBlock("secret whsec_c2hvcnQ=;")) {
        EXPECT_NE(load(text).config, nullptr);
        EXPECT_THAT(messages(load(text)), HasSubstr("warning: 'secret': its key has 5 bytes; 24 to 64 are expected"));
    }
}

TEST(CallTerms, AHeaderThatWouldBreakTheCallIsAnError) {
    expectError("header 'X A' b;", "'X A': its name may have");
    expectError("header X-A: b;", "without a colon");
    expectError("header X-\xC3\xA4 b;", "its name may have");
    expectError("header X-A 'b\r\nX-C: secret';", "a control character", "secret");
    expectError("header X-A 'b\nc';", "a control character");
    expectError("header X-A '';", "'header' has no effect without a value");
    expectError("header X-A;", "'header' has no effect without a value");
    expectError("header Authorization Bearer abc;", "one value only", "abc");
    expectError("secret;", "'secret' has no effect without a value");
    expectError("header X-A ' b';", "begins or ends with a blank");
    expectError("header X-A " + std::string(9000, 'b') + ";", "longer than 8192 bytes", "bbbb");
    expectError("header X-A b; header x-a c;", "'x-a' stands here twice");
    expectError("user_agent 'a\r\nb';", "'user_agent': it has a control character");
}

TEST(CallTerms, AHeaderThatTheServerWritesItselfIsAnError) {
    for (const std::string name : {"Content-Length", "host", "HOST", "Content-Type", "Transfer-Encoding", "Connection",
                                   "Expect", "webhook-id", "Webhook-Signature", "webhook-anything"})
        expectError("header " + name + " 5;", "the server writes it itself");
    expectError("header User-Agent me;", "'user_agent' says it");
}

std::string hooksWith(const std::string& directives) {
    return inEachBlock(directives)[0];
}

// Of nobody: made for these tests, as `openssl req -x509` does.
constexpr const char* kCertificatePem = "-----BEGIN CERTIFICATE-----\n"
                                        "MIIBbzCCARWgAwIBAgIUTOqvzgZRX93eR9mhMR65FpWZNJ0wCgYIKoZIzj0EAwIw\n"
                                        "DDEKMAgGA1UEAwwBYTAgFw0yNjExMjkwMjM2MDNaGA8yMTI2MTEwNTAyMzYwM1ow\n"
                                        "DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJkQvJmSsFtO\n"
                                        "yJGQyFjL9WPoqPBjEGU6hpImoTCdoBb5uipa/2XhlZfMFCmp2eReBCmuC98lrnRV\n"
                                        "6MYTK0h1EzajUzBRMB0GA1UdDgQWBBQReB7dFfVwjwjp5eQrU6Z/8C5hJjAfBgNV\n"
                                        "HSMEGDAWgBQReB7dFfVwjwjp5eQrU6Z/8C5hJjAPBgNVHRMBAf8EBTADAQH/MAoG\n"
                                        "CCqGSM49BAMCA0gAMEUCIDEoCtViUKVx8fWbetCD+W1nTfl0Ni6ZIkEDPapY2+dx\n"
                                        "AiEAix/GsUS2nCMDjHO/20R1QujMACylp+xM8NJxtN8/8mE=\n"
                                        "-----END CERTIFICATE-----\n";
constexpr const char* kKeyPem = "-----BEGIN PRIVATE KEY-----\n"
                                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJT6J/Pp773dcYQY2\n"
                                "yW2GOOdX4BNz/6Z2TJDyKB8DcRShRANCAASZELyZkrBbTsiRkMhYy/Vj6KjwYxBl\n"
                                "OoaSJqEwnaAW+boqWv9l4ZWXzBQpqdnkXgQprgvfJa50VejGEytIdRM2\n"
                                "-----END PRIVATE KEY-----\n";
constexpr const char* kOtherKeyPem = "-----BEGIN PRIVATE KEY-----\n"
                                     "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpOcnnNoKpD1QoGOn\n"
                                     "cC4wEt43kJ/7JEngeyFM8NYCXzehRANCAAS9nIyQR9UO3n6TCGuDcW83vYAO7CRl\n"
                                     "EobEtsFl5qOctClzNsWto3Yv2hNrlN+rVsiy9Q1bIKMoDrRJxnIMTUBi\n"
                                     "-----END PRIVATE KEY-----\n";

TEST(CallTerms, ACertificateAndItsKeyAreLookedAt) {
    const Files files{{"/c", kCertificatePem},
                      {"/k", kKeyPem},
                      {"/both", std::string(kCertificatePem) + kKeyPem},
                      {"/other", kOtherKeyPem},
                      {"/otherBoth", std::string(kCertificatePem) + kOtherKeyPem},
                      {"/cut", std::string(kCertificatePem).substr(0, 200)},
                      {"/cutKey", std::string(kKeyPem).substr(0, 100)},
                      {"/locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"}};
    const auto said = [&files](const std::string& directives) {
        return messages(load(hooksWith(directives), {}, files));
    };
    EXPECT_EQ(said("cert_file /c; key_file /k;"), "");
    EXPECT_EQ(said("cert_file /both;"), "");
    EXPECT_THAT(said("cert_file /none; key_file /k;"), HasSubstr("error: 'cert_file': "));
    EXPECT_THAT(said("cert_file /c; key_file /none;"), HasSubstr("error: 'key_file': "));
    EXPECT_THAT(said("cert_file /k; key_file /k;"), HasSubstr("error: 'cert_file': '/k' holds no certificate in PEM"));
    EXPECT_THAT(said("cert_file /c; key_file /c;"), HasSubstr("error: 'key_file': '/c' holds no private key in PEM"));
    EXPECT_THAT(said("cert_file /c;"), HasSubstr("error: 'cert_file': '/c' holds no private key"));
    EXPECT_THAT(said("key_file /k;"), HasSubstr("error: 'key_file' needs a 'cert_file'"));
    EXPECT_THAT(said("cert_file /c; key_file /locked;"), HasSubstr("wants a passphrase"));
    EXPECT_THAT(said("cert_file /c; key_file /other;"),
                HasSubstr("error: 'key_file': '/other': the private key is not that of the certificate"));
    EXPECT_THAT(said("cert_file /otherBoth;"),
                HasSubstr("error: 'cert_file': '/otherBoth': the private key is not that of the certificate"));
    EXPECT_THAT(said("cert_file /cut; key_file /k;"), HasSubstr("its certificate cannot be read"));
    EXPECT_THAT(said("cert_file /c; key_file /cutKey;"), HasSubstr("its private key cannot be read"));
}

/// Nobody waits for an event's answer: it is no reason not to start.
TEST(CallTerms, AWebhookWithoutItsFilesIsAWarning) {
    const LoadOutcome outcome = load(inEachBlock("ca_file /none; cert_file /none;")[2]);
    EXPECT_NE(outcome.config, nullptr);
    EXPECT_THAT(messages(outcome), HasSubstr("warning: 'ca_file': "));
    EXPECT_THAT(messages(outcome), HasSubstr("warning: 'cert_file': "));
}

TEST(CallTerms, WhoVerifiesNothingIsToldWhatThatMeans) {
    for (const std::string& text : inEachBlock("insecure on;"))
        EXPECT_THAT(messages(load(text)), HasSubstr("warning: 'insecure': nobody looks")) << text;
    for (const std::string& text : inEachBlock("insecure off;")) EXPECT_EQ(messages(load(text)), "") << text;
}

std::string faultOf(const std::string& url) {
    const base::Result<void> checked = checkAdmissionUrl(url);
    return checked ? std::string() : checked.error().message;
}

TEST(SocketUrls, AreWhereverAUrlMayBe) {
    EXPECT_EQ(faultOf("http://unix:/run/app.sock:/path?a=b:c"), "");
    EXPECT_EQ(faultOf("HTTP://unix:/run/app.sock:/"), "");
    EXPECT_EQ(faultOf("http://unix:8080/path"), "") << "a host may be called so";
    EXPECT_EQ(faultOf("http://unix/path"), "");
    const auto parts = socketUrlOf("http://unix:/run/app.sock:/path?a=b:/c");
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->socket, "/run/app.sock");
    EXPECT_EQ(parts->target, "/path?a=b:/c");
    EXPECT_EQ(socketUrlOf("http://unix:8080/path"), std::nullopt);
}

TEST(SocketUrls, ThatAreNoneSayWhy) {
    EXPECT_THAT(faultOf("https://unix:/run/app.sock:/path"), HasSubstr("by http, not by https"));
    EXPECT_THAT(faultOf("http://unix:/run/app.sock"), HasSubstr("a colon and a path"));
    EXPECT_THAT(faultOf("http://unix:/run/app.sock:"), HasSubstr("a colon and a path"));
    EXPECT_THAT(faultOf("http://unix:/run/app.sock:path"), HasSubstr("a colon and a path"));
    EXPECT_THAT(faultOf("http://unix:/run/app?x:/path"), HasSubstr("a colon and a path"));
    EXPECT_THAT(faultOf("http://unix:/:/path"), HasSubstr("the path of a socket"));
    EXPECT_THAT(faultOf("http://unix:/a b:/path"), HasSubstr("blanks"));
    EXPECT_THAT(faultOf("http://unix:run/app.sock:/path"), HasSubstr("port"));
    EXPECT_EQ(faultOf("http://unix:/" + std::string(106, 'a') + ":/"), "");
    EXPECT_THAT(faultOf("http://unix:/" + std::string(107, 'a') + ":/"), HasSubstr("107 bytes"));
}

} // namespace
} // namespace hookcast::config
