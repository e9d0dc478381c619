#include "media/NalUnits.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"

#include <fmt/format.h>

#include <cstddef>

namespace hookcast::media {

namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kStartCodeBytes = 3;

template <typename Units>
void appendAll(const Units& units, base::Bytes& out) {
    std::size_t sizeBytes = out.size();
    for (const auto& unit : units) sizeBytes += kLengthBytes + unit.size();
    out.reserve(sizeBytes);
    base::ByteWriter writer(out);
    for (const auto& unit : units) {
        writer.u32(static_cast<std::uint32_t>(unit.size()));
        writer.bytes(unit);
    }
}

/// Where the next 00 00 01 begins at or behind `from`; the stream's size when there is none.
std::size_t findStartCode(base::ByteSpan stream, std::size_t from) {
    std::size_t at = from;
    while (at + kStartCodeBytes <= stream.size()) {
        if (stream[at + 2] > 1) {
            at += 3;
        } else if (stream[at + 2] == 1 && stream[at] == 0 && stream[at + 1] == 0) {
            return at;
        } else {
            ++at;
        }
    }
    return stream.size();
}

} // namespace

base::Result<void> splitLengthPrefixed(base::ByteSpan payload, unsigned lengthSizeBytes,
                                       std::vector<base::ByteSpan>& units) {
    base::ByteReader reader(payload);
    while (reader.remaining() > 0) {
        std::size_t sizeBytes = 0;
        for (const std::uint8_t byte : reader.bytes(lengthSizeBytes)) sizeBytes = (sizeBytes << 8U) | byte;
        const std::size_t remaining = reader.remaining();
        const base::ByteSpan unit = reader.bytes(sizeBytes);
        if (!reader.ok()) {
            return base::Error{fmt::format("a NAL unit of {} bytes with {} left in its frame", sizeBytes, remaining)};
        }
        if (!unit.empty()) units.push_back(unit);
    }
    return {};
}

base::Result<void> splitFrame(base::ByteSpan payload, unsigned lengthSizeBytes, std::vector<base::ByteSpan>& units) {
    const std::size_t before = units.size();
    // 00 00 01 may be the beginning of a length, too: what fits goes first.
    base::Result<void> split = splitLengthPrefixed(payload, lengthSizeBytes, units);
    if (split || !beginsWithStartCode(payload)) return split;
    units.resize(before);
    splitAnnexB(payload, units);
    return {};
}

void appendLengthPrefixed(std::span<const base::ByteSpan> units, base::Bytes& out) {
    appendAll(units, out);
}

void appendLengthPrefixed(std::span<const base::Bytes> units, base::Bytes& out) {
    appendAll(units, out);
}

bool beginsWithStartCode(base::ByteSpan stream) {
    constexpr std::uint8_t kForbiddenBit = 0x80; // of a unit's first byte
    if (stream.size() <= kStartCodeBytes || stream[0] != 0 || stream[1] != 0) return false;
    if (stream[2] == 1) return (stream[3] & kForbiddenBit) == 0;
    return stream[2] == 0 && stream[3] == 1;
}

void splitAnnexB(base::ByteSpan stream, std::vector<base::ByteSpan>& units) {
    std::size_t startCode = findStartCode(stream, 0);
    while (startCode < stream.size()) {
        const std::size_t begin = startCode + kStartCodeBytes;
        startCode = findStartCode(stream, begin);
        std::size_t end = startCode;
        while (end > begin && stream[end - 1] == 0) --end;
        if (end > begin) units.push_back(stream.subspan(begin, end - begin));
    }
}

} // namespace hookcast::media
