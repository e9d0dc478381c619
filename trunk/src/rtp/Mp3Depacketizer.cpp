#include "rtp/Mp3Depacketizer.h"

#include "base/ByteReader.h"
#include "media/Mp3Header.h"

#include <algorithm>
#include <utility>

namespace hookcast::rtp {

namespace {

constexpr std::uint64_t kClockRate = 90000;

} // namespace

std::vector<AccessUnit> Mp3Depacketizer::push(const RtpPacketView& packet) {
    std::vector<AccessUnit> out;
    const bool follows = this->follows(packet.header);
    const bool continues = follows && packet.header.timestamp == fragmented_.rtpTimestamp;
    if (fragmentBytes_ != 0 && !continues) discardFragments();

    base::ByteReader reader(packet.payload);
    reader.u16();
    const std::size_t offset = reader.u16();
    if (!reader.ok()) {
        ++counters_.malformedPackets;
    } else if (offset == 0) {
        takeFrames(packet.header.timestamp, reader.rest(), out);
    } else {
        takeFragment(offset, reader.rest(), out);
    }
    return out;
}

void Mp3Depacketizer::takeFrames(std::uint32_t rtpTimestamp, base::ByteSpan data, std::vector<AccessUnit>& out) {
    discardFragments();
    std::uint64_t samples = 0;
    while (!data.empty()) {
        const auto header = media::Mp3Header::read(data);
        if (!header.ok()) {
            ++counters_.malformedPackets;
            return;
        }
        const std::uint64_t ticks = samples * kClockRate / header.value().sampleRate;
        AccessUnit unit = AccessUnit::ofFrame(rtpTimestamp + static_cast<std::uint32_t>(ticks),
                                              data.first(std::min(header.value().frameBytes, data.size())));
        if (header.value().frameBytes > data.size()) {
            // The first fragment of a frame comes alone; behind other frames it is one that was cut short.
            if (out.empty()) {
                fragmented_ = std::move(unit);
                fragmentBytes_ = header.value().frameBytes;
            } else {
                ++counters_.malformedPackets;
            }
            return;
        }
        out.push_back(std::move(unit));
        data = data.subspan(header.value().frameBytes);
        samples += header.value().frameSamples;
    }
}

void Mp3Depacketizer::takeFragment(std::size_t offset, base::ByteSpan data, std::vector<AccessUnit>& out) {
    if (fragmentBytes_ == 0) return; // its beginning was lost
    base::Bytes& frame = fragmented_.units.front();
    if (offset != frame.size() || data.size() > fragmentBytes_ - offset) {
        ++counters_.malformedPackets;
        discardFragments();
        return;
    }
    frame.insert(frame.end(), data.begin(), data.end());
    if (frame.size() < fragmentBytes_) return;
    out.push_back(std::exchange(fragmented_, {}));
    fragmentBytes_ = 0;
}

void Mp3Depacketizer::discardFragments() {
    if (fragmentBytes_ == 0) return;
    ++counters_.discardedUnits;
    fragmented_ = {};
    fragmentBytes_ = 0;
}

} // namespace hookcast::rtp
