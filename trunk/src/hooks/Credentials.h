#pragma once

#include <optional>
#include <string>

namespace hookcast::hooks {

/// What shows that a client knows a password which this server does not: the answer to a Digest challenge (RFC 7616).
/// `response` is the digest, by `algorithm`, of HA1, a colon and `rest`; HA1 is that of user, realm and password with
/// colons between them. All else that makes an answer good has been looked at.
struct DigestProof {
    std::string algorithm; ///< MD5 or SHA-256
    std::string realm;
    std::string rest;     ///< of what the response is the digest of, all behind HA1 and its colon
    std::string response; ///< in lower-case hexadecimal digits

    bool operator==(const DigestProof&) const = default;
};

/// Who a client says it is, where it was asked. Secret: for the backends that are asked about it, and for nobody else;
/// neither log, control interface nor disk have any of it.
struct Credentials {
    std::string user;
    std::string password;              ///< where `digest` is none
    std::optional<DigestProof> digest; ///< in place of the password

    bool operator==(const Credentials&) const = default;
};

/// What backends are told of them, in the dialects' order: takes the name and the value of each field.
template <typename Take>
void forEachField(const Credentials& credentials, const Take& take) {
    take("user", credentials.user);
    if (!credentials.digest) {
        take("password", credentials.password);
        return;
    }
    take("digest_algorithm", credentials.digest->algorithm);
    take("digest_realm", credentials.digest->realm);
    take("digest_rest", credentials.digest->rest);
    take("digest_response", credentials.digest->response);
}

} // namespace hookcast::hooks
