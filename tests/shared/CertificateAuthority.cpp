#include "shared/CertificateAuthority.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>

namespace hookcast::support {

namespace {

constexpr long kDayS = 24L * 3600;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};

/// What `write` puts into a BIO, as text.
template <typename Write>
std::string toText(Write write) {
    const std::unique_ptr<BIO, FreeBio> bio(BIO_new(BIO_s_mem()));
    require(bio != nullptr && write(bio.get()) == 1, "cannot write PEM");
    const char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

void addExtension(X509& certificate, X509& issuer, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    require(extension != nullptr, "cannot make an extension");
    const int added = X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
    require(added == 1, "cannot add an extension");
}

} // namespace

CertificateAuthority::CertificateAuthority() : key_(makeKey()), certificate_(make(*key_, Valid::Now)) {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    addExtension(*certificate_, *certificate_, NID_basic_constraints, "critical,CA:TRUE");
    addExtension(*certificate_, *certificate_, NID_key_usage, "critical,keyCertSign");
    require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) != 0, "cannot sign");
    pem_ = toText([this](BIO* bio) { return PEM_write_bio_X509(bio, certificate_.get()); });
}

Certificate CertificateAuthority::issue(const std::string& subjectAltName, Valid valid) const {
    const Key key = makeKey();
    const X509Ptr certificate = make(*key, valid);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    addExtension(*certificate, *certificate_, NID_subject_alt_name, subjectAltName);
    require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0, "cannot sign");
    return {toText([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }), toText([&](BIO* bio) {
                return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

std::string CertificateAuthority::encrypted(const std::string& keyPem) {
    const std::unique_ptr<BIO, FreeBio> reader(BIO_new_mem_buf(keyPem.data(), static_cast<int>(keyPem.size())));
    const Key key(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr));
    require(key != nullptr, "cannot read a key");
    const std::string phrase = "secret";
    return toText([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_128_cbc(), phrase.data(),
                                             static_cast<int>(phrase.size()), nullptr, nullptr);
    });
}

CertificateAuthority::Key CertificateAuthority::makeKey() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "cannot make a key");
    return key;
}

CertificateAuthority::X509Ptr CertificateAuthority::make(EVP_PKEY& key, Valid valid) {
    X509Ptr certificate(X509_new());
    require(certificate != nullptr, "cannot make a certificate");
    std::uint32_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "has no random bytes");
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), valid == Valid::FromTomorrow ? kDayS : -2 * kDayS);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid == Valid::UntilYesterday ? -kDayS : 2 * kDayS);
    X509_set_pubkey(certificate.get(), &key);
    // No two authorities of one name, or a verifier would look for the fault in the wrong place.
    const std::string name = "Test " + std::to_string(serial);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return certificate;
}

} // namespace hookcast::support
