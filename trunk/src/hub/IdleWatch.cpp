#include "hub/IdleWatch.h"

#include <algorithm>
#include <memory>

namespace hookcast::hub {

namespace {

/// How often it is looked whether there are players.
constexpr std::int64_t kLookMs = 1000;

/// Watches one publication. It is a sink only so as to end with it. Loop thread only.
class Watch final : public FrameSink, public std::enable_shared_from_this<Watch> {
  public:
    Watch(Publication& publication, std::int64_t limitMs)
        : publication_(publication), loop_(publication.loop()), limitMs_(limitMs), watchedAtMs_(nowMs()) {}

    void look() {
        if (ended_) return;
        if (publication_.stream()->figures->players > 0) watchedAtMs_ = nowMs();
        const std::int64_t leftMs = watchedAtMs_ + limitMs_ - nowMs();
        if (leftMs <= 0) {
            publication_.evict("nobody has played it for kickoff_for_idle");
            return;
        }
        loop_.runAfter(std::min(leftMs, kLookMs), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->look();
        });
    }

    void onFrame(const media::FramePtr& /*frame*/) override {}
    void onEnd() override { ended_ = true; }

  private:
    std::int64_t nowMs() const { return loop_.clock().monotonicMs(); }

    // given
    Publication& publication_; ///< gone once ended_
    net::Loop& loop_;
    std::int64_t limitMs_;
    // state
    std::int64_t watchedAtMs_; ///< there were players, or it began
    bool ended_ = false;
};

} // namespace

void IdleWatch::onPublish(const PublishedStreamPtr& stream, Publication& publication) {
    const std::int64_t limitMs = stream->vhost->publish.kickoffForIdleMs;
    if (limitMs == 0 || stream->capture != nullptr || isRecorded_(*stream)) return;
    const auto watch = std::make_shared<Watch>(publication, limitMs);
    publication.addSink(watch);
    watch->look();
}

} // namespace hookcast::hub
