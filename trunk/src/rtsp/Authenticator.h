#pragma once

#include "config/RtspAuth.h"
#include "hooks/Credentials.h"
#include "rtsp/Authorization.h"
#include "rtsp/RtspMessage.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// Asks one client who it is (RFC 2326, 11.4.2; RFC 7616; RFC 7617), and looks at what it answers: all but whether the
/// password is right, which the backends know. One per connection; times are monotonic; loop thread of its session
/// only.
///
/// Its nonces are of this connection alone, each is good for one answer, and a newer one takes its place. So no answer
/// can be sent again, here or on another connection.
class Authenticator {
  public:
    /// Of one connection: clients need one, and a second where their nonce is old.
    static constexpr int kMostChallenges = 4;
    static constexpr std::int64_t kNonceLifetimeMs = 60000;

    /// What a request shows.
    struct Finding {
        std::shared_ptr<const hooks::Credentials> credentials; ///< null: it is to be challenged
        bool isStale = false;   ///< its answer is to another challenge than the newest one, or to an old one
        std::string_view fault; ///< why there are none, for the log
    };

    /// `terms` ask for something.
    Finding examine(const config::RtspAuthConfig& terms, const RtspRequest& request, std::int64_t nowMs);

    /// Puts the challenges of `terms` into `response`, the answer to what examine() has found.
    void challenge(const config::RtspAuthConfig& terms, bool isStale, std::int64_t nowMs, RtspResponse& response);

    bool mayChallenge() const { return challenges_ < kMostChallenges; }

  private:
    Finding examine(const config::RtspAuthConfig& terms, const RtspRequest& request, const BasicAnswer& answer,
                    std::int64_t nowMs) const;
    Finding examine(const config::RtspAuthConfig& terms, const RtspRequest& request, const DigestAnswer& answer,
                    std::int64_t nowMs);
    bool isFresh(const std::string& nonce, std::int64_t nowMs) const;

    std::string nonce_; ///< of the newest challenge; empty: there is none that could be answered
    std::int64_t nonceMadeAtMs_ = 0;
    int challenges_ = 0;
};

/// Whether a request of a client that has shown `credentials` says that it is somebody else's.
bool isAnothers(const RtspRequest& request, const hooks::Credentials& credentials);

} // namespace hookcast::rtsp
