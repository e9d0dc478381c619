// rtmps, rtsps, https of http_server and of http_api, and the certificates of vhosts.
#include "effects/Effect.h"

#include "support/Configs.h"
#include "support/TlsHookcast.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>

namespace hookcast::integration {
namespace {

using PortOf = std::uint16_t (TlsHookcast::*)() const;

/// At the address that is named, with the certificate and the key that are.
template <PortOf portOf>
void isServed() {
    const TlsHookcast hookcast(defaultVhost());
    EXPECT_TRUE(hookcast.isShown((hookcast.*portOf)(), "localhost"));
}

template <PortOf portOf>
void enabled() {
    isServed<portOf>();
    const TlsHookcast off(defaultVhost(), "off");
    EXPECT_THROW(off.isShown((off.*portOf)(), "localhost"), std::runtime_error);
}

void ofVhost() {
    TlsHookcast hookcast(defaultVhost());
    hookcast.issue("one", "DNS:one.example");
    EXPECT_FALSE(hookcast.isShown(hookcast.rtmpsPort(), "one.example"));
    const std::string own =
        fmt::format("tls {{ cert {}; key {}; }}", hookcast.file("one.crt"), hookcast.file("one.key"));
    hookcast.server().reload(hookcast.wholeConfig(defaultVhost() + vhost("one.example", own)));
    EXPECT_TRUE(hookcast.isShown(hookcast.rtmpsPort(), "one.example"));
}

} // namespace

Effects tlsEffects() {
    return {
        {"rtmps.enabled", enabled<&TlsHookcast::rtmpsPort>},
        {"rtmps.listen", isServed<&TlsHookcast::rtmpsPort>},
        {"rtmps.key", isServed<&TlsHookcast::rtmpsPort>},
        {"rtmps.cert", isServed<&TlsHookcast::rtmpsPort>},
        {"rtsp_server.rtsps.enabled", enabled<&TlsHookcast::rtspsPort>},
        {"rtsp_server.rtsps.listen", isServed<&TlsHookcast::rtspsPort>},
        {"rtsp_server.rtsps.key", isServed<&TlsHookcast::rtspsPort>},
        {"rtsp_server.rtsps.cert", isServed<&TlsHookcast::rtspsPort>},
        {"http_server.https.enabled", enabled<&TlsHookcast::httpsPort>},
        {"http_server.https.listen", isServed<&TlsHookcast::httpsPort>},
        {"http_server.https.key", isServed<&TlsHookcast::httpsPort>},
        {"http_server.https.cert", isServed<&TlsHookcast::httpsPort>},
        {"http_api.https.enabled", enabled<&TlsHookcast::apiHttpsPort>},
        {"http_api.https.listen", isServed<&TlsHookcast::apiHttpsPort>},
        {"http_api.https.key", isServed<&TlsHookcast::apiHttpsPort>},
        {"http_api.https.cert", isServed<&TlsHookcast::apiHttpsPort>},
        {"vhost.tls.cert", ofVhost},
        {"vhost.tls.key", ofVhost},
    };
}

} // namespace hookcast::integration
