#include "net/TlsContext.h"

#include "config/HostNames.h"
#include "config/KeyPair.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <ctime>
#include <new>
#include <system_error>
#include <utility>

namespace hookcast::net {

namespace {

/// Of TLS 1.2; those of 1.3 are all of this kind.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

void setRules(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, kCiphers);
    // A client without AES in its processor says so by preferring ChaCha20. The end of each protocol here is in its own
    // words: that of TLS may be missing.
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // A connection that has nothing to say holds no record.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    // Sessions are resumed by tickets alone, one for each handshake: nothing is kept here for those who have left.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
}

/// Of the certificate itself: which of those behind it a client needs, only that knows.
std::int64_t expiryOf(const SSL_CTX* context) {
    std::tm expiry{};
    ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context)), &expiry);
    return ::timegm(&expiry);
}

} // namespace

std::string takeTlsError() {
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    if (code == 0) return {};
    if (ERR_SYSTEM_ERROR(code)) return std::system_category().message(ERR_GET_REASON(code));
    const char* const reason = ERR_reason_error_string(code);
    return reason == nullptr ? fmt::format("error {:#x}", code) : std::string(reason);
}

base::Result<std::shared_ptr<const TlsContext>> TlsContext::load(const Terms& terms) {
    const std::shared_ptr<TlsContext> made(new TlsContext);
    made->figures_ = terms.figures;
    for (const std::string& protocol : terms.protocols)
        made->protocols_ += static_cast<char>(protocol.size()) + protocol;
    base::Result<Context> context = made->make(terms.files);
    if (!context) return context.error();
    made->context_ = context.take();
    made->certificates_.push_back({{}, expiryOf(made->context_.get())});
    for (const auto& [name, files] : terms.named) {
        base::Result<Context> named = made->make(files);
        if (!named) return named.error();
        const std::string host = config::canonicalHost(name);
        made->named_[host] = named.take();
        made->certificates_.push_back({host, expiryOf(made->named_[host].get())});
    }
    SSL_CTX_set_tlsext_servername_callback(made->context_.get(), &TlsContext::onServerName);
    SSL_CTX_set_tlsext_servername_arg(made->context_.get(), made.get());
    return std::shared_ptr<const TlsContext>(made);
}

TlsContext::Session TlsContext::newSession() const {
    Session session(SSL_new(context_.get()));
    if (session == nullptr) throw std::bad_alloc();
    SSL_set_accept_state(session.get());
    return session;
}

base::Result<TlsContext::Context> TlsContext::make(const Files& files) {
    ERR_clear_error();
    Context context(SSL_CTX_new(TLS_server_method()));
    if (context == nullptr) return base::Error{"TLS: " + takeTlsError()};
    setRules(context.get());
    // The one that a name has led to is asked, too.
    if (!protocols_.empty()) SSL_CTX_set_alpn_select_cb(context.get(), &TlsContext::onProtocols, this);
    const base::Result<std::string> certificate = config::readPem(config::DiskFiles(), {}, files.certFile);
    if (!certificate) return base::Error{"TLS: 'cert': " + certificate.error().message};
    const base::Result<std::string> key = config::readPem(config::DiskFiles(), {}, files.keyFile);
    if (!key) return base::Error{"TLS: 'key': " + key.error().message};
    const std::string fault = config::useKeyPair(*context, certificate.value(), key.value());
    if (fault.empty()) return context;
    return base::Error{fmt::format("TLS: '{}' and '{}': {}", files.certFile, files.keyFile, fault)};
}

/// Who names a host that has no certificate of its own gets the server's, and says by himself what he makes of it.
int TlsContext::onServerName(SSL* ssl, int* /*alert*/, void* self) {
    const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    const auto& named = static_cast<const TlsContext*>(self)->named_;
    const auto found = named.find(config::canonicalHost(name));
    if (found != named.end()) SSL_set_SSL_CTX(ssl, found->second.get());
    return SSL_TLSEXT_ERR_OK;
}

/// Who speaks none of them is told so: he would not understand what comes.
int TlsContext::onProtocols(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosenBytes,
                            const unsigned char* offered, unsigned int offeredBytes, void* self) {
    const std::string& ours = static_cast<const TlsContext*>(self)->protocols_;
    unsigned char* found = nullptr;
    const int result = SSL_select_next_proto(&found, chosenBytes, reinterpret_cast<const unsigned char*>(ours.data()),
                                             static_cast<unsigned int>(ours.size()), offered, offeredBytes);
    if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

} // namespace hookcast::net
