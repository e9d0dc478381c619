#include "net/TlsStream.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace hookcast::net {

namespace {

/// RFC 8446, section 5.1: the plain text of one record.
constexpr std::size_t kRecordBytes = 16384;

/// Cuts ranges into pieces of up to a record each, in order. A piece that lies in one range is that, others are copied
/// together.
class RecordCutter {
  public:
    explicit RecordCutter(std::span<const iovec> ranges) : ranges_(ranges) {}

    /// The next piece, which lives until the next call; empty: there is none.
    std::span<const std::uint8_t> next() {
        skipEmpty();
        if (ranges_.empty()) return {};
        const std::span<const std::uint8_t> first = front();
        if (first.size() >= kRecordBytes || ranges_.size() == 1) {
            const std::size_t size = std::min(first.size(), kRecordBytes);
            taken_ += size;
            return first.first(size);
        }
        std::size_t size = 0;
        for (; size < gathered_.size() && !ranges_.empty(); skipEmpty()) {
            const std::span<const std::uint8_t> piece = front();
            const std::size_t fitting = std::min(piece.size(), gathered_.size() - size);
            std::copy_n(piece.begin(), fitting, gathered_.begin() + static_cast<std::ptrdiff_t>(size));
            size += fitting;
            taken_ += fitting;
        }
        return std::span(gathered_).first(size);
    }

  private:
    std::span<const std::uint8_t> front() const {
        return {static_cast<const std::uint8_t*>(ranges_[0].iov_base) + taken_, ranges_[0].iov_len - taken_};
    }

    void skipEmpty() {
        for (; !ranges_.empty() && taken_ == ranges_[0].iov_len; taken_ = 0) ranges_ = ranges_.subspan(1);
    }

    std::span<const iovec> ranges_;
    std::size_t taken_ = 0;                           ///< of the first range
    std::array<std::uint8_t, kRecordBytes> gathered_; // not initialized: what is read was written
};

} // namespace

TlsStream::TlsStream(std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, base::ByteSpan begun)
    : TlsStream(std::move(below), context->newSession()) {
    context_ = std::move(context);
    begun_.assign(begun.begin(), begun.end());
    holdsInput_ = !begun.empty();
}

TlsStream::TlsStream(std::unique_ptr<Stream> below, TlsContext::Session session)
    : below_(std::move(below)), ssl_(std::move(session)) {
    Bio bio(BIO_new(bioMethod()));
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio.get(), this);
    BIO_set_init(bio.get(), 1);
    BIO* const owned = bio.release();
    SSL_set_bio(ssl_.get(), owned, owned);
}

TlsStream::~TlsStream() = default;

Stream::Result TlsStream::read(std::span<std::uint8_t> into) {
    std::size_t size = 0;
    Status status = Status::Done;
    while (size < into.size() && status == Status::Done) {
        ERR_clear_error();
        std::size_t some = 0;
        const int returned = SSL_read_ex(ssl_.get(), into.data() + size, into.size() - size, &some);
        size += some;
        status = statusOf(returned, writesToRead_);
    }
    // What is left of a record, or an end that is told at the next call: no event tells of either.
    holdsInput_ = size > 0 && status != Status::Blocked;
    return size > 0 ? Result{Status::Done, size} : Result{status};
}

Stream::Result TlsStream::write(std::span<const iovec> ranges) {
    if (hasFailed_) return {Status::Failed};
    if (const Status status = finishRecord(); status != Status::Done) return {status};
    if (!hasShakenHands()) {
        ERR_clear_error();
        const Status status = statusOf(SSL_do_handshake(ssl_.get()), readsToWrite_);
        // The peer has left: reading tells it.
        if (status != Status::Done) return {status == Status::Ended ? Status::Blocked : status};
    }
    RecordCutter cutter(ranges);
    std::size_t taken = 0;
    for (auto record = cutter.next(); !record.empty(); record = cutter.next()) {
        const Result result = writeRecord(record);
        taken += result.sizeBytes;
        if (result.status != Status::Done) return {result.status, taken};
    }
    return {Status::Done, taken};
}

Stream::Result TlsStream::shutdown() {
    if (!hasFailed_ && hasShakenHands() && !isSentEnd_) {
        if (finishRecord() == Status::Blocked) return {Status::Blocked};
        ERR_clear_error();
        bool isCrossing = false;
        const int returned = SSL_shutdown(ssl_.get());
        if (returned < 0 && statusOf(returned, isCrossing) == Status::Blocked) return {Status::Blocked};
        isSentEnd_ = true;
    }
    return below_->shutdown();
}

void TlsStream::close() {
    below_->close();
}

Watch::Interest TlsStream::needs(Watch::Interest wanted) const {
    return below_->needs({.readable = (wanted.readable && !writesToRead_) || (wanted.writable && readsToWrite_),
                          .writable = (wanted.writable && !readsToWrite_) || (wanted.readable && writesToRead_)});
}

bool TlsStream::holdsInput() const {
    return holdsInput_ || below_->holdsInput();
}

std::string TlsStream::failure() {
    return failure_.empty() ? below_->failure() : failure_;
}

std::string_view TlsStream::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int sizeBytes = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &sizeBytes);
    return {reinterpret_cast<const char*>(name), sizeBytes};
}

const BIO_METHOD* TlsStream::bioMethod() {
    struct FreeMethod {
        void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
    };
    static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = [] {
        std::unique_ptr<BIO_METHOD, FreeMethod> made(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream"));
        if (made == nullptr) throw std::bad_alloc();
        BIO_meth_set_read_ex(made.get(), &TlsStream::onBioRead);
        BIO_meth_set_write_ex(made.get(), &TlsStream::onBioWrite);
        BIO_meth_set_ctrl(made.get(), &TlsStream::onBioControl);
        return made;
    }();
    return kMethod.get();
}

int TlsStream::onBioRead(BIO* bio, char* into, std::size_t sizeBytes, std::size_t* readBytes) {
    auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (self.begunRead_ < self.begun_.size()) {
        *readBytes = std::min(sizeBytes, self.begun_.size() - self.begunRead_);
        std::copy_n(self.begun_.begin() + static_cast<std::ptrdiff_t>(self.begunRead_), *readBytes, into);
        self.begunRead_ += *readBytes;
        if (self.begunRead_ == self.begun_.size()) base::Bytes().swap(self.begun_);
        if (self.begun_.empty()) self.begunRead_ = 0;
        return 1;
    }
    const Result result = self.below_->read({reinterpret_cast<std::uint8_t*>(into), sizeBytes});
    self.belowStatus_ = result.status;
    *readBytes = result.sizeBytes;
    if (result.status == Status::Blocked) BIO_set_retry_read(bio);
    return result.status == Status::Done ? 1 : 0;
}

int TlsStream::onBioWrite(BIO* bio, const char* from, std::size_t sizeBytes, std::size_t* writtenBytes) {
    auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const iovec range{const_cast<char*>(from), sizeBytes};
    const Result result = self.below_->write({&range, 1});
    self.belowStatus_ = result.status;
    *writtenBytes = result.sizeBytes;
    if (result.sizeBytes > 0) return 1;
    if (result.status == Status::Blocked) BIO_set_retry_write(bio);
    return 0;
}

long TlsStream::onBioControl(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    // Nothing is kept that could be flushed.
    if (command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP) return 1;
    if (command != BIO_CTRL_EOF) return 0;
    return static_cast<TlsStream*>(BIO_get_data(bio))->belowStatus_ == Status::Ended ? 1 : 0;
}

/// What a call of OpenSSL's has come to. `crossing`: whether it is the other direction that it waits for, which is that
/// of reading for write() and the reverse.
Stream::Status TlsStream::statusOf(int returned, bool& crossing) {
    crossing = false;
    if (returned > 0) return Status::Done;
    const bool isReading = &crossing == &writesToRead_;
    switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: crossing = !isReading; return Status::Blocked;
    case SSL_ERROR_WANT_WRITE: crossing = isReading; return Status::Blocked;
    case SSL_ERROR_ZERO_RETURN: return Status::Ended;
    case SSL_ERROR_SYSCALL:
        if (belowStatus_ == Status::Ended) return Status::Ended;
        fail({});
        return Status::Failed;
    default: fail("TLS: " + takeTlsError()); return Status::Failed;
    }
}

/// One that is blocked is taken over all the same: it is encrypted already.
Stream::Result TlsStream::writeRecord(std::span<const std::uint8_t> record) {
    ERR_clear_error();
    std::size_t written = 0;
    const Status status = statusOf(SSL_write_ex(ssl_.get(), record.data(), record.size(), &written), readsToWrite_);
    if (status == Status::Failed) return {status};
    if (status != Status::Done) owedBytes_ = record.size();
    return {status == Status::Ended ? Status::Blocked : status, record.size()};
}

/// OpenSSL wants to be called as before, and looks at the size only.
Stream::Status TlsStream::finishRecord() {
    if (owedBytes_ == 0) return Status::Done;
    static constexpr std::array<std::uint8_t, kRecordBytes> kAnyBytes{};
    const std::size_t owedBytes = std::exchange(owedBytes_, 0);
    return writeRecord(std::span(kAnyBytes).first(owedBytes)).status;
}

/// Empty: `below_` says why.
void TlsStream::fail(std::string why) {
    hasFailed_ = true;
    if (failure_.empty()) failure_ = std::move(why);
}

} // namespace hookcast::net
