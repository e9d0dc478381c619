#include "visits/LimitWatch.h"

#include "net/EndReasons.h"

#include <algorithm>

namespace hookcast::visits {

namespace {

constexpr std::uint64_t kBitsPerByte = 8;
constexpr std::uint64_t kMsPerS = 1000;

} // namespace

std::unique_ptr<LimitWatch> LimitWatch::of(const hooks::Ticket& ticket, net::Loop& loop, Visitor& visitor,
                                           Scope scope) {
    const hooks::AnswerData& data = ticket.data();
    if (data.maxDurationMs == 0 && data.maxBitsPerS == 0) return nullptr;
    return std::make_unique<LimitWatch>(ticket, loop, visitor, scope);
}

LimitWatch::LimitWatch(const hooks::Ticket& ticket, net::Loop& loop, Visitor& visitor, Scope scope)
    : loop_(loop), visitor_(visitor), publishes_(ticket.event().action() == hooks::HookAction::Publish),
      maxBitsPerS_(scope == Scope::All ? ticket.data().maxBitsPerS : 0), end_(loop, visitor), window_(loop, visitor) {
    if (const std::int64_t maxMs = ticket.data().maxDurationMs; maxMs > 0)
        end_.runAfter(maxMs, [this] { visitor_.endLater(net::kMaxDuration); });
    if (maxBitsPerS_ == 0) return;
    if (publishes_)
        begin();
    else
        window_.runAfter(kWindowMs, [this] { begin(); });
}

void LimitWatch::begin() {
    bytesBefore_ = bytes();
    beganAtMs_ = loop_.clock().monotonicMs();
    window_.runAfter(kWindowMs, [this] { look(); });
}

void LimitWatch::look() {
    const std::int64_t passedMs = std::max(loop_.clock().monotonicMs() - beganAtMs_, kWindowMs);
    const std::uint64_t bitsPerS =
        (bytes() - bytesBefore_) * kBitsPerByte * kMsPerS / static_cast<std::uint64_t>(passedMs);
    if (bitsPerS > static_cast<std::uint64_t>(maxBitsPerS_))
        visitor_.endLater(net::kMaxKbps);
    else
        begin();
}

std::uint64_t LimitWatch::bytes() const {
    const net::SessionPort::Traffic now = visitor_.traffic();
    return publishes_ ? now.receivedBytes : now.sentBytes;
}

} // namespace hookcast::visits
