#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace hookcast::integration {

struct FreeOpenSsl {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

/// What OpenSSL has made, until the death of this.
template <typename T>
using Owned = std::unique_ptr<T, FreeOpenSsl>;

/// From now on certificates of the authority count. Throws std::runtime_error when OpenSSL does not take it.
inline void trust(SSL_CTX& context, const std::string& authorityPem) {
    const Owned<BIO> pem(BIO_new_mem_buf(authorityPem.data(), static_cast<int>(authorityPem.size())));
    const Owned<X509> authority(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority.get()) != 1)
        throw std::runtime_error("OpenSSL does not take the authority");
}

} // namespace hookcast::integration
