#pragma once

#include "base/Result.h"
#include "net/TlsFigures.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::net {

/// What the TLS connections of a server are made of: its certificate, those of vhosts, which clients choose by the name
/// in their handshake (SNI, RFC 6066), and the protocols that are spoken within (ALPN, RFC 7301). TLS 1.2 and 1.3 with
/// ciphers that are forward secret and authenticated, no renegotiation, no compression.
///
/// Immutable: a reload makes a new one, and who is connected keeps his. Any thread.
class TlsContext {
  public:
    /// PEM files: a certificate, with what it is signed by, and its key.
    struct Files {
        std::string certFile;
        std::string keyFile;
    };

    struct Terms {
        Files files;                        ///< for who names nothing else
        std::map<std::string, Files> named; ///< by the name of the host
        std::vector<std::string> protocols; ///< the ALPN names, the preferred one first; empty: it is not looked at
        std::shared_ptr<TlsFigures> figures = std::make_shared<TlsFigures>(); ///< that its connections count in
    };

    /// What clients are shown.
    struct Certificate {
        std::string host; ///< whom those name who get it; empty: nobody, or somebody who has none of his own
        std::int64_t expiresAtUnixS;
    };

    /// Reads the files. An Error names the one that does not serve, and why.
    static base::Result<std::shared_ptr<const TlsContext>> load(const Terms& terms);

    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    using Session = std::unique_ptr<SSL, Free>;

    /// The server's side of one connection, without its bytes. It must not outlive this. Throws std::bad_alloc.
    Session newSession() const;

    /// The one for who names nothing else is the first.
    const std::vector<Certificate>& certificates() const { return certificates_; }

    const std::shared_ptr<TlsFigures>& figures() const { return figures_; }

  private:
    using Context = std::unique_ptr<SSL_CTX, Free>;

    TlsContext() = default;

    base::Result<Context> make(const Files& files);
    static int onServerName(SSL* ssl, int* alert, void* self);
    static int onProtocols(SSL* ssl, const unsigned char** chosen, unsigned char* chosenBytes,
                           const unsigned char* offered, unsigned int offeredBytes, void* self);

    // given
    std::shared_ptr<TlsFigures> figures_;
    // owned
    std::vector<Certificate> certificates_;
    std::string protocols_; ///< as ALPN writes them, each behind its length
    Context context_;
    std::map<std::string, Context> named_; ///< by the name in lower case
};

/// What the first error of OpenSSL's in this thread says, which is forgotten with all behind it; empty: there is none.
std::string takeTlsError();

} // namespace hookcast::net
