#pragma once

#include "config/CallTerms.h"
#include "config/RowMakers.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// The rows about how the URLs of a block are called, which http_hooks, http_notify, webhook and heartbeat have in
/// common.
namespace hookcast::config::rows {

constexpr DirectiveRow callHeader(std::string_view name, std::string_view doc) {
    return make(name, ValueType::Words, {}, {}, doc).args(2, 2).repeated().noVariable().secret().guarding();
}

/// `terms` is a function from a row's scope to the block's terms.
template <auto terms>
constexpr std::array kCallRows = {
    text("ca_file", "", "PEM certificates that https URLs are checked against, instead of the system's.")
        .in([](Scope s) -> std::string& { return terms(s).caFile; })
        .shown("/etc/ssl/certs/backend-ca.pem"),
    offSwitch("insecure", "Take whatever certificate https URLs show: for trials, as anybody could answer for them.")
        .guarding()
        .in([](Scope s) -> bool& { return terms(s).isInsecure; }),
    text("cert_file", "", "PEM certificate, with what it is signed by, that this server shows to https URLs.")
        .in([](Scope s) -> std::string& { return terms(s).certFile; })
        .shown("/etc/ssl/certs/hookcast.pem"),
    text("key_file", "", "The PEM key of cert_file; without it the key is in cert_file, too.")
        .in([](Scope s) -> std::string& { return terms(s).keyFile; })
        .shown("/etc/ssl/private/hookcast.key"),
    words("secret", "",
          "Signs each call, as Standard Webhooks has it: whsec_ and base64; two of them while one is changed.")
        .args(1, 2)
        .secret()
        .guarding()
        .in([](Scope s) -> std::vector<std::string>& { return terms(s).secrets; })
        .shown("whsec_aGVyZSBzdGFuZHMgYSBrZXkgb2YgeW91ciBvd24h"),
    callHeader("header", "A header of each call, by name and value; may stand here several times.")
        .in([](Scope s) -> std::vector<std::pair<std::string, std::string>>& { return terms(s).headers; })
        .shown("Authorization \"Bearer abc\""),
    text("user_agent", "hookcast", "The User-Agent of each call.").in([](Scope s) -> std::string& {
        return terms(s).userAgent;
    }),
};

} // namespace hookcast::config::rows
