#include "srtp/Library.h"

#include <fmt/format.h>
#include <srtp2/srtp.h>

#include <mutex>

namespace hookcast::srtp {

namespace {

/// Far more than the network turns around (RFC 3711, 3.3.2: at least 64).
constexpr unsigned long kReplayWindow = 1024;

} // namespace

/// libsrtp has a state of the process, which its first user begins; one that did not work is tried anew.
bool prepare() {
    static std::mutex mutex;
    static bool hasBegun = false;
    const std::lock_guard lock(mutex);
    if (hasBegun) return true;
    hasBegun = srtp_init() == srtp_err_status_ok;
    if (!hasBegun) srtp_shutdown();
    return hasBegun;
}

void SessionDeleter::operator()(srtp_ctx_t_* session) const noexcept {
    srtp_dealloc(session);
}

base::Result<SessionPtr> makeSession(const Keying& keying) {
    if (!prepare()) return base::Error{"libsrtp does not begin"};
    srtp_policy_t policy{};
    if (keying.tag == Tag::Bits32) {
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    }
    policy.ssrc.type = ssrc_any_inbound;
    policy.window_size = kReplayWindow;
    // It takes pointers to what it does not change.
    auto* key = const_cast<std::uint8_t*>(keying.key.bytes.data());
    srtp_master_key_t named{key, const_cast<std::uint8_t*>(keying.mki.data()),
                            static_cast<unsigned>(keying.mki.size())};
    srtp_master_key_t* keys = &named;
    if (keying.mki.empty()) {
        policy.key = key;
    } else {
        policy.keys = &keys;
        policy.num_master_keys = 1;
    }
    srtp_t session = nullptr;
    if (const srtp_err_status_t status = srtp_create(&session, &policy); status != srtp_err_status_ok)
        return base::Error{fmt::format("libsrtp makes no session: status {}", static_cast<int>(status))};
    return SessionPtr(session);
}

} // namespace hookcast::srtp
