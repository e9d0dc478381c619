#include "hub/Reservation.h"

#include "hub/StreamRegistry.h"

namespace hookcast::hub {

void Turn::expireAfter(std::int64_t timeoutMs) {
    timer_.runAfter(timeoutMs,
                    [this] { end(base::Error{"others were being asked about this stream until claim_timeout"}); });
}

void Turn::come(const base::Result<void>& turn) {
    loop_.assertCurrent();
    const std::function<void()> nextStep = std::exchange(nextStep_, nullptr);
    if (turn && nextStep)
        nextStep();
    else
        end(turn);
}

void Turn::end(const base::Result<void>& turn) {
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
    if (sharing_ != nullptr && sharing_->isAsked) sharing_->names.release(sharing_->claim);
}

std::optional<hooks::ClientIds> Reservation::replaced() const {
    return registry_->replacedBy(key_, id_);
}

void Reservation::await(net::Loop& loop, const Turn::OnTurn& onTurn) {
    loop.assertCurrent();
    turn_ = std::make_shared<Turn>(loop, onTurn);
    if (sharing_ != nullptr) askOthers(loop);
    const std::optional<base::Result<void>> now = registry_->awaitTurn(key_, id_, turn_);
    if (!now || sharing_ != nullptr) turn_->expireAfter(timeoutMs_);
    if (!now) return;
    const std::shared_ptr<Turn> turn = sharing_ == nullptr ? std::move(turn_) : turn_;
    turn->come(*now);
}

/// Once it is its turn here. What comes back is posted: others answer on threads of their own.
void Reservation::askOthers(net::Loop& loop) {
    turn_->setNextStep([&loop, weakTurn = std::weak_ptr(turn_), weakSharing = std::weak_ptr(sharing_)] {
        const std::shared_ptr<Sharing> sharing = weakSharing.lock();
        if (sharing == nullptr) return;
        sharing->isAsked = true;
        sharing->names.claim(
            sharing->claim, [&loop, weakTurn, weakSharing](const base::Result<SharedNames::Standing>& standing) {
                loop.post([weakTurn, weakSharing, standing] {
                    const std::shared_ptr<Turn> turn = weakTurn.lock();
                    const std::shared_ptr<Sharing> asked = weakSharing.lock();
                    if (turn == nullptr || asked == nullptr) return;
                    asked->isElsewhere = standing && standing.value() == SharedNames::Standing::Elsewhere;
                    turn->end(standing ? base::Result<void>() : standing.error());
                });
            });
    });
}

void Reservation::take(hooks::Ticket ticket, net::Loop& loop, const Claim::OnTaken& onTaken) {
    loop.assertCurrent();
    claim_ = std::make_shared<Claim>(Claim{std::move(ticket), onTaken, loop});
    if (sharing_ != nullptr && sharing_->isElsewhere) {
        sharing_->names.move(sharing_->claim,
                             [&loop, registry = registry_, key = key_, id = id_, weak = std::weak_ptr(claim_)] {
                                 loop.post([registry, key, id, weak] {
                                     const std::shared_ptr<Claim> claim = weak.lock();
                                     if (claim != nullptr && registry->claim(key, id, claim)) claim->fulfil();
                                 });
                             });
        return;
    }
    if (!registry_->claim(key_, id_, claim_)) return;
    const std::shared_ptr<Claim> claim = std::move(claim_);
    claim->fulfil();
}

} // namespace hookcast::hub
