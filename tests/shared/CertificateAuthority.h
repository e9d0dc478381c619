#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace hookcast::support {

/// A certificate and its private key, as PEM.
struct Certificate {
    std::string chainPem;
    std::string keyPem;
};

/// Makes certificates that nobody trusts but who is given this authority's own.
class CertificateAuthority {
  public:
    /// Throws std::runtime_error when OpenSSL cannot.
    CertificateAuthority();

    /// What a client has to trust.
    const std::string& pem() const { return pem_; }

    /// When a certificate is valid.
    enum class Valid { Now, UntilYesterday, FromTomorrow };

    /// `subjectAltName` in OpenSSL's words: `IP:127.0.0.1`, `DNS:example.com`.
    Certificate issue(const std::string& subjectAltName, Valid valid = Valid::Now) const;

    /// The same key behind a passphrase.
    static std::string encrypted(const std::string& keyPem);

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* certificate) const { X509_free(certificate); }
    };
    using Key = std::unique_ptr<EVP_PKEY, Free>;
    using X509Ptr = std::unique_ptr<X509, Free>;

    static Key makeKey();
    static X509Ptr make(EVP_PKEY& key, Valid valid);

    Key key_;
    X509Ptr certificate_;
    std::string pem_;
};

} // namespace hookcast::support
