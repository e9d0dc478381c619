#include "config/KeyPair.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
#include <filesystem>
#include <memory>
#include <string_view>

namespace hookcast::config {

namespace {

constexpr std::size_t kLargestFileBytes = 16 * 1024 * 1024;

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(STACK_OF(X509_INFO) * all) const { sk_X509_INFO_pop_free(all, X509_INFO_free); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Certificate = std::unique_ptr<X509, Free>;

Bio readerOf(const std::string& pem) {
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// Nobody could type it.
int noPassphrase(char* /*buffer*/, int /*size*/, int /*isWriting*/, void* /*context*/) {
    return -1;
}

/// `what` with OpenSSL's reason, where it has one.
std::string withReason(std::string_view what) {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? std::string(what) : fmt::format("{} ({})", what, reason);
}

/// What is behind the first certificate, to the end of the text.
std::string useChain(SSL_CTX& context, BIO& reader) {
    ERR_clear_error();
    while (Certificate issuer{PEM_read_bio_X509(&reader, nullptr, nullptr, nullptr)})
        if (SSL_CTX_add1_chain_cert(&context, issuer.get()) != 1)
            return withReason("a certificate behind the first one does not serve");
    return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
               ? std::string()
               : withReason("a certificate behind the first one cannot be read");
}

std::string tryToUse(SSL_CTX& context, const std::string& certificatePem, const std::string& keyPem) {
    const Bio ofCertificate = readerOf(certificatePem);
    const Bio ofKey = readerOf(keyPem);
    const Certificate certificate(PEM_read_bio_X509_AUX(ofCertificate.get(), nullptr, &noPassphrase, nullptr));
    if (certificate == nullptr) return withReason("its certificate cannot be read");
    const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(ofKey.get(), nullptr, &noPassphrase, nullptr));
    if (key == nullptr && keyPem.find("ENCRYPTED") != std::string::npos) // in both kinds of PEM
        return "the private key wants a passphrase, which nobody could type";
    if (key == nullptr) return withReason("its private key cannot be read");
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
        return "the private key is not that of the certificate";
    if (SSL_CTX_use_certificate(&context, certificate.get()) != 1) return withReason("its certificate does not serve");
    if (std::string fault = useChain(context, *ofCertificate); !fault.empty()) return fault;
    if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1 || SSL_CTX_check_private_key(&context) != 1)
        return withReason("its private key does not serve");
    return {};
}

std::string shown(const ASN1_TIME& time) {
    std::tm utc{};
    if (ASN1_TIME_to_tm(&time, &utc) != 1) return "a time that cannot be read";
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                       utc.tm_hour, utc.tm_min);
}

} // namespace

base::Result<std::string> readPem(const FileSource& files, const std::string& workDir, const std::string& file) {
    const std::filesystem::path path(file);
    base::Result<std::string> pem = files.read((std::filesystem::path(workDir) / path).string(), kLargestFileBytes);
    if (!pem && path.is_relative()) pem = files.read(path.string(), kLargestFileBytes);
    return pem;
}

bool hasPem(const FileSource& files, const std::string& workDir, const std::string& file) {
    return files.find((std::filesystem::path(workDir) / file).string()) || files.find(file);
}

std::string useKeyPair(SSL_CTX& context, const std::string& certificatePem, const std::string& keyPem) {
    ERR_clear_error();
    std::string fault = tryToUse(context, certificatePem, keyPem);
    ERR_clear_error();
    return fault;
}

std::string faultInKeyPair(const std::string& certificatePem, const std::string& keyPem) {
    const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_method()));
    return context == nullptr ? "no memory" : useKeyPair(*context, certificatePem, keyPem);
}

std::string faultInAuthorities(const std::string& pem) {
    const Bio reader = readerOf(pem);
    const std::unique_ptr<STACK_OF(X509_INFO), Free> all(
        PEM_X509_INFO_read_bio(reader.get(), nullptr, &noPassphrase, nullptr));
    std::string fault;
    if (all == nullptr) fault = withReason("a certificate in it cannot be read");
    bool hasOne = false;
    for (int i = 0; i < sk_X509_INFO_num(all.get()); ++i)
        hasOne = hasOne || sk_X509_INFO_value(all.get(), i)->x509 != nullptr;
    if (fault.empty() && !hasOne) fault = "it holds no certificate in PEM";
    ERR_clear_error();
    return fault;
}

std::string faultInValidity(const std::string& pem, std::chrono::system_clock::time_point now) {
    const Bio reader = readerOf(pem);
    std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::string fault;
    std::string_view which = "the certificate";
    while (fault.empty()) {
        const Certificate certificate(PEM_read_bio_X509_AUX(reader.get(), nullptr, &noPassphrase, nullptr));
        if (certificate == nullptr) break;
        const ASN1_TIME& from = *X509_get0_notBefore(certificate.get());
        const ASN1_TIME& until = *X509_get0_notAfter(certificate.get());
        if (X509_cmp_time(&from, &seconds) > 0)
            fault = fmt::format("{} is not valid before {}", which, shown(from));
        else if (X509_cmp_time(&until, &seconds) < 0)
            fault = fmt::format("{} was valid until {}", which, shown(until));
        which = "a certificate behind the first one";
    }
    ERR_clear_error();
    return fault;
}

} // namespace hookcast::config
