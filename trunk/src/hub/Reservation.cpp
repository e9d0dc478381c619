#include "hub/Reservation.h"

#include "hub/StreamRegistry.h"

namespace hookcast::hub {

void Turn::expireAfter(std::int64_t timeoutMs) {
    timer_.runAfter(timeoutMs,
                    [this] { come(base::Error{"others were being asked about this stream until claim_timeout"}); });
}

void Turn::come(const base::Result<void>& turn) {
    loop_.assertCurrent();
    timer_.cancel();
    // It may be the end of this object.
    if (const OnTurn taker = std::exchange(onTurn_, nullptr)) taker(turn);
}

void Claim::fulfil() {
    loop.assertCurrent();
    hooks::Ticket given = std::move(*ticket);
    ticket.reset();
    onTaken(std::move(given));
}

Reservation::~Reservation() {
    if (registry_ == nullptr) return;
    if (claim_ != nullptr && claim_->ticket) claim_->ticket->setReason("left before the name was free");
    claim_.reset();
    turn_.reset();
    registry_->release(key_, id_);
}

void Reservation::await(net::Loop& loop, const Turn::OnTurn& onTurn) {
    loop.assertCurrent();
    turn_ = std::make_shared<Turn>(loop, onTurn);
    const std::optional<base::Result<void>> now = registry_->awaitTurn(key_, id_, turn_);
    if (!now) {
        turn_->expireAfter(timeoutMs_);
        return;
    }
    const std::shared_ptr<Turn> turn = std::move(turn_);
    turn->come(*now);
}

void Reservation::take(hooks::Ticket ticket, net::Loop& loop, const Claim::OnTaken& onTaken) {
    loop.assertCurrent();
    claim_ = std::make_shared<Claim>(Claim{std::move(ticket), onTaken, loop});
    if (!registry_->claim(key_, id_, claim_)) return;
    const std::shared_ptr<Claim> claim = std::move(claim_);
    claim->fulfil();
}

} // namespace hookcast::hub
