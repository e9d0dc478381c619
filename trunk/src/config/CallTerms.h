#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::config {

/// What secrets begin with (Standard Webhooks).
inline constexpr std::string_view kSecretPrefix = "whsec_";

/// How the URLs of one block are called: what http_hooks, http_notify, webhook and heartbeat have in common.
struct CallTerms {
    std::int64_t timeoutMs = 30000;   ///< one call, from the first byte sent to the last received
    std::string caFile;               ///< PEM bundle for https URLs; empty: the system's store
    bool isInsecure = false;          ///< https URLs may be anybody's
    std::string certFile;             ///< PEM, of this server as a client; empty: it shows none
    std::string keyFile;              ///< its key; empty: it is in `certFile`
    std::vector<std::string> secrets; ///< each signs each call, `whsec_` and base64; none: calls are not signed
    std::vector<std::pair<std::string, std::string>> headers; ///< name and value, of each call
    std::string userAgent = "hookcast";
    bool tellsEventId = true; ///< in bodies that are JSON; headers tell it anyway

    static CallTerms within(std::int64_t timeoutMs) {
        CallTerms terms;
        terms.timeoutMs = timeoutMs;
        return terms;
    }

    bool operator==(const CallTerms&) const = default;
};

} // namespace hookcast::config
