#include "hub/IdleWatch.h"

#include "net/Timer.h"

#include <algorithm>
#include <memory>

namespace hookcast::hub {

namespace {

/// How often it is looked whether there are players.
constexpr std::int64_t kLookMs = 1000;

/// Watches one publication. It is a sink only so as to end with it. Loop thread only.
class Watch final : public FrameSink {
  public:
    Watch(Publication& publication, std::int64_t limitMs)
        : publication_(publication), loop_(publication.loop()), limitMs_(limitMs), timer_(loop_),
          watchedAtMs_(nowMs()) {}

    void look() {
        if (publication_.stream()->figures->players > 0) watchedAtMs_ = nowMs();
        const std::int64_t leftMs = watchedAtMs_ + limitMs_ - nowMs();
        if (leftMs <= 0) {
            publication_.evict("nobody has played it for kickoff_for_idle");
            return;
        }
        timer_.runAfter(std::min(leftMs, kLookMs), [this] { look(); });
    }

    void onFrame(const media::FramePtr& /*frame*/) override {}
    void onEnd() override { timer_.cancel(); }

  private:
    std::int64_t nowMs() const { return loop_.clock().monotonicMs(); }

    // given
    Publication& publication_; ///< gone after onEnd()
    net::Loop& loop_;
    std::int64_t limitMs_;
    // owned
    net::Timer timer_;
    // state
    std::int64_t watchedAtMs_; ///< there were players, or it began
};

} // namespace

void IdleWatch::onPublish(const PublishedStreamPtr& stream, Publication& publication) {
    const std::int64_t limitMs = stream->vhost->publish.kickoffForIdleMs;
    if (limitMs == 0 || stream->fetchedBy.isCapture() || isRecorded_(*stream)) return;
    const auto watch = std::make_shared<Watch>(publication, limitMs);
    publication.addSink(watch);
    watch->look();
}

} // namespace hookcast::hub
