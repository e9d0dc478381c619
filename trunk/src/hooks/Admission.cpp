#include "hooks/Admission.h"

#include "hooks/ClosingJob.h"
#include "hooks/Courier.h"

#include <algorithm>
#include <utility>

namespace hookcast::hooks {

PendingAdmission& PendingAdmission::operator=(PendingAdmission&& other) noexcept {
    if (this != &other) {
        cancel();
        job_ = std::move(other.job_);
    }
    return *this;
}

void PendingAdmission::cancel() {
    if (const auto job = job_.lock()) job->cancel();
    job_.reset();
}

void Admission::keepIn(Spool& spool, net::Loop& loop, const config::CurrentConfig& config) {
    courier_ = std::make_shared<Courier>(context_, spool, loop, config);
    context_.spool = &spool;
    context_.courier = courier_.get();
}

void Admission::lookForWork() {
    if (courier_ != nullptr) courier_->lookForWork();
}

std::shared_ptr<HookLane> Admission::openLane(net::Loop& loop, std::shared_ptr<const config::VhostConfig> vhost,
                                              std::string who, PullRightPtr right) {
    return std::make_shared<HookLane>(context_, loop, std::move(vhost), std::move(who), std::move(right));
}

PendingAdmission Admission::request(const std::shared_ptr<HookLane>& lane, HookEvent event, OnVerdict onVerdict,
                                    DataUse use) {
    if (event.action() == HookAction::Connect) use = DataUse::None;
    StreamClients::Seat seat;
    // A pull is nobody whom backends have counted, nor will.
    if (event.action() != HookAction::Connect && lane->pullRight() == nullptr)
        seat = context_.streamClients.take(event.key());
    auto job = std::make_shared<OpeningJob>(std::move(event), std::move(seat), use, std::move(onVerdict));
    PendingAdmission pending(job);
    lane->append(std::move(job));
    return pending;
}

void Admission::tell(const std::shared_ptr<HookLane>& lane, HookEvent event) {
    if (lane->pullRight() != nullptr) return;
    HookTargets targets = fileTargets(context_, lane->vhost(), event.action());
    if (targets.empty()) return;
    const SpoolNumber number = lane->owe(event, targets);
    lane->append(std::make_shared<ClosingJob>(std::move(event), std::move(targets), number));
}

void Admission::forgetChanged(const config::Config& before, const config::Config& now) {
    for (const auto& vhost : before.vhosts) {
        const auto isSame = [&vhost](const auto& other) {
            return other->name == vhost->name && other->hooks == vhost->hooks && other->notifies == vhost->notifies;
        };
        if (std::ranges::none_of(now.vhosts, isSame))
            context_.policies.forget({.vhost = vhost->name, .stream = {}, .ips = {}});
    }
}

} // namespace hookcast::hooks
