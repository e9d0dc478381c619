#include "support/TlsBackend.h"

#include "support/Loopback.h"
#include "support/OpenSsl.h"

#include <fmt/format.h>

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>

namespace hookcast::integration {

namespace {

Owned<SSL_CTX> contextWith(const support::Certificate& certificate) {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
    const Owned<BIO> chain(BIO_new_mem_buf(certificate.chainPem.data(), static_cast<int>(certificate.chainPem.size())));
    const Owned<BIO> secret(BIO_new_mem_buf(certificate.keyPem.data(), static_cast<int>(certificate.keyPem.size())));
    const Owned<X509> parsed(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
    const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(secret.get(), nullptr, nullptr, nullptr));
    if (SSL_CTX_use_certificate(context.get(), parsed.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
        throw std::runtime_error("OpenSSL does not take the certificate");
    return context;
}

/// From now on a client has to show a certificate of the authority.
void askForCertificates(SSL_CTX& context, const std::string& authorityPem) {
    trust(context, authorityPem);
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

/// The body of one whole request; nothing when the client goes away first.
std::optional<std::string> readRequest(SSL& session) {
    constexpr std::string_view kEndOfHeaders = "\r\n\r\n";
    constexpr std::string_view kLength = "Content-Length: ";
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const std::size_t headerEnd = text.find(kEndOfHeaders);
        if (headerEnd != std::string::npos) {
            const std::size_t length = std::stoul(text.substr(text.find(kLength) + kLength.size()));
            const std::size_t bodyAt = headerEnd + kEndOfHeaders.size();
            if (text.size() >= bodyAt + length) return text.substr(bodyAt, length);
        }
        const int size = SSL_read(&session, buffer.data(), buffer.size());
        if (size <= 0) return std::nullopt;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

} // namespace

TlsBackend::TlsBackend(const support::Certificate& certificate, const std::string& clientsPem)
    : listening_(boundSocket(SOCK_STREAM)), port_(portOf(listening_)) {
    // OpenSSL writes to its sockets without MSG_NOSIGNAL.
    ::signal(SIGPIPE, SIG_IGN);
    if (!listening_.valid() || ::listen(listening_.get(), SOMAXCONN) != 0)
        throw std::runtime_error("the backend cannot listen");
    thread_ = std::thread([this, certificate, clientsPem] { serve(certificate, clientsPem); });
}

TlsBackend::~TlsBackend() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        ::shutdown(listening_.get(), SHUT_RDWR);
        if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    }
    thread_.join();
}

std::string TlsBackend::url(std::string_view host, std::string_view path) const {
    return fmt::format("https://{}:{}{}", host, port_, path);
}

std::string TlsBackend::waitForBody(std::size_t nth, const Deadline& deadline) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, deadline.left(), [&] { return bodies_.size() >= nth; }))
        throw std::runtime_error("the TLS backend waited in vain");
    return bodies_[nth - 1];
}

std::size_t TlsBackend::requests() const {
    const std::lock_guard lock(mutex_);
    return bodies_.size();
}

void TlsBackend::serve(const support::Certificate& certificate, const std::string& clientsPem) {
    const Owned<SSL_CTX> context = contextWith(certificate);
    if (!clientsPem.empty()) askForCertificates(*context, clientsPem);
    for (;;) {
        const Descriptor connection(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
            connection_ = connection.get();
        }
        converse(context.get(), connection.get());
        const std::lock_guard lock(mutex_);
        connection_ = -1;
    }
}

void TlsBackend::converse(void* context, int connection) {
    const Owned<SSL> session(SSL_new(static_cast<SSL_CTX*>(context)));
    SSL_set_fd(session.get(), connection);
    if (SSL_accept(session.get()) != 1) return;
    const std::optional<std::string> body = readRequest(*session);
    if (!body) return;
    {
        const std::lock_guard lock(mutex_);
        bodies_.push_back(*body);
    }
    changed_.notify_all();
    constexpr std::string_view kYes = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n0";
    SSL_write(session.get(), kYes.data(), static_cast<int>(kYes.size()));
    SSL_shutdown(session.get());
}

} // namespace hookcast::integration
