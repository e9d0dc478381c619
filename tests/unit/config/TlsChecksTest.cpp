#include "shared/CertificateAuthority.h"
#include "unit/config/Support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class TlsChecksTest : public testing::Test {
  protected:
    using Valid = support::CertificateAuthority::Valid;

    TlsChecksTest() {
        const support::CertificateAuthority authority;
        const support::Certificate one = authority.issue("DNS:one.example");
        const support::Certificate other = authority.issue("DNS:other.example");
        const support::Certificate old = authority.issue("DNS:old.example", Valid::UntilYesterday);
        const support::Certificate next = authority.issue("DNS:next.example", Valid::FromTomorrow);
        files_ = {{"./one.crt", one.chainPem},
                  {"./one.key", one.keyPem},
                  {"./other.key", other.keyPem},
                  {"./locked.key", support::CertificateAuthority::encrypted(one.keyPem)},
                  {"./text", "no PEM"},
                  {"./cut.crt", one.chainPem.substr(0, one.chainPem.size() / 2)},
                  {"./chain.crt", one.chainPem + other.chainPem},
                  {"./oldChain.crt", one.chainPem + old.chainPem},
                  {"./cutChain.crt", one.chainPem + other.chainPem.substr(0, other.chainPem.size() / 2)},
                  {"./old.crt", old.chainPem},
                  {"./old.key", old.keyPem},
                  {"./next.crt", next.chainPem},
                  {"./next.key", next.keyPem}};
    }

    LoadOutcome load(const std::string& text) const {
        return test::load("listen 1935; vhost __defaultVhost__ { } " + text, {}, files_);
    }
    std::string messages(const std::string& text) const { return test::messages(load(text)); }

    static std::string tls(const char* block, const char* more = "") {
        return std::string(block) + " { enabled on; cert one.crt; key one.key; " + more + " }";
    }

    static std::string rtmps(const char* cert, const char* key) {
        return std::string("rtmps { enabled on; listen 1443; cert ") + cert + "; key " + key + "; } ";
    }

    std::map<std::string, std::string> files_;
};

TEST_F(TlsChecksTest, WhatCanBeServedIsNotToldOf) {
    for (const std::string& text :
         {tls("rtmps", "listen 1443;"), "http_server { enabled on; " + tls("https") + "}",
          "http_api { enabled on; " + tls("https") + "}", "rtsp_server { enabled on; " + tls("rtsps") + "}",
          tls("rtmps", "listen 1443;") + " vhost one.example { tls { cert one.crt; key one.key; } }"})
        EXPECT_EQ(messages(text), "") << text;
    EXPECT_EQ(load("http_server { enabled on; https { enabled off; cert none; } }").config->http.https.enabled, false);
}

TEST_F(TlsChecksTest, UsualPortsAreTaken) {
    const LoadOutcome outcome = load("http_server { enabled on; " + tls("https") + "} http_api { enabled on; " +
                                     tls("https") + "} rtsp_server { enabled on; " + tls("rtsps") + "}");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->http.https.listen.at(0).port, 8088);
    EXPECT_EQ(outcome.config->apiServer.https.listen.at(0).port, 1990);
    EXPECT_EQ(outcome.config->rtsp.rtsps.listen.at(0).port, 322);
}

/// They may come before the server is started.
TEST_F(TlsChecksTest, FilesThatAreNotThereAreWarnings) {
    for (const auto& [text, fault] : std::map<std::string, std::string>{
             {rtmps("none.crt", "one.key"), "warning: 'rtmps': 'cert': "},
             {rtmps("one.crt", "none.key"), "the server does not start without it"},
             {"vhost a { tls { cert none; key one.key; } } " + tls("rtmps", "listen 1443;"), "'tls': 'cert': "}}) {
        EXPECT_NE(load(text).config, nullptr) << text;
        EXPECT_THAT(messages(text), HasSubstr(fault)) << text;
    }
}

TEST_F(TlsChecksTest, FilesThatDoNotServeAreErrors) {
    for (const auto& [text, fault] : std::map<std::string, std::string>{
             {rtmps("one.crt", "other.key"),
              "error: 'rtmps': 'one.crt' and 'other.key': the private key is not that of the certificate"},
             {rtmps("text", "one.key"), "its certificate cannot be read"},
             {rtmps("cut.crt", "one.key"), "its certificate cannot be read"},
             {rtmps("cutChain.crt", "one.key"), "a certificate behind the first one cannot be read"},
             {rtmps("one.crt", "text"), "its private key cannot be read"},
             {rtmps("one.crt", "locked.key"), "the private key wants a passphrase, which nobody could type"},
             {"http_server { enabled on; https { enabled on; cert one.crt; key other.key; } }", "error: 'https'"},
             {"rtsp_server { enabled on; rtsps { enabled on; cert one.crt; key other.key; } }", "error: 'rtsps'"},
             {"http_api { enabled on; https { enabled on; cert one.crt; key other.key; } }", "error: 'https'"},
             {"vhost a { tls { cert one.crt; key other.key; } } " + tls("rtmps", "listen 1443;"), "error: 'tls'"},
             {"vhost a { tls { cert one.crt; } } " + tls("rtmps", "listen 1443;"),
              "error: 'tls' wants a 'cert' and its 'key'"}}) {
        EXPECT_EQ(load(text).config, nullptr) << text;
        EXPECT_THAT(messages(text), HasSubstr(fault)) << text;
    }
    EXPECT_EQ(messages(rtmps("chain.crt", "one.key")), "");
}

/// What nobody reads at the start breaks nothing there.
TEST_F(TlsChecksTest, FilesThatNobodyReadsAreNotLookedAt) {
    for (const char* text : {"http_server { enabled off; https { enabled on; cert text; key text; } }",
                             "rtmps { enabled off; cert text; key text; }", "vhost a { tls { cert text; key text; } }"})
        EXPECT_NE(load(text).config, nullptr) << text;
    EXPECT_NE(load("vhost a { enabled off; tls { cert text; key text; } } " + tls("rtmps", "listen 1443;")).config,
              nullptr);
}

TEST_F(TlsChecksTest, CertificatesOfAnotherTimeAreToldOfOnce) {
    const std::string old = messages(rtmps("old.crt", "old.key") +
                                     "vhost a { tls { cert old.crt; key old.key; } } "
                                     "rtsp_server { enabled on; rtsps { enabled on; cert old.crt; key old.key; } }");
    EXPECT_THAT(old, ContainsRegex("warning: 'rtsps': 'old.crt': the certificate was valid until "
                                   "20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC, and clients refuse it\n|"
                                   "warning: 'rtmps': 'old.crt': the certificate was valid until 20"));
    EXPECT_EQ(std::ranges::count(old, '\n'), 1) << old;
    EXPECT_THAT(messages(rtmps("next.crt", "next.key")), HasSubstr("the certificate is not valid before 20"));
    EXPECT_THAT(messages(rtmps("oldChain.crt", "one.key")),
                HasSubstr("'oldChain.crt': a certificate behind the first one was valid until 20"));
    EXPECT_THAT(messages("vhost a { tls { cert old.crt; key old.key; } } " + tls("rtmps", "listen 1443;")),
                HasSubstr("'tls': 'old.crt': the certificate was valid until 20"));
}

TEST_F(TlsChecksTest, WhatNothingComesOfIsToldOf) {
    const std::string pair = "tls { cert one.crt; key one.key; }";
    for (const auto& [text, fault] : std::map<std::string, std::string>{
             {"http_server { " + tls("https") + "}", "'https' is enabled and http_server is not: nothing comes of it"},
             {"http_api { " + tls("https") + "}", "'https' is enabled and http_api is not"},
             {"rtsp_server { " + tls("rtsps") + "}", "'rtsps' is enabled and rtsp_server is not"},
             {"vhost a { tls { cert one.crt; } }", "warning: 'tls' wants a 'cert' and its 'key'"},
             {"vhost a { tls { key one.key; } }", "'tls' wants a 'cert' and its 'key'"},
             {"vhost a { " + pair + " }", "no server speaks TLS"}})
        EXPECT_THAT(messages(text), HasSubstr(fault)) << text;
    EXPECT_THAT(test::messages(test::load("listen 1; vhost __defaultVhost__ { " + pair + " }", {}, files_)),
                HasSubstr("nobody names this vhost"));
    EXPECT_EQ(messages("http_server { enabled off; " + tls("https") + "}"), "");
    EXPECT_EQ(load(tls("rtmps")).config->rtmps.listen.at(0).port, 443);
}

/// The control interface is where it was meant to be, and nowhere else.
TEST_F(TlsChecksTest, SharedAddressesAreSharedWhole) {
    const auto servers = [&](const char* http, const char* https, const char* api, const char* apiHttps) {
        const auto one = [](const char* name, const std::string& plain, const std::string& secure) {
            return std::string(name) + " { enabled on; listen " + plain + "; " +
                   (secure.empty() ? "" : tls("https", ("listen " + secure + ";").c_str())) + " } ";
        };
        return load(one("http_server", http, https) + one("http_api", api, apiHttps));
    };
    const LoadOutcome shared = servers("80", "443", "80", "443");
    ASSERT_NE(shared.config, nullptr) << test::messages(shared);
    EXPECT_TRUE(shared.config->apiSharesHttpServer());
    EXPECT_TRUE(shared.config->ownApiAddresses().empty());
    const LoadOutcome apart = servers("80", "443", "1985", "1990");
    ASSERT_NE(apart.config, nullptr);
    EXPECT_FALSE(apart.config->apiSharesHttpServer());
    EXPECT_EQ(apart.config->ownApiAddresses().size(), 2U);
    EXPECT_NE(servers("80", "", "80", "1990").config, nullptr);
    EXPECT_THAT(test::messages(servers("80", "443", "80", "")), HasSubstr("that of its 'https', too"));
    for (const auto& [http, https, api, apiHttps] :
         std::vector<std::array<const char*, 4>>{{"80", "443", "80", "1990"},
                                                 {"80", "443", "1985", "443"},
                                                 {"80", "443", "443", ""},
                                                 {"80", "", "1985", "80"}})
        EXPECT_EQ(servers(http, https, api, apiHttps).config, nullptr) << http << https << api << apiHttps;
}

} // namespace
} // namespace hookcast::config
