#include "live/AudioFormats.h"

#include "hub/WireLog.h"
#include "media/AacConfig.h"
#include "media/AdtsHeader.h"
#include "media/FlvBody.h"

#include <optional>

namespace hookcast::live {

namespace {

/// The codec's own bytes of a frame of sound; nothing when it is something else or of another codec.
std::optional<media::AudioBody> soundOf(const media::Frame& frame, media::Codec codec) {
    if (frame.kind != media::FrameKind::Audio || frame.carriage != media::Carriage::Flv) return std::nullopt;
    const std::optional<media::AudioBody> body = media::readAudioBody(frame.body);
    if (!body || body->codec != codec) return std::nullopt;
    return body;
}

class AudioEncoder : public hub::WireEncoder {
  public:
    base::Bytes preamble(const hub::StreamHeaders& /*headers*/, std::int64_t /*dtsMs*/) override { return {}; }
    bool carriesVideo() const override { return false; }
};

class AacEncoder final : public AudioEncoder {
  public:
    void begin(const hub::StreamHeaders& headers) override {
        if (headers.audioConfig == nullptr) return;
        const auto config = soundOf(*headers.audioConfig, media::Codec::Aac);
        if (config) readConfig(config->payload);
    }

    void append(const media::Frame& frame, hub::WireLog& log) override {
        const auto sound = soundOf(frame, media::Codec::Aac);
        if (!sound) return;
        if (sound->part == media::BodyPart::Config) readConfig(sound->payload);
        if (sound->part != media::BodyPart::Frame || !config_ || sound->payload.empty()) return;
        const auto header = media::AdtsHeader::write(*config_, sound->payload.size());
        if (!header) return;
        log.append(header.value());
        log.append(sound->payload);
    }

  private:
    void readConfig(base::ByteSpan bytes) {
        const auto read = media::AacConfig::read(bytes);
        if (read)
            config_ = read.value();
        else
            config_.reset();
    }

    std::optional<media::AacConfig> config_; ///< none: frames cannot be written
};

class Mp3Encoder final : public AudioEncoder {
  public:
    void append(const media::Frame& frame, hub::WireLog& log) override {
        const auto sound = soundOf(frame, media::Codec::Mp3);
        if (sound && sound->part == media::BodyPart::Frame) log.append(sound->payload);
    }
};

} // namespace

std::unique_ptr<hub::WireEncoder> AacFormat::makeEncoder() const {
    return std::make_unique<AacEncoder>();
}

std::unique_ptr<hub::WireEncoder> Mp3Format::makeEncoder() const {
    return std::make_unique<Mp3Encoder>();
}

} // namespace hookcast::live
