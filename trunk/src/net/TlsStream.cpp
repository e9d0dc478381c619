#include "net/TlsStream.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

namespace hookcast::net {

namespace {

/// RFC 8446, section 5.1: the plain text of one record.
constexpr std::size_t kRecordBytes = 16384;

/// What a record has beside it, at most: section 5.2.
constexpr std::size_t kMostSealBytes = 5 + 256;

/// What goes to the stream below at once.
constexpr std::size_t kSealingBytes = 8 * (kRecordBytes + kMostSealBytes);

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
            std::memcpy(gathered_.data() + size, piece.data(), fitting);
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

/// How many bytes of a client's first record are still to come, as far as that is known: its head first (RFC 8446,
/// section 5.1). 0 also for what is none, which OpenSSL has words for.
std::size_t missingOfHello(base::ByteSpan begun) {
    constexpr std::size_t kHeadBytes = 5;
    constexpr std::uint8_t kHandshake = 22;
    if (begun.size() < kHeadBytes) return kHeadBytes - begun.size();
    const std::size_t size = kHeadBytes + (begun[3] << 8U | begun[4]);
    if (begun[0] != kHandshake || size > kHeadBytes + kRecordBytes) return 0;
    return size - std::min(size, begun.size());
}

} // namespace

/// Where records are put together during one write(), whatever ends that.
class TlsStream::Sealing {
  public:
    Sealing(TlsStream& stream, std::span<std::uint8_t> place) : stream_(stream) { stream_.sealing_ = place; }
    ~Sealing() {
        stream_.sealing_ = {};
        stream_.sealedBytes_ = 0;
    }
    Sealing(const Sealing&) = delete;
    Sealing& operator=(const Sealing&) = delete;

  private:
    TlsStream& stream_;
};

TlsStream::TlsStream(std::unique_ptr<Stream> below, std::shared_ptr<const TlsContext> context, base::ByteSpan begun)
    : context_(std::move(context)), below_(std::move(below)), begun_(begun.begin(), begun.end()),
      holdsInput_(!begun.empty()) {
    counted_.emplace(context_->figures());
}

TlsStream::TlsStream(std::unique_ptr<Stream> below, TlsContext::Session session) : below_(std::move(below)) {
    adopt(std::move(session));
}

void TlsStream::adopt(TlsContext::Session session) {
    ssl_ = std::move(session);
    Bio bio(BIO_new(bioMethod()));
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio.get(), this);
    BIO_set_init(bio.get(), 1);
    BIO* const owned = bio.release();
    SSL_set_bio(ssl_.get(), owned, owned);
}

TlsStream::~TlsStream() = default;

Stream::Result TlsStream::read(std::span<std::uint8_t> into) {
    // An answer of the handshake that the peer waits for.
    if (flush() == Status::Failed) return {Status::Failed};
    if (isClogged()) return {Status::Blocked};
    if (const Status status = awaitHello(into); status != Status::Done) {
        holdsInput_ = false;
        return {status};
    }
    std::size_t size = 0;
    Status status = Status::Done;
    while (size < into.size() && status == Status::Done) {
        ERR_clear_error();
        std::size_t some = 0;
        const int returned = SSL_read_ex(ssl_.get(), into.data() + size, into.size() - size, &some);
        size += some;
        status = statusOf(returned);
    }
    (void)flush();
    // What is left of a record, or an end that is told at the next call: no event tells of either.
    holdsInput_ = size > 0 && status != Status::Blocked;
    return size > 0 ? Result{Status::Done, size} : Result{status};
}

Stream::Result TlsStream::write(std::span<const iovec> ranges) {
    if (const Status status = flush(); status != Status::Done) return {status};
    if (const Status status = shakeHands(); status != Status::Done) return {status};
    std::array<std::uint8_t, kSealingBytes> sealing; // not initialized: what is read was written
    const Sealing place(*this, sealing);
    RecordCutter cutter(ranges);
    std::size_t taken = 0;
    Status status = Status::Done;
    for (auto record = cutter.next(); !record.empty() && status == Status::Done; record = cutter.next()) {
        status = seal(record);
        if (status != Status::Failed) taken += record.size();
    }
    if (status == Status::Done) status = send(std::span(sealing).first(std::exchange(sealedBytes_, 0)));
    return {status, taken};
}

Stream::Result TlsStream::shutdown() {
    if (!hasFailed_ && hasShakenHands() && !isSentEnd_) {
        ERR_clear_error();
        isSentEnd_ = true;
        if (SSL_shutdown(ssl_.get()) < 0) fail("TLS: " + takeTlsError());
    }
    if (flush() == Status::Blocked) return {Status::Blocked};
    return below_->shutdown();
}

void TlsStream::close() {
    if (counted_) counted_->noteClosed();
    below_->close();
}

/// What is encrypted has to leave before anything else is done.
Watch::Interest TlsStream::needs(Watch::Interest wanted) const {
    const bool isAny = wanted.readable || wanted.writable;
    return below_->needs({.readable = (wanted.readable && !isClogged()) || (wanted.writable && readsToWrite_),
                          .writable = (wanted.writable && !readsToWrite_) || (isAny && !unsent_.empty())});
}

/// A peer that asks for new keys and reads no answer is not listened to: each answer would be kept.
bool TlsStream::isClogged() const {
    return unsent_.size() - unsentDone_ > kSealingBytes;
}

bool TlsStream::holdsInput() const {
    return holdsInput_ || below_->holdsInput();
}

std::string TlsStream::failure() {
    return failure_.empty() ? below_->failure() : failure_;
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
        std::memcpy(into, self.begun_.data() + self.begunRead_, *readBytes);
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

/// Takes all: the stream below is asked once there is enough.
int TlsStream::onBioWrite(BIO* bio, const char* from, std::size_t sizeBytes, std::size_t* writtenBytes) {
    auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
    if (sizeBytes <= self.sealing_.size() - self.sealedBytes_) {
        std::memcpy(self.sealing_.data() + self.sealedBytes_, from, sizeBytes);
        self.sealedBytes_ += sizeBytes;
    } else {
        try { // nothing may be thrown through OpenSSL
            self.unsent_.insert(self.unsent_.end(), from, from + sizeBytes);
        } catch (const std::bad_alloc&) {
            return 0;
        }
    }
    *writtenBytes = sizeBytes;
    return 1;
}

long TlsStream::onBioControl(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    // Nothing is kept that could be flushed.
    if (command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP) return 1;
    if (command != BIO_CTRL_EOF) return 0;
    return static_cast<TlsStream*>(BIO_get_data(bio))->belowStatus_ == Status::Ended ? 1 : 0;
}

/// What a call of OpenSSL's has come to. It waits for nothing but input: what it writes is taken.
Stream::Status TlsStream::statusOf(int returned) {
    if (counted_ && hasShakenHands()) counted_->noteDone();
    if (returned > 0) return Status::Done;
    switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return Status::Blocked;
    case SSL_ERROR_ZERO_RETURN: noteFailure(TlsFailure::Left); return Status::Ended;
    case SSL_ERROR_SYSCALL:
        noteFailure(TlsFailure::Left);
        if (belowStatus_ == Status::Ended) return Status::Ended;
        fail({});
        return Status::Failed;
    default:
        noteFailure(tlsFailureOf(ERR_peek_error()));
        fail("TLS: " + takeTlsError());
        return Status::Failed;
    }
}

/// OpenSSL takes its memory for a whole handshake with the first byte: who sends one after the other has it once his
/// first record is there. `into`: for what comes meanwhile.
Stream::Status TlsStream::awaitHello(std::span<std::uint8_t> into) {
    if (ssl_ != nullptr) return Status::Done;
    for (std::size_t missing = 0; (missing = missingOfHello(begun_)) > 0;) {
        const Result result = below_->read(into.first(std::min(into.size(), missing)));
        if (result.status == Status::Ended) noteFailure(TlsFailure::Left);
        if (result.status == Status::Failed) fail({});
        if (result.status != Status::Done) return result.status;
        begun_.insert(begun_.end(), into.begin(), into.begin() + static_cast<std::ptrdiff_t>(result.sizeBytes));
    }
    adopt(context_->newSession());
    return Status::Done;
}

Stream::Status TlsStream::shakeHands() {
    readsToWrite_ = ssl_ == nullptr;
    if (hasFailed_) return Status::Failed;
    if (ssl_ == nullptr) return Status::Blocked;
    if (hasShakenHands()) return Status::Done;
    ERR_clear_error();
    const Status status = statusOf(SSL_do_handshake(ssl_.get()));
    if (const Status sent = flush(); sent != Status::Done) return sent;
    readsToWrite_ = status == Status::Blocked || status == Status::Ended; // the end is for reading to tell
    return readsToWrite_ ? Status::Blocked : status;
}

/// Encrypts, and sends what lies there once there is no room for another one.
Stream::Status TlsStream::seal(std::span<const std::uint8_t> record) {
    ERR_clear_error();
    std::size_t written = 0;
    if (const Status status = statusOf(SSL_write_ex(ssl_.get(), record.data(), record.size(), &written));
        status != Status::Done)
        return Status::Failed;
    if (sealing_.size() - sealedBytes_ >= kRecordBytes + kMostSealBytes) return Status::Done;
    return send(sealing_.first(std::exchange(sealedBytes_, 0)));
}

/// What is not taken is kept.
Stream::Status TlsStream::send(std::span<const std::uint8_t> sealed) {
    if (sealed.empty()) return Status::Done;
    const iovec range{const_cast<std::uint8_t*>(sealed.data()), sealed.size()};
    const Result result = below_->write({&range, 1});
    if (result.status == Status::Failed) {
        fail({});
    } else if (result.status == Status::Blocked) {
        const auto rest = sealed.subspan(result.sizeBytes);
        unsent_.insert(unsent_.end(), rest.begin(), rest.end());
    }
    return result.status;
}

/// Sends what was kept.
Stream::Status TlsStream::flush() {
    if (unsent_.empty()) return Status::Done;
    const iovec range{unsent_.data() + unsentDone_, unsent_.size() - unsentDone_};
    const Result result = below_->write({&range, 1});
    unsentDone_ += result.sizeBytes;
    if (result.status == Status::Failed) fail({});
    if (result.status != Status::Blocked) {
        base::Bytes().swap(unsent_);
        unsentDone_ = 0;
    }
    return result.status;
}

/// Of the handshake, if that is not over.
void TlsStream::noteFailure(TlsFailure failure) {
    if (counted_) counted_->noteFailure(failure);
}

/// Empty: `below_` says why.
void TlsStream::fail(std::string why) {
    noteFailure(TlsFailure::Left);
    hasFailed_ = true;
    if (failure_.empty()) failure_ = std::move(why);
}

} // namespace hookcast::net
