#include "config/KeyPair.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>

namespace hookcast::config {

namespace {

constexpr std::size_t kLargestFileBytes = 16 * 1024 * 1024;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio readerOf(const std::string& pem) {
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

/// Nobody could type it.
int noPassphrase(char* /*buffer*/, int /*size*/, int /*isWriting*/, void* /*context*/) {
    return -1;
}

} // namespace

base::Result<std::string> readPem(const FileSource& files, const std::string& workDir, const std::string& file) {
    const std::filesystem::path path(file);
    base::Result<std::string> pem = files.read((std::filesystem::path(workDir) / path).string(), kLargestFileBytes);
    if (!pem && path.is_relative()) pem = files.read(path.string(), kLargestFileBytes);
    return pem;
}

std::string faultInKeyPair(const std::string& certificatePem, const std::string& keyPem) {
    const Bio ofCertificate = readerOf(certificatePem);
    const Bio ofKey = readerOf(keyPem);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(ofCertificate.get(), nullptr, nullptr, nullptr), &X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(ofKey.get(), nullptr, &noPassphrase, nullptr), &EVP_PKEY_free);
    std::string fault;
    if (certificate == nullptr)
        fault = "its certificate cannot be read";
    else if (key == nullptr)
        fault = "its private key cannot be read";
    else if (X509_check_private_key(certificate.get(), key.get()) != 1)
        fault = "the private key is not that of the certificate";
    ERR_clear_error();
    return fault;
}

} // namespace hookcast::config
