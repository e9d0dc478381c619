#pragma once

#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/RtspSessions.h"
#include "support/SrtpPlayer.h"
#include "support/TlsHookcast.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::integration {

/// A server with RTSPS, and a relay for clients that speak no TLS themselves.
class Srtp : public testing::Test {
  protected:
    explicit Srtp(const std::string& server = "", const std::string& vhost = "")
        : hookcast_(
              "srs_log_level info;\n" + server +
              defaultVhost("min_latency on; publish { firstpkt_timeout 600000; normal_timeout 600000; }" + vhost)),
          relay_(hookcast_.relayTo(hookcast_.rtspsPort())) {}

    HookcastServer& server() { return hookcast_.server(); }
    std::uint16_t secure() const { return relay_->port(); }
    std::size_t linesWith(const std::string& text) { return server().log().count(text); }

    TlsHookcast hookcast_;
    std::unique_ptr<TlsRelay> relay_;
};

class SrtpOverEach : public Srtp, public testing::WithParamInterface<RtpWay> {};

} // namespace hookcast::integration
