#include "rtp/AacDepacketizer.h"

#include "base/ByteReader.h"
#include "media/AacConfig.h"
#include "media/BitReader.h"
#include "rtp/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::rtp {

namespace {

constexpr std::uint32_t kMaxFieldBits = 32;

/// How long a frame lasts in units of the RTP clock, which with SBR is that of the output.
std::uint32_t frameTicks(const SdpMedia& media) {
    constexpr std::uint32_t kDefaultTicks = 1024;
    const auto config = media::AacConfig::read(media.aacConfig());
    const std::uint32_t told = media.parameters.number("constantDuration", 0);
    if (told != 0 || !config.ok()) return told != 0 ? told : kDefaultTicks;
    return static_cast<std::uint32_t>(std::uint64_t{config.value().frameSamples} * media.clockRate /
                                      config.value().sampleRate);
}

/// Those of the mode (RFC 3640, 3.3.5 and 3.3.6), which has no others, where they are not told.
void assumeLengths(const SdpMedia& media, AacDepacketizer::Format& format) {
    const bool isLowBitRate = equalsIgnoringCase(media.parameters.get("mode"), "AAC-lbr");
    format.sizeLength = isLowBitRate ? 6 : 13;
    format.indexLength = format.indexDeltaLength = isLowBitRate ? 2 : 3;
}

} // namespace

base::Result<AacDepacketizer::Format> AacDepacketizer::Format::read(const SdpMedia& media) {
    Format format;
    bool ok = true;
    const auto length = [&media, &ok](std::string_view name) {
        const std::uint32_t bits = media.parameters.number(name, 0);
        ok = ok && bits <= kMaxFieldBits;
        return bits;
    };
    format.sizeLength = length("sizelength");
    format.indexLength = length("indexlength");
    format.indexDeltaLength = length("indexdeltalength");
    if (format.sizeLength == 0 && media.parameters.get("constantsize").empty()) assumeLengths(media, format);
    format.ctsDeltaLength = length("ctsdeltalength");
    format.dtsDeltaLength = length("dtsdeltalength");
    format.randomAccessIndication = length("randomaccessindication") != 0;
    format.streamStateLength = length("streamstateindication");
    format.auxiliarySizeLength = length("auxiliarydatasizelength");
    format.constantSizeBytes = media.parameters.number("constantsize", 0);
    format.frameTicks = rtp::frameTicks(media);
    format.config = media.aacConfig();
    if (!ok || (format.sizeLength == 0 && format.constantSizeBytes == 0)) {
        return base::Error{"mpeg4-generic: lengths of AU headers that make no sense"};
    }
    return format;
}

std::vector<AccessUnit> AacDepacketizer::push(const RtpPacketView& packet) {
    std::vector<AccessUnit> out;
    const bool follows = this->follows(packet.header);
    const bool continues = follows && packet.header.timestamp == fragmented_.rtpTimestamp;
    if (fragmentBytes_ != 0 && !continues) discardFragments();

    const auto layout = readLayout(packet.payload);
    if (!layout) {
        ++counters_.malformedPackets;
        discardFragments();
        return out;
    }
    base::ByteSpan data = layout->data;
    if (layout->sizesBytes.size() == 1 && (layout->sizesBytes.front() > data.size() || fragmentBytes_ != 0)) {
        takeFragment(packet, layout->sizesBytes.front(), data, out);
        return out;
    }
    discardFragments();
    std::uint32_t timestamp = packet.header.timestamp;
    for (const std::uint32_t sizeBytes : layout->sizesBytes) {
        if (sizeBytes > data.size()) {
            ++counters_.malformedPackets;
            break;
        }
        if (sizeBytes > 0) out.push_back(AccessUnit::ofFrame(timestamp, data.first(sizeBytes)));
        data = data.subspan(sizeBytes);
        timestamp += format_.frameTicks;
    }
    return out;
}

/// RFC 3640, 3.2: AU headers, auxiliary data, frames. Without AU headers, frames of the constant size.
std::optional<AacDepacketizer::Layout> AacDepacketizer::readLayout(base::ByteSpan payload) const {
    Layout layout;
    base::ByteReader reader(payload);
    const bool hasHeaders = format_.sizeLength + format_.indexLength + format_.indexDeltaLength +
                                    format_.ctsDeltaLength + format_.dtsDeltaLength + format_.streamStateLength >
                                0 ||
                            format_.randomAccessIndication;
    if (hasHeaders) {
        const std::size_t bits = reader.u16();
        const base::ByteSpan headers = reader.bytes((bits + 7) / 8);
        if (!reader.ok() || !readHeaders(headers, bits, layout.sizesBytes)) return std::nullopt;
    }
    if (format_.auxiliarySizeLength > 0) {
        media::BitReader auxiliary(payload.subspan(reader.position()));
        const std::size_t bits = std::size_t{auxiliary.bits(format_.auxiliarySizeLength)} + format_.auxiliarySizeLength;
        reader.bytes((bits + 7) / 8);
    }
    if (!reader.ok()) return std::nullopt;
    layout.data = reader.rest();
    if (!hasHeaders) {
        if (layout.data.size() % format_.constantSizeBytes != 0) return std::nullopt;
        layout.sizesBytes.assign(layout.data.size() / format_.constantSizeBytes, format_.constantSizeBytes);
    }
    return layout;
}

/// RFC 3640, 3.2.1.1. False for interleaved frames, whose index jumps, and for headers cut short.
bool AacDepacketizer::readHeaders(base::ByteSpan headers, std::size_t bits,
                                  std::vector<std::uint32_t>& sizesBytes) const {
    media::BitReader reader(headers);
    // Some announce an index and send the size alone, or the other way round.
    if (format_.sizeLength > 0 && bits == format_.sizeLength) {
        sizesBytes.push_back(reader.bits(format_.sizeLength));
        return reader.ok();
    }
    std::size_t bitsRead = 0;
    const auto read = [&reader, &bitsRead](unsigned count) {
        bitsRead += count;
        return reader.bits(count);
    };
    while (bitsRead < bits) {
        const bool isFirst = sizesBytes.empty();
        if (!isFirst && bits - bitsRead < format_.sizeLength) break;
        const std::uint32_t size = read(format_.sizeLength);
        const std::uint32_t index = read(isFirst ? format_.indexLength : format_.indexDeltaLength);
        if (!isFirst && index != 0) return false;
        if (format_.ctsDeltaLength > 0 && read(1) != 0) read(format_.ctsDeltaLength);
        if (format_.dtsDeltaLength > 0 && read(1) != 0) read(format_.dtsDeltaLength);
        if (format_.randomAccessIndication) read(1);
        read(format_.streamStateLength);
        // Headers of no bits would never end; headers that end in the middle of a field are none.
        if (bitsRead == 0 || bitsRead > bits) return false;
        sizesBytes.push_back(format_.sizeLength > 0 ? size : format_.constantSizeBytes);
    }
    return reader.ok();
}

/// A frame that is cut up has a packet to itself each time, and its whole size in every header.
void AacDepacketizer::takeFragment(const RtpPacketView& packet, std::uint32_t sizeBytes, base::ByteSpan data,
                                   std::vector<AccessUnit>& out) {
    if (discardedTimestamp_ == packet.header.timestamp) return;
    if (sizeBytes > maxUnitBytes_) {
        if (packet.header.marker) ++counters_.oversizedUnits;
        return;
    }
    if (fragmentBytes_ == 0) {
        fragmentBytes_ = sizeBytes;
        fragmented_ = AccessUnit::ofFrame(packet.header.timestamp, data);
    } else {
        base::Bytes& frame = fragmented_.units.front();
        if (sizeBytes != fragmentBytes_ || data.size() > fragmentBytes_ - frame.size()) {
            ++counters_.malformedPackets;
            discardFragments();
            return;
        }
        frame.insert(frame.end(), data.begin(), data.end());
    }
    if (fragmented_.units.front().size() == fragmentBytes_) {
        out.push_back(std::exchange(fragmented_, {}));
        fragmentBytes_ = 0;
    } else if (packet.header.marker) {
        discardFragments();
    }
}

void AacDepacketizer::discardFragments() {
    if (fragmentBytes_ == 0) return;
    ++counters_.discardedUnits;
    discardedTimestamp_ = fragmented_.rtpTimestamp;
    fragmented_ = {};
    fragmentBytes_ = 0;
}

} // namespace hookcast::rtp
