#include "hooks/Shadow.h"

#include <fmt/format.h>

#include <exception>
#include <string_view>
#include <utility>

namespace hookcast::hooks {

std::shared_ptr<Shadow> Shadow::ask(std::shared_ptr<HookLane> lane, const HookEvent& event) {
    HookTargets targets = lane->shadows(event);
    if (targets.empty()) return nullptr;
    auto shadow = std::make_shared<Shadow>(std::move(lane), event, std::move(targets));
    shadow->start();
    return shadow;
}

Shadow::Shadow(std::shared_ptr<HookLane> lane, HookEvent event, HookTargets targets)
    : lane_(std::move(lane)), event_(std::move(event)), targets_(std::move(targets)) {}

void Shadow::start() {
    for (const HookTarget& target : targets_) {
        try {
            begin(target);
        } catch (const std::exception& e) {
            // The client must not notice.
            lane_->context().log.error(lane_->who(), "internal error: a shadow is not asked: {}", e.what());
        }
    }
}

void Shadow::begin(const HookTarget& target) {
    HookContext& context = lane_->context();
    ShadowPlaces::Place place = context.policies.shadowPlaces.take(target.url, lane_->vhost()->hooks.shadow.calls);
    if (place == nullptr) {
        context.statistics.count(target.url, &HookStatistics::Figures::skipped);
        return;
    }
    lane_->call(target, event_,
                [self = shared_from_this(), &target, place = std::move(place)](const HookResponse& response) {
                    self->onResponse(target, response);
                });
}

void Shadow::onResponse(const HookTarget& target, const HookResponse& response) {
    const bool saysYes = target.dialect->judge(event_.action(), response).ok();
    if (!lane_->countCall(target, response, saysYes) || hasFailed(response)) return;
    if (real_)
        compare(target, response);
    else
        early_.push_back({target, response});
}

void Shadow::onReal(bool isAdmitted) {
    real_ = isAdmitted;
    for (const Answer& answer : std::exchange(early_, {})) compare(answer.target, answer.response);
}

void Shadow::compare(const HookTarget& target, const HookResponse& response) const {
    const Judgement judged = target.dialect->judge(event_.action(), response);
    if (judged.ok() == *real_) return;
    const auto verdict = [](bool isAdmitted) -> std::string_view { return isAdmitted ? "admitted" : "refused"; };
    HookContext& context = lane_->context();
    context.statistics.count(target.url, &HookStatistics::Figures::disagreements);
    base::LogParts parts;
    parts.add("stream", subjectOf(event_)).add("url", base::cutSecrets(target.url)).add("status", response.status);
    parts.add("shadow_verdict", verdict(judged.ok())).add("verdict", verdict(*real_));
    parts.add("reason", judged ? "-" : judged.error().message).add("ms", response.elapsedMs);
    const std::string_view name = target.dialect->directiveOf(event_.action());
    const std::string text = fmt::format("shadow of {} disagrees: {}", name, parts.text());
    context.log.line(base::LogLevel::Warn, lane_->who(), text, parts.add("event", name));
}

} // namespace hookcast::hooks
