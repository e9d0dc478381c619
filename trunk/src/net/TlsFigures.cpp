#include "net/TlsFigures.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace hookcast::net {

TlsFailure tlsFailureOf(unsigned long error) {
    if (ERR_SYSTEM_ERROR(error) || ERR_GET_LIB(error) != ERR_LIB_SSL) return TlsFailure::Other;
    switch (const int reason = ERR_GET_REASON(error)) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_INAPPROPRIATE_FALLBACK:
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_APPLICATION_PROTOCOL: return TlsFailure::Unsupported;
    case SSL_R_WRONG_VERSION_NUMBER: // what stands where a record has it
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST: return TlsFailure::NotTls;
    // An alert that comes is an error whose reason is its number, behind this one.
    default: return reason >= SSL_AD_REASON_OFFSET ? TlsFailure::Alert : TlsFailure::Other;
    }
}

void TlsFigures::Connection::noteDone() {
    if (state_ != State::ShakingHands) return;
    state_ = State::Open;
    figures_->handshakes_.fetch_add(1, std::memory_order_relaxed);
    figures_->open_.fetch_add(1, std::memory_order_relaxed);
}

void TlsFigures::Connection::noteFailure(TlsFailure failure) {
    if (state_ != State::ShakingHands) return;
    state_ = State::Over;
    figures_->failures_.at(static_cast<std::size_t>(failure)).fetch_add(1, std::memory_order_relaxed);
}

void TlsFigures::Connection::noteClosed() {
    if (state_ == State::Open) figures_->open_.fetch_sub(1, std::memory_order_relaxed);
    noteFailure(TlsFailure::Timeout);
    state_ = State::Over;
}

} // namespace hookcast::net
