#pragma once

#include "base/Bytes.h"
#include "net/Stream.h"
#include "net/TlsContext.h"

#include <openssl/bio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace hookcast::net {

/// TLS over another stream, by OpenSSL; one side of it. The handshake is part of the first reads and writes: until
/// it is done nothing is taken over and nothing comes out. On the server's side it begins with a whole record: until
/// then it costs no more than the bytes that have come. Loop thread only.
///
/// A record holds what one write() offers, up to 16 KiB: ranges are gathered, so that a stream's many small ones cost
/// no record each; and several records go to the stream below at once. What that does not take is kept, a few records
/// at most: nothing more is encrypted before it is gone.
class TlsStream final : public Stream {
  public:
    /// The server's side. `begun`: what has come through `below` already. Throws std::bad_alloc, as read() does.
    TlsStream(std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, base::ByteSpan begun);

    /// The side that `session` is. Throws std::bad_alloc.
    TlsStream(std::unique_ptr<Stream> below, TlsContext::Session session);
    ~TlsStream() override;
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    Result read(std::span<std::uint8_t> into) override;
    Result write(std::span<const iovec> ranges) override;
    Result shutdown() override;
    void close() override;
    Watch::Interest needs(Watch::Interest wanted) const override;
    bool isReady() const override { return hasShakenHands(); }
    bool holdsInput() const override;
    std::string failure() override;

    bool hasShakenHands() const { return ssl_ != nullptr && SSL_is_init_finished(ssl_.get()) == 1; }

  private:
    struct FreeBio {
        void operator()(BIO* bio) const { BIO_free(bio); }
    };
    using Bio = std::unique_ptr<BIO, FreeBio>;
    class Sealing;

    /// OpenSSL's view of `below_`.
    static const BIO_METHOD* bioMethod();
    static int onBioRead(BIO* bio, char* into, std::size_t sizeBytes, std::size_t* readBytes);
    static int onBioWrite(BIO* bio, const char* from, std::size_t sizeBytes, std::size_t* writtenBytes);
    static long onBioControl(BIO* bio, int command, long number, void* pointer);

    void adopt(TlsContext::Session session);
    Status awaitHello(std::span<std::uint8_t> into);
    Status statusOf(int returned);
    void noteFailure(TlsFailure failure);
    Status shakeHands();
    Status seal(std::span<const std::uint8_t> record);
    Status send(std::span<const std::uint8_t> sealed);
    Status flush();
    bool isClogged() const;
    void fail(std::string why);

    // given
    std::shared_ptr<const TlsContext> context_; ///< which `ssl_` may ask
    // owned
    std::unique_ptr<Stream> below_;
    TlsContext::Session ssl_;                       ///< null: not all of the client's first record has come
    std::optional<TlsFigures::Connection> counted_; ///< on the server's side
    base::Bytes begun_;                             ///< comes before what `below_` has
    base::Bytes unsent_;                            ///< of what is encrypted, before all that will be
    // state
    std::size_t begunRead_ = 0;
    std::size_t unsentDone_ = 0;
    std::span<std::uint8_t> sealing_;   ///< where records are put together, during a write()
    std::size_t sealedBytes_ = 0;       ///< of it
    Status belowStatus_ = Status::Done; ///< of the last call of `below_`
    bool readsToWrite_ = false;         ///< write() has to read first
    bool holdsInput_ = false;
    bool isSentEnd_ = false; ///< that no more is sent
    bool hasFailed_ = false;
    std::string failure_;
};

} // namespace hookcast::net
