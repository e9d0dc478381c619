#pragma once

#include "config/Config.h"
#include "hls/PlaylistText.h"
#include "hls/Segmenter.h"
#include "unit/media/TsFrames.h"
#include "unit/support/FakeClock.h"
#include "unit/support/HookGate.h"
#include "unit/support/LoopRunner.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hls {

/// The publisher's own times are not the stream's.
inline constexpr std::int64_t kPublisherAheadMs = 7000;

inline media::FramePtr shared(media::Frame frame) {
    frame.publisherMs = frame.dtsMs + kPublisherAheadMs;
    return std::make_shared<const media::Frame>(std::move(frame));
}

/// A stream that a test publishes by hand, and its window. Segments of two seconds, unless the test says otherwise.
class SegmentedStream : public testing::Test {
  protected:
    SegmentedStream() {
        vhost_->hls.enabled = true;
        vhost_->hls.fragmentMs = 2000;
    }
    ~SegmentedStream() override {
        runner_.run([this] { segmenter_.reset(); });
    }

    config::HlsConfig& hls() { return vhost_->hls; }

    void publish() {
        auto published = std::make_shared<hub::PublishedStream>();
        published->key = {"v", "live", "one"};
        published->vhost = vhost_;
        published->opening = support::someEvent(hooks::HookAction::Publish);
        if (stream_ == nullptr) stream_ = std::make_shared<Stream>(published->key, vhost_, SegmentWindow::Limits{});
        auto names =
            SegmentNames::create(vhost_->hls, published->key, {containerOf(*vhost_), base::TimeZone::Utc, floorMs()});
        Segmenter::Surroundings surroundings;
        surroundings.disconnect = [this](const std::string& reason) { disconnected_ = reason; };
        surroundings.onEnd = [this] { ++ends_; };
        runner_.run([&] {
            segmenter_ = std::make_shared<Segmenter>(runner_.loop(), stream_, published, names.take(), surroundings);
        });
    }

    void take(media::Frame frame) {
        const media::FramePtr given = shared(std::move(frame));
        runner_.run([&] { segmenter_->onFrame(given); });
    }

    void end() {
        runner_.run([this] { segmenter_->onEnd(); });
    }

    /// Pictures, 25 in a second, and sound, from `fromMs` up to `toMs`; a keyframe each `gopMs`.
    void play(std::int64_t fromMs, std::int64_t toMs, std::int64_t gopMs = 1000, bool hasSound = true) {
        for (std::int64_t ms = fromMs; ms < toMs; ms += 40) {
            take(media::videoFrame(codec_, ms, (ms - fromMs) % gopMs == 0));
            if (!hasSound) continue;
            while (soundMs_ < ms) soundMs_ += 20;
            for (; soundMs_ < ms + 40; soundMs_ += 20) take(media::aacFrame(soundMs_));
        }
    }

    void begin(bool hasSound = true) {
        publish();
        take(media::videoConfig(codec_));
        if (hasSound) take(media::aacConfig());
    }

    WindowViewPtr view() const { return stream_->window().view(); }

    std::vector<std::int64_t> durationsMs() const {
        std::vector<std::int64_t> all;
        for (const SegmentPtr& segment : view()->segments) all.push_back(segment->durationUs / 1000);
        return all;
    }

    std::vector<bool> discontinuities() const {
        std::vector<bool> all;
        for (const SegmentPtr& segment : view()->segments) all.push_back(segment->isDiscontinuous);
        return all;
    }

    std::int64_t floorMs() const { return vhost_->hls.tsFloor ? vhost_->hls.fragmentMs : 0; }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    std::shared_ptr<config::VhostConfig> vhost_ = std::make_shared<config::VhostConfig>();
    media::Codec codec_ = media::Codec::Avc;
    std::int64_t soundMs_ = 0;
    StreamPtr stream_;
    std::shared_ptr<Segmenter> segmenter_;
    std::string disconnected_;
    int ends_ = 0;
};

} // namespace hookcast::hls
