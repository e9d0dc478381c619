#include "hub/Reservation.h"

#include "hub/StreamRegistry.h"

namespace hookcast::hub {

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
    registry_->release(key_, id_);
}

void Reservation::take(hooks::Ticket ticket, net::Loop& loop, const Claim::OnTaken& onTaken) {
    loop.assertCurrent();
    claim_ = std::make_shared<Claim>(Claim{std::move(ticket), onTaken, loop});
    if (!registry_->claim(key_, id_, claim_)) return;
    const std::shared_ptr<Claim> claim = std::move(claim_);
    claim->fulfil();
}

} // namespace hookcast::hub
