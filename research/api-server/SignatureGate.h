#pragma once

#include "api-server/Request.h"
#include "base/Bytes.h"
#include "base/Clock.h"
#include "base/Result.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::mock {

/// What a call's signature is.
enum class SignatureState : std::uint8_t {
    Unchecked, ///< the server has no secret
    Good,
    Missing, ///< one of its three headers is, or is no such header
    Altered, ///< it is of something else, or by another secret
    Old,     ///< it may be good, but its time is too far from now
};

inline constexpr std::array<std::string_view, 5> kSignatureStateNames = {"unchecked", "good", "missing", "altered",
                                                                         "old"};

constexpr std::string_view nameOf(SignatureState state) {
    return kSignatureStateNames.at(static_cast<std::size_t>(state));
}

/// The bytes of a `whsec_` secret: 24 to 64 of them, in base 64. The Error does not repeat it.
base::Result<base::Bytes> signingKey(std::string_view secret);

/// Tells calls that are signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature) from
/// others, and counts them. By code of its own, not by what signs in the server. Any thread.
class SignatureGate {
  public:
    static constexpr std::int64_t kToleranceS = 5L * 60;

    /// A call is good by any of the keys; without one, nothing is checked. `clock` outlives it.
    SignatureGate(std::vector<base::Bytes> keys, const base::Clock& clock) : keys_(std::move(keys)), clock_(clock) {}

    /// Of a GET the query is what is signed, of everything else the body.
    SignatureState check(const Request& request);

    bool isOn() const { return !keys_.empty(); }
    std::uint64_t count(SignatureState state) const { return counts_[static_cast<std::size_t>(state)]; }

  private:
    SignatureState stateOf(const Request& request) const;

    // given
    const std::vector<base::Bytes> keys_;
    const base::Clock& clock_;
    // state
    std::array<std::atomic<std::uint64_t>, kSignatureStateNames.size()> counts_{};
};

} // namespace hookcast::mock
