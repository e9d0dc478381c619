#include "shared/CertificateAuthority.h"
#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TlsBackend.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace hookcast::integration {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class HttpsHooks : public testing::Test {
  protected:
    /// A vhost that asks `backend` by the name `host`, and trusts what is in `caFile`; empty: the system's store.
    static std::string askingOnConnect(const TlsBackend& backend, const char* host, const std::string& caFile) {
        const std::string trust = caFile.empty() ? "" : fmt::format("ca_file {};", caFile);
        const std::string url = backend.url(host, "/api/v1/clients");
        return defaultVhost(fmt::format("http_hooks {{ enabled on; on_connect {0}; on_close {0}; {1} }}", url, trust));
    }

    std::string trustedFile() const { return folder_.write("ca.pem", authority_.pem()); }

    void expectRefusal(const TlsBackend& backend, const char* host, const std::string& caFile,
                       const std::string& reason) {
        HookcastServer server(askingOnConnect(backend, host, caFile));
        Applicant applicant(server, "on_connect");
        EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_connect"));
        applicant.client().expectClosed();
        EXPECT_THAT(server.waitForLog("] refused: "), ContainsRegex("cause=tls reason=\"TLS: .*" + reason));
        server.stop();
        EXPECT_EQ(backend.requests(), 0U);
    }

    TempFolder folder_;
    support::CertificateAuthority authority_;
};

TEST_F(HttpsHooks, AreAskedWhereTheAuthorityIsTrusted) {
    TlsBackend backend(authority_.issue("IP:127.0.0.1"));
    HookcastServer server(askingOnConnect(backend, "127.0.0.1", trustedFile()));
    connectClient(server.port());
    EXPECT_THAT(backend.waitForBody(1), HasSubstr(R"("action":"on_connect")"));
    EXPECT_THAT(backend.waitForBody(2), HasSubstr(R"("action":"on_close")"));
    server.stop();
}

TEST_F(HttpsHooks, AreAskedByTheNameInTheCertificate) {
    TlsBackend backend(authority_.issue("DNS:localhost"));
    HookcastServer server(askingOnConnect(backend, "localhost", trustedFile()));
    connectClient(server.port());
    backend.waitForBody(2);
    server.stop();
}

TEST_F(HttpsHooks, RefuseAnAuthorityThatTheSystemDoesNotKnow) {
    const TlsBackend backend(authority_.issue("IP:127.0.0.1"));
    expectRefusal(backend, "127.0.0.1", "", "certificate");
}

TEST_F(HttpsHooks, RefuseTheCertificateOfAnotherAuthority) {
    const support::CertificateAuthority stranger;
    const TlsBackend backend(stranger.issue("IP:127.0.0.1"));
    expectRefusal(backend, "127.0.0.1", trustedFile(), "certificate");
}

TEST_F(HttpsHooks, RefuseTheCertificateOfAnotherHost) {
    const TlsBackend backend(authority_.issue("DNS:other.example.com"));
    expectRefusal(backend, "127.0.0.1", trustedFile(),
                  "certificate subject name|subject alternative name|no alternative");
}

TEST_F(HttpsHooks, RefuseACertificateThatHasExpired) {
    const TlsBackend backend(authority_.issue("IP:127.0.0.1", support::CertificateAuthority::Valid::UntilYesterday));
    expectRefusal(backend, "127.0.0.1", trustedFile(), "certificate has expired");
}

TEST_F(HttpsHooks, RefuseWithoutTheFileOfTheAuthority) {
    const TlsBackend backend(authority_.issue("IP:127.0.0.1"));
    const std::string config = askingOnConnect(backend, "127.0.0.1", folder_.file("missing.pem"));
    try {
        const HookcastServer server(config);
        ADD_FAILURE() << "it serves";
    } catch (const std::runtime_error& e) {
        EXPECT_THAT(e.what(), HasSubstr("missing.pem"));
    }
}

TEST_F(HttpsHooks, RefuseOnceTheFileOfTheAuthorityIsGone) {
    const TlsBackend backend(authority_.issue("IP:127.0.0.1"));
    const std::string file = trustedFile();
    HookcastServer server(askingOnConnect(backend, "127.0.0.1", file));
    std::filesystem::remove(file);
    Applicant applicant(server, "on_connect");
    EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_connect"));
    server.stop();
    EXPECT_EQ(backend.requests(), 0U);
}

} // namespace
} // namespace hookcast::integration
