// What /metrics and the control interface tell of TLS and HTTP/2.
#include "support/ApiClient.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/HookDirectives.h"
#include "support/HttpHookcast.h"
#include "support/MetricsPage.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"
#include "support/TestFrames.h"
#include "support/TlsHookcast.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::IsEmpty;

struct ListenerAt {
    const char* name;
    std::uint16_t port;
};

class TlsFigures : public testing::Test {
  protected:
    std::string vhosts() const { return defaultVhost(hooksTo(backend_) + kAllMounts); }

    std::vector<ListenerAt> listeners() const {
        return {{"rtmp", hookcast_.rtmpsPort()},
                {"rtsp", hookcast_.rtspsPort()},
                {"http", hookcast_.httpsPort()},
                {"api", hookcast_.apiHttpsPort()}};
    }

    PrometheusText read() const { return readMetrics(api_); }

    void expect(const std::string& series, double value) const { expectMetric(api_, series, value); }

    /// That so many handshakes have failed there by this reason, and none by another.
    void expectFailures(const char* listener, std::string_view reason, double value) const {
        expect(fmt::format(R"(hookcast_tls_handshake_failures_total{{listener="{}",reason="{}"}})", listener, reason),
               value);
        double sum = 0;
        for (const auto& [series, count] : read().samples)
            if (series.starts_with(fmt::format(R"(hookcast_tls_handshake_failures_total{{listener="{}")", listener)))
                sum += count;
        EXPECT_EQ(sum, value) << listener;
        EXPECT_EQ(read().value(fmt::format(R"(hookcast_tls_handshakes_total{{listener="{}"}})", listener)), 0);
    }

    std::vector<std::string> curl(const std::string& path) const {
        return {"curl", "-sS",
                "-o",   "/dev/null",
                "-w",   "HTTP/%{http_version}",
                "-N",   fmt::format("https://localhost:{}/{}", hookcast_.httpsPort(), path)};
    }

    std::vector<std::string> trusting(std::vector<std::string> words) const {
        words.insert(words.end(), {"--cacert", hookcast_.authorityFile()});
        return words;
    }

    MockBackend backend_;
    TlsHookcast hookcast_{vhosts()};
    ApiClient api_{hookcast_.apiPort()};
};

TEST_F(TlsFigures, CountWhoIsThereAndWhoWas) {
    const auto publisher = startPublisher(hookcast_.server().port(), "cam");
    const auto relay = hookcast_.relayTo(hookcast_.rtmpsPort());
    auto rtmp = connectClient(relay->port());
    expect(R"(hookcast_tls_connections{listener="rtmp"})", 1);
    ChildProcess player({trusting(curl("live/cam.flv")), {}, {}});
    backend_.waitForCall("on_play");
    expect(R"(hookcast_tls_connections{listener="http"})", 1);
    expect(R"(hookcast_http2_connections{listener="http"})", 1);
    player.signal(SIGKILL);
    rtmp.reset();
    expect(R"(hookcast_tls_connections{listener="http"})", 0);
    expect(R"(hookcast_http2_connections{listener="http"})", 0);
    expect(R"(hookcast_tls_connections{listener="rtmp"})", 0);

    ChildProcess asking({trusting(curl("nothing")), {}, {}});
    EXPECT_EQ(asking.waitForExit().code, 0) << asking.errors().text();
    EXPECT_EQ(asking.output().text(), "HTTP/2\n");
    expect(R"(hookcast_http2_streams_total{listener="http"})", 2);
    expect(R"(hookcast_tls_handshakes_total{listener="http"})", 2);
    expect(R"(hookcast_tls_handshakes_total{listener="rtmp"})", 1);
    const PrometheusText page = read();
    EXPECT_EQ(page.value(R"(hookcast_http2_streams_total{listener="api"})"), 0);
    EXPECT_EQ(page.value(R"(hookcast_http2_connections_ended_total{listener="http"})"), 0);
    for (const auto& [series, value] : page.samples)
        EXPECT_TRUE(value == 0 || !series.starts_with("hookcast_tls_handshake_failures_total")) << series;
}

TEST_F(TlsFigures, TellOldVersionsApart) {
    ChildProcess old({{"openssl", "s_client", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-connect",
                       fmt::format("127.0.0.1:{}", hookcast_.rtmpsPort())},
                      {},
                      {}});
    EXPECT_NE(old.waitForExit().code, 0);
    expectFailures("rtmp", "unsupported", 1);
}

TEST_F(TlsFigures, TellApartWhoDoesNotTrustTheCertificate) {
    ChildProcess strange({curl("nothing"), {}, {}});
    EXPECT_NE(strange.waitForExit().code, 0);
    expectFailures("http", "alert", 1);
}

TEST_F(TlsFigures, TellApartWhoSpeaksInTheClear) {
    for (const ListenerAt& at : listeners()) {
        TcpClient plain(at.port);
        plain.send(base::asBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        plain.drainUntilClosed();
        expectFailures(at.name, "not_tls", 1);
    }
}

/// And a reload, which reads the certificates anew, forgets nothing.
TEST_F(TlsFigures, TellApartWhoLeaves) {
    for (const ListenerAt& at : listeners()) {
        TcpClient leaving(at.port);
        leaving.send(base::asBytes("\x16\x03\x01\x02"));
        leaving.close();
        expectFailures(at.name, "left", 1);
    }
    hookcast_.server().reload(hookcast_.wholeConfig(vhosts()));
    expectFailures("api", "left", 1);
}

TEST_F(TlsFigures, TellWhoGoesNoFurther) {
    hookcast_.server().reload(
        hookcast_.wholeConfig("limits { handshake_timeout 500; header_timeout 500; idle_timeout 500; }\n" + vhosts()));
    std::vector<std::unique_ptr<TcpClient>> silent;
    for (const ListenerAt& at : listeners()) {
        silent.push_back(std::make_unique<TcpClient>(at.port));
        silent.back()->send(base::asBytes("\x16\x03\x01\x02"));
    }
    for (const ListenerAt& at : listeners()) expectFailures(at.name, "timeout", 1);
}

TEST_F(TlsFigures, TellWhenCertificatesExpire) {
    constexpr double kDayS = 24 * 3600;
    hookcast_.issue("old", "DNS:old.example", support::CertificateAuthority::Valid::UntilYesterday);
    const std::string old = vhost(
        "old.example", fmt::format("tls {{ cert {}; key {}; }}", hookcast_.file("old.crt"), hookcast_.file("old.key")));
    hookcast_.server().reload(hookcast_.wholeConfig(vhosts() + old));
    const PrometheusText page = read();
    for (const ListenerAt& at : listeners()) {
        const auto left = [&](const char* host) {
            return page.value(
                fmt::format(R"(hookcast_tls_certificate_expires_seconds{{listener="{}",host="{}"}})", at.name, host));
        };
        EXPECT_GT(left("*"), 0) << at.name;
        EXPECT_LE(left("*"), 2 * kDayS) << at.name;
        EXPECT_LE(left("old.example"), -kDayS) << at.name;
    }
}

TEST_F(TlsFigures, AreInTheControlInterfaceToo) {
    ChildProcess asking({trusting(curl("nothing")), {}, {}});
    EXPECT_EQ(asking.waitForExit().code, 0);
    ChildProcess strange({curl("nothing"), {}, {}});
    strange.waitForExit();
    expectFailures("api", "alert", 0);
    expect(R"(hookcast_tls_handshake_failures_total{listener="http",reason="alert"})", 1);
    const ApiClient::Json answer = api_.get("/api/v1/listeners");
    EXPECT_THAT(OpenApi(HOOKCAST_SOURCE_DIR "/trunk/doc/openapi.json").misfits("/api/v1/listeners", answer), IsEmpty());
    const auto all = answer->getArray("listeners");
    ASSERT_EQ(all->size(), 4U);
    const ApiClient::Json http = all->getObject(2);
    EXPECT_EQ(http->getValue<std::string>("listener"), "http");
    EXPECT_EQ(http->getObject("tls")->getValue<int>("handshakes"), 1);
    EXPECT_EQ(http->getObject("tls")->getObject("failures")->getValue<int>("alert"), 1);
    EXPECT_EQ(http->getObject("tls")->getArray("certificates")->getObject(0)->getValue<std::string>("host"), "*");
    EXPECT_EQ(http->getObject("http2")->getValue<int>("streams"), 1);
    EXPECT_FALSE(all->getObject(0)->has("http2")) << "RTMP";
}

} // namespace
} // namespace hookcast::integration
