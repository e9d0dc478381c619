#pragma once

#include "hub/StreamWriter.h"
#include "unit/hub/RelayBench.h"
#include "unit/hub/TextFormat.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hub {

/// A publisher's writer on one loop, with players there or on another loop.
class StreamWriterTest : public ::testing::Test {
  public:
    ~StreamWriterTest() override {
        gate_.runner.run([&] { writer_.reset(); });
    }

  protected:
    explicit StreamWriterTest(const LogLimits& limits = {1024 * 1024, 100}) : limits_(limits) {
        vhost_.play.mwMessages = 0;
    }

    void open(std::optional<std::int64_t> resumeAtMs = std::nullopt) {
        gate_.runner.run([&] {
            writer_ = std::make_shared<StreamWriter>(
                gate_.runner.loop(), 1, std::make_shared<config::VhostConfig>(vhost_), limits_, resumeAtMs);
        });
    }

    void write(media::FrameKind kind, media::FrameRole role, std::uint32_t timestampMs, const std::string& body) {
        gate_.runner.run([&] { writer_->write(kind, role, timestampMs, base::Bytes(body.begin(), body.end())); });
    }
    void key(std::uint32_t ms, const std::string& body) {
        write(media::FrameKind::Video, media::FrameRole::Keyframe, ms, body);
    }
    void video(std::uint32_t ms, const std::string& body) {
        write(media::FrameKind::Video, media::FrameRole::Media, ms, body);
    }
    void audio(std::uint32_t ms, const std::string& body) {
        write(media::FrameKind::Audio, media::FrameRole::Media, ms, body);
    }
    void videoConfig(const std::string& body) {
        write(media::FrameKind::Video, media::FrameRole::CodecConfig, 0, body);
    }
    void audioConfig(const std::string& body) {
        write(media::FrameKind::Audio, media::FrameRole::CodecConfig, 0, body);
    }
    void metadata(const std::string& body) { write(media::FrameKind::Data, media::FrameRole::Metadata, 0, body); }

    std::shared_ptr<Relay> relay(const WireFormat& format) {
        auto made = std::make_shared<Relay>(gate_.runner.loop(), hooks::StreamKey{"v", "a", "s"}, limits_, [] {});
        gate_.runner.run([&] { writer_->addRelay(format, made); });
        return made;
    }
    std::unique_ptr<Player> player(const WireFormat& format) {
        return std::make_unique<Player>(gate_, relay(format), PlaybackLimits{30'000, 30'000, 4096, true});
    }
    void flush() {
        gate_.runner.run([&] { writer_->flush(); });
    }

    LogLimits limits_;
    config::VhostConfig vhost_;
    support::HookGate gate_;
    TextFormat format_;
    std::shared_ptr<StreamWriter> writer_;
};

} // namespace hookcast::hub
