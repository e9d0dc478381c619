#include "hooks/Ticket.h"

#include "hooks/ClosingJob.h"
#include "net/EndReasons.h"

#include <new>
#include <utility>

namespace hookcast::hooks {

Ticket::Ticket(Ticket&& other) noexcept = default;

Ticket& Ticket::operator=(Ticket&& other) noexcept {
    if (this != &other) {
        close();
        opening_ = std::move(other.opening_);
    }
    return *this;
}

Ticket::~Ticket() {
    close();
}

const AnswerData& Ticket::data() const {
    static const AnswerData kNothing;
    return opening_->data == nullptr ? kNothing : *opening_->data;
}

StreamKey Ticket::key() const {
    StreamKey key = event().key();
    if (!data().stream.empty()) key.stream = data().stream;
    return key;
}

void Ticket::begin(const std::string& streamId) {
    if (hasBegun()) return;
    Opening& opening = *opening_;
    const HookLane& lane = *opening.lane;
    HookContext& context = lane.context();
    auto event = std::make_shared<const HookEvent>(renamed(*opening.event, data().stream, streamId));
    StreamClients::Seat seat = context.streamClients.take(event->key());
    if (opening.number != 0) {
        const std::size_t asked = lane.openings(*event).size();
        const SpoolNumber kept = context.spool->open(*event, keptClosings(context, lane.vhost(), *event, asked),
                                                     static_cast<std::uint32_t>(asked));
        // Without room for it, what is kept has the name that was asked about.
        if (kept != 0) context.spool->forget(std::exchange(opening.number, kept));
    }
    opening.seat = std::move(seat);
    opening.event = std::move(event);
}

void Ticket::setTraffic(std::uint64_t sentBytes, std::uint64_t receivedBytes) {
    opening_->sentBytes = sentBytes;
    opening_->receivedBytes = receivedBytes;
}

void Ticket::note() const {
    if (opening_->number == 0) return;
    const HookLane& lane = *opening_->lane;
    lane.context().spool->note(opening_->number, {opening_->sentBytes, opening_->receivedBytes,
                                                  lane.loop().clock().monotonicMs() - opening_->openedAtMs});
}

void Ticket::setReason(const std::string& reason) {
    if (opening_->reason.empty()) opening_->reason = reason;
}

void Ticket::close() {
    const std::unique_ptr<Opening> opening = std::move(opening_);
    if (opening == nullptr) return;
    HookLane& lane = *opening->lane;
    Closing closing;
    closing.clientsLeft = opening->seat.leave().value_or(0);
    try {
        HookTargets targets = lane.closings(*opening->event);
        if (targets.empty()) return;
        closing.sentBytes = opening->sentBytes;
        closing.receivedBytes = opening->receivedBytes;
        closing.durationMs = lane.loop().clock().monotonicMs() - opening->openedAtMs;
        closing.reason = opening->reason.empty() ? net::kClosed : std::move(opening->reason);
        HookEvent end = endOf(*opening->event, std::move(closing));
        const SpoolNumber number = lane.owe(end, targets, opening->number);
        lane.append(std::make_shared<ClosingJob>(std::move(end), std::move(targets), number));
    } catch (const std::bad_alloc&) {
        // It comes from a destructor: this one event is lost, or all would be.
        lane.context().counters.closingsLost.fetch_add(1, std::memory_order_relaxed);
        lane.context().log.error(lane.who(), "a closing event is lost: there is no memory for it");
    }
}

} // namespace hookcast::hooks
