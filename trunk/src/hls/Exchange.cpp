#include "hls/Exchange.h"

#include "http/HttpStatus.h"
#include "net/EndReasons.h"

#include <utility>

namespace hookcast::hls {

namespace {

constexpr const char* kTakesNothing = "the client took nothing of a segment for idle_timeout";
constexpr const char* kIsAnswered = "the request is answered";

} // namespace

Exchange::Exchange(Context& context, Caller caller, http::HttpPort& port)
    : context_(context), caller_(std::move(caller)), port_(port), link_(std::make_shared<Link>(*this)),
      timer_(port.loop(), port.session()), countedBytes_(port.session().traffic().sentBytes) {}

Exchange::~Exchange() {
    leave();
}

void Exchange::start() {
    if (caller_.pass == nullptr) {
        hasProceeded_ = true;
        proceed();
        return;
    }
    hasEntered_ = caller_.pass->enter(port_.loop(), link_);
    if (hasEntered_)
        onPassChange();
    else
        fail(http::kUnavailable, "too many requests of one viewer at one time");
}

void Exchange::onPassChange() {
    if (isAnswered_) return;
    switch (caller_.pass->state()) {
    case ViewerPass::State::Asked: return;
    case ViewerPass::State::Admitted:
        port_.session().setAdmitted(true);
        if (!std::exchange(hasProceeded_, true)) guarded([this] { proceed(); });
        return;
    case ViewerPass::State::NoStream:
        isAnswered_ = true;
        leave();
        port_.respond(http::textResponse(http::kNotFound, net::kNobodyPublishes), net::kNobodyPublishes);
        return;
    case ViewerPass::State::Refused:
    case ViewerPass::State::Ended: break;
    }
    if (isSending_)
        port_.session().endLater("the viewer has ended");
    else
        deny();
}

void Exchange::close(const std::string& /*reason*/) {
    isAnswered_ = true;
    isSending_ = false;
    leave();
}

/// Nothing of it is told any more, to nobody.
void Exchange::leave() {
    if (std::exchange(hasLeft_, true)) return;
    count();
    timer_.cancel();
    if (!std::exchange(hasEntered_, false)) return;
    const bool isLast = caller_.pass->leave(link_.get(), port_.loop().clock().monotonicMs());
    link_.reset();
    if (caller_.isForThis)
        context_.viewers.end(caller_.pass, kIsAnswered);
    else if (isLast)
        context_.viewers.noteAbandoned(caller_.pass);
}

void Exchange::waitAtMost(std::int64_t withinMs) {
    timer_.runAfter(withinMs, [this] {
        if (!isAnswered_) onLate();
    });
}

void Exchange::sendText(http::HttpResponse head, const std::string& text) {
    const base::ByteSpan bytes = base::asBytes(text);
    sendWhole(std::move(head), std::make_shared<const base::Bytes>(bytes.begin(), bytes.end()));
}

void Exchange::sendWhole(http::HttpResponse head, BytesPtr bytes) {
    const std::size_t sizeBytes = bytes->size();
    send(std::move(head), {{std::move(bytes), 0, sizeBytes}});
}

void Exchange::send(http::HttpResponse head, std::vector<Slice> body) {
    if (std::exchange(isAnswered_, true)) return;
    timer_.cancel();
    std::uint64_t sizeBytes = 0;
    for (const Slice& slice : body) sizeBytes += slice.sizeBytes;
    head.bodyBytes = sizeBytes;
    if (!caller_.isHead) body_ = std::move(body);
    isSending_ = true;
    Ranges ranges{};
    const std::span<const iovec> front = nextRanges(ranges);
    if (advance(front, port_.beginBody(head, front))) pump();
}

void Exchange::fail(int status, const std::string& why) {
    http::HttpResponse response = http::textResponse(status, why);
    const std::string text = std::exchange(response.body, {});
    sendText(std::move(response), text);
}

/// The log has said why.
void Exchange::deny() {
    isAnswered_ = true;
    leave();
    port_.session().setAdmitted(false);
    http::HttpResponse response = http::textResponse(http::kForbidden, kNotAllowed);
    response.close = true;
    port_.refuse(response, kNotAllowed);
}

void Exchange::pump() {
    if (!isSending_ || (hasEntered_ && caller_.pass->state() == ViewerPass::State::Ended)) return;
    while (at_ < body_.size()) {
        Ranges ranges{};
        const std::span<const iovec> offered = nextRanges(ranges);
        if (!advance(offered, port_.session().write(offered))) return;
    }
    port_.session().expectNothing();
    finish();
}

/// What of the body is not sent, as much of it as goes at once.
std::span<const iovec> Exchange::nextRanges(Ranges& ranges) const {
    std::size_t count = 0;
    for (std::size_t i = at_; i < body_.size() && count < ranges.size(); ++i, ++count) {
        const Slice& slice = body_[i];
        ranges[count] = {const_cast<std::uint8_t*>(slice.bytes->data()) + slice.first, slice.sizeBytes};
    }
    return {ranges.data(), count};
}

/// Of what was offered, `taken` bytes are sent. False: not all, and the connection tells when it has room.
bool Exchange::advance(std::span<const iovec> offered, std::size_t taken) {
    for (const iovec& range : offered) {
        if (taken < range.iov_len) {
            body_[at_].first += taken;
            body_[at_].sizeBytes -= taken;
            count();
            port_.session().expect(caller_.timeoutMs, kTakesNothing);
            return false;
        }
        taken -= range.iov_len;
        body_[at_++].bytes.reset();
    }
    return true;
}

/// The head's bytes are among them.
void Exchange::count() {
    const std::uint64_t sentBytes = port_.session().traffic().sentBytes;
    if (caller_.pass != nullptr) caller_.pass->add({sentBytes - countedBytes_, 0});
    context_.streams.figures().sentBytes += sentBytes - countedBytes_;
    countedBytes_ = sentBytes;
}

void Exchange::finish() {
    isSending_ = false;
    leave();
    port_.endBody();
}

} // namespace hookcast::hls
