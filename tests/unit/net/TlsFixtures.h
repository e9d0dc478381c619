#pragma once

#include "net/TlsContext.h"
#include "shared/CertificateAuthority.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::net {

/// An authority, and files with certificates of it, which go with this.
class CertificateFolder {
  public:
    CertificateFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "hookcast-tls-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for certificates");
        folder_ = pattern;
    }
    ~CertificateFolder() { std::filesystem::remove_all(folder_); }
    CertificateFolder(const CertificateFolder&) = delete;
    CertificateFolder& operator=(const CertificateFolder&) = delete;

    TlsContext::Files issue(const std::string& host) const {
        const support::Certificate made = authority.issue("DNS:" + host);
        return {write(host + ".crt", made.chainPem), write(host + ".key", made.keyPem)};
    }

    std::string write(const std::string& name, const std::string& text) const {
        const std::filesystem::path path = folder_ / name;
        std::ofstream(path) << text;
        return path;
    }

    support::CertificateAuthority authority;

  private:
    std::filesystem::path folder_;
};

/// The client's end of TLS, by OpenSSL, its bytes in memory. What it is told and what comes out is a test's.
class TlsClientEnd {
  public:
    struct Terms {
        std::string host{};      ///< that it names; empty: none
        int mostVersion = 0;     ///< the newest it speaks; 0: that of OpenSSL
        std::string protocols{}; ///< that it offers, as ALPN writes them; empty: none
    };

    explicit TlsClientEnd(const Terms& terms)
        : context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_.get())) {
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl_.get());
        if (!terms.host.empty()) SSL_set_tlsext_host_name(ssl_.get(), terms.host.c_str());
        if (terms.mostVersion != 0) SSL_set_max_proto_version(ssl_.get(), terms.mostVersion);
        SSL_set_security_level(ssl_.get(), 0); // it would not offer what nobody should take
        SSL_set_min_proto_version(ssl_.get(), 0);
        SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(terms.protocols.data()),
                            static_cast<unsigned>(terms.protocols.size()));
    }

    /// Takes in what the server has sent.
    void receive(const std::string& bytes) {
        BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        SSL_do_handshake(ssl_.get());
        std::vector<char> buffer(65536);
        for (int got = 0; (got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))) > 0;)
            read_.append(buffer.data(), static_cast<std::size_t>(got));
    }

    /// What it has for the server.
    std::string toSend() {
        SSL_do_handshake(ssl_.get());
        std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
        if (!bytes.empty()) BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }

    /// What is spoken within, as ALPN has settled it; empty: nothing was settled. After the handshake.
    std::string_view protocol() const {
        const unsigned char* name = nullptr;
        unsigned int sizeBytes = 0;
        SSL_get0_alpn_selected(ssl_.get(), &name, &sizeBytes);
        return {reinterpret_cast<const char*>(name), sizeBytes};
    }

    void write(const std::string& text) { SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())); }
    void sayGoodbye() { SSL_shutdown(ssl_.get()); }

    const std::string& read() const { return read_; }
    bool isDone() const { return SSL_is_init_finished(ssl_.get()) == 1; }
    bool hasHeardGoodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
    std::string version() const { return SSL_get_version(ssl_.get()); }

    /// Whether what the server has shown is for `host`.
    bool isShown(const std::string& host) const {
        X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
        return certificate != nullptr && X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1;
    }

  private:
    std::unique_ptr<SSL_CTX, TlsContext::Free> context_;
    std::unique_ptr<SSL, TlsContext::Free> ssl_;
    std::string read_;
};

} // namespace hookcast::net
