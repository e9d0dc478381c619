#pragma once

#include "base/EnumSize.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace hookcast::net {

/// Why a handshake of TLS has come to nothing.
enum class TlsFailure : std::uint8_t {
    Timeout,     ///< the server did not wait for it any longer
    Unsupported, ///< nothing of what the client offers is spoken here: version, cipher, group, protocol within
    Alert,       ///< the client said that it does not go on, as one does that does not trust the certificate
    Left,        ///< the client has left, or its connection broke
    NotTls,      ///< what came is none
    Other,
};

inline constexpr std::array<std::string_view, 6> kTlsFailureNames = {"timeout", "unsupported", "alert",
                                                                     "left",    "not_tls",     "other"};
static_assert(kTlsFailureNames.size() == base::enumSize<TlsFailure>());

/// As the figures call it.
constexpr std::string_view nameOf(TlsFailure failure) {
    return kTlsFailureNames.at(static_cast<std::size_t>(failure));
}

/// Which it is, by the code of OpenSSL's error.
TlsFailure tlsFailureOf(unsigned long error);

/// What TLS comes to at the addresses of one kind: RTMP's, for example. A handshake begins with the first byte of its
/// client. Any thread.
class TlsFigures {
  public:
    class Connection;

    /// Connections whose handshake is done, and that are not closed.
    std::uint64_t open() const { return open_.load(std::memory_order_relaxed); }

    /// That were done, in all.
    std::uint64_t handshakes() const { return handshakes_.load(std::memory_order_relaxed); }

    std::uint64_t failures(TlsFailure failure) const {
        return failures_.at(static_cast<std::size_t>(failure)).load(std::memory_order_relaxed);
    }

  private:
    std::atomic<std::uint64_t> open_{0};
    std::atomic<std::uint64_t> handshakes_{0};
    std::array<std::atomic<std::uint64_t>, kTlsFailureNames.size()> failures_{};
};

/// One connection in them, which counts as one success or one failure. One thread at a time.
class TlsFigures::Connection {
  public:
    explicit Connection(std::shared_ptr<TlsFigures> figures) : figures_(std::move(figures)) {}
    ~Connection() { noteClosed(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The first of these two counts, and nothing but the last one behind it.
    void noteDone();
    void noteFailure(TlsFailure failure);

    /// It is over. If nothing was said before, the server has waited long enough for it.
    void noteClosed();

  private:
    enum class State : std::uint8_t { ShakingHands, Open, Over };

    // given
    const std::shared_ptr<TlsFigures> figures_;
    // state
    State state_ = State::ShakingHands;
};

} // namespace hookcast::net
