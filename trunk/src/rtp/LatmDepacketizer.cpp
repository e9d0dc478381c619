#include "rtp/LatmDepacketizer.h"

#include <algorithm>
#include <utility>

namespace hookcast::rtp {

namespace {

using media::BitReader;

/// ISO/IEC 14496-3, 1.7.3.1: PayloadLengthInfo().
std::size_t readFrameBytes(BitReader& reader) {
    std::size_t bytes = 0;
    std::uint32_t more = 255;
    while (more == 255 && reader.ok()) bytes += more = reader.bits(8);
    return bytes;
}

} // namespace

base::Result<std::unique_ptr<Depacketizer>> LatmDepacketizer::make(const SdpMedia& media, std::size_t maxUnitBytes) {
    std::optional<LatmConfig> config;
    if (media.hasLatmConfig()) {
        auto read = LatmConfig::read(media.configBytes());
        if (!read) return read.error();
        config = read.take();
    }
    return std::unique_ptr<Depacketizer>(
        std::make_unique<LatmDepacketizer>(std::move(config), media.clockRate, maxUnitBytes));
}

base::ByteSpan LatmDepacketizer::audioConfig() const {
    return config_ ? base::ByteSpan(config_->audioSpecificConfig) : base::ByteSpan();
}

/// The last packet of an element has the marker; where that is forgotten, the next timestamp tells.
std::vector<AccessUnit> LatmDepacketizer::push(const RtpPacketView& packet) {
    std::vector<AccessUnit> out;
    const bool follows = this->follows(packet.header);
    if (!element_.empty() && packet.header.timestamp != timestamp_) {
        broken_ = broken_ || !follows;
        finish(out);
    }
    if (element_.empty()) {
        timestamp_ = packet.header.timestamp;
        broken_ = false;
    }
    broken_ = broken_ || (!follows && !element_.empty());
    if (packet.payload.size() > maxUnitBytes_ - element_.size()) {
        ++counters_.oversizedUnits;
        element_.clear();
        return out;
    }
    element_.insert(element_.end(), packet.payload.begin(), packet.payload.end());
    if (packet.header.marker && !element_.empty()) finish(out);
    return out;
}

void LatmDepacketizer::finish(std::vector<AccessUnit>& out) {
    if (broken_)
        ++counters_.discardedUnits;
    else if (!readElement(out))
        ++counters_.malformedPackets;
    element_.clear();
    broken_ = false;
}

/// AudioMuxElement(), with one or several frames. False when it cannot be read.
bool LatmDepacketizer::readElement(std::vector<AccessUnit>& out) {
    BitReader reader(element_);
    if (isInBand_ && !reader.flag()) {
        auto config = LatmConfig::read(reader);
        if (!config) return false;
        config_ = config.take();
    }
    if (!config_) return true; // its configuration is still to come
    const std::uint64_t ticks =
        std::uint64_t{config_->frameSamples} * clockRate_ / std::max<std::uint32_t>(1, config_->outputSampleRate);
    for (unsigned i = 0; i < config_->frames; ++i) {
        const std::size_t bytes = config_->fixedFrameBytes > 0 ? config_->fixedFrameBytes : readFrameBytes(reader);
        if (!reader.ok() || bytes > element_.size() - reader.position() / 8) return false;
        AccessUnit unit;
        unit.rtpTimestamp = static_cast<std::uint32_t>(timestamp_ + i * ticks);
        unit.keyframe = true;
        base::Bytes& frame = unit.units.emplace_back();
        frame.reserve(bytes);
        for (std::size_t k = 0; k < bytes; ++k) frame.push_back(static_cast<std::uint8_t>(reader.bits(8)));
        if (!reader.ok()) return false;
        if (bytes > 0) out.push_back(std::move(unit));
    }
    return true;
}

} // namespace hookcast::rtp
