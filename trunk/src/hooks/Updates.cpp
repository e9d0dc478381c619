#include "hooks/Updates.h"

#include <exception>
#include <utility>
#include <vector>

namespace hookcast::hooks {

namespace {

/// Tells one update to its targets, once each: what fails is not told again, as the next update says more.
class UpdateJob final : public HookJob, public std::enable_shared_from_this<UpdateJob> {
  public:
    UpdateJob(HookEvent event, const HookTargets& targets, std::shared_ptr<std::vector<bool>> failing)
        : event_(std::move(event)), targets_(targets), failing_(std::move(failing)) {}

    void start(std::shared_ptr<HookLane> lane) override {
        lane_ = std::move(lane);
        callNext();
    }

  private:
    void callNext() {
        while (next_ < targets_.size()) {
            try {
                lane_->call(targets_[next_], event_,
                            [self = shared_from_this()](const HookResponse& response) { self->onResponse(response); });
                return;
            } catch (const std::exception& e) {
                lane_->context().log.error(lane_->who(), "internal error: a hook could not be called: {}", e.what());
                ++next_;
            }
        }
        lane_->jobEnded();
    }

    void onResponse(const HookResponse& response) {
        try {
            const HookTarget& target = targets_[next_];
            const Judgement judged = target.dialect->judge(event_.action(), response);
            if (judged)
                lane_->noteCall(event_, target, response, "told", "");
            else if (const bool isNews = !failing_->at(next_); isNews || wasNotMade(response))
                lane_->noteCall(event_, target, response, "failed", judged.error().message);
            else
                lane_->context().statistics.end(target.url, response, false);
            failing_->at(next_) = !judged;
        } catch (const std::exception& e) {
            lane_->context().log.error(lane_->who(), "internal error: a hook's answer: {}", e.what());
        }
        ++next_;
        callNext();
    }

    /// The lane counts those in its own way.
    static bool wasNotMade(const HookResponse& response) {
        using Outcome = HookResponse::Outcome;
        return response.outcome == Outcome::QueueFull || response.outcome == Outcome::Withdrawn;
    }

    // given
    HookEvent event_;
    HookTargets targets_;
    std::shared_ptr<std::vector<bool>> failing_; ///< of the series
    // state
    std::shared_ptr<HookLane> lane_; ///< from the start
    std::size_t next_ = 0;
};

} // namespace

std::unique_ptr<Updates> Updates::of(const std::shared_ptr<HookLane>& lane, const HookEvent& opening, Traffic traffic) {
    if (lane->pullRight() != nullptr) return nullptr;
    std::vector<UpdateTargets> wanted = updateTargets(lane->context(), lane->vhost(), opening);
    if (wanted.empty()) return nullptr;
    std::unique_ptr<Updates> updates(new Updates(lane, opening, std::move(traffic)));
    for (UpdateTargets& block : wanted) updates->arm(updates->series_.emplace_back(std::move(block), lane->loop()));
    return updates;
}

Updates::Updates(std::shared_ptr<HookLane> lane, HookEvent opening, Traffic traffic)
    : lane_(std::move(lane)), opening_(std::move(opening)), traffic_(std::move(traffic)),
      openedAtMs_(lane_->loop().clock().monotonicMs()) {}

void Updates::arm(Series& series) {
    series.timer.runAfter(series.wanted.intervalMs, [this, &series] {
        arm(series);
        tell(series);
    });
}

/// Without memory for it, this one is left out.
void Updates::tell(Series& series) {
    if (!series.latest.expired()) return;
    try {
        const net::SessionPort::Traffic traffic = traffic_();
        const Progress progress{traffic.sentBytes, traffic.receivedBytes,
                                lane_->loop().clock().monotonicMs() - openedAtMs_};
        auto job = std::make_shared<UpdateJob>(updateOf(opening_, progress), series.wanted.targets, series.failing);
        series.latest = job;
        lane_->append(std::move(job));
    } catch (const std::exception& e) {
        lane_->context().log.error(lane_->who(), "an on_update is left out: {}", e.what());
    }
}

} // namespace hookcast::hooks
