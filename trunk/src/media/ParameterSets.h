#pragma once

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "base/Bytes.h"
#include "base/Result.h"
#include "media/NalUnits.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::media {

// What the records of H.264 and HEVC have in common.

/// More than any encoder writes; keeps what a stream makes us remember small.
constexpr std::size_t kMaxParameterSetBytes = 4096;

/// Replaces the set in `sets` that has the id of `unit`, or adds it; `idOf(base::ByteSpan)` is an optional id. Returns
/// whether anything changed.
template <typename IdOf>
bool adoptParameterSet(std::vector<base::Bytes>& sets, base::ByteSpan unit, IdOf idOf) {
    const auto id = idOf(unit);
    if (!id || unit.size() > kMaxParameterSetBytes) return false;
    base::Bytes bytes(unit.begin(), unit.end());
    for (base::Bytes& known : sets) {
        if (idOf(known) != id) continue;
        if (known == bytes) return false;
        known = std::move(bytes);
        return true;
    }
    sets.push_back(std::move(bytes));
    return true;
}

/// The sets in a byte stream of NAL units, which some encoders write where a record should stand.
template <typename Config>
base::Result<Config> readByteStream(base::ByteSpan stream) {
    std::vector<base::ByteSpan> units;
    splitAnnexB(stream, units);
    Config config;
    for (const base::ByteSpan unit : units) config.adopt(unit);
    if (!config.complete()) return base::Error{"a byte stream that lacks parameter sets"};
    return config;
}

/// Reads `count` sets, each behind its length in 16 bits; those without bytes are left out.
inline void readParameterSets(base::ByteReader& reader, std::size_t count, std::vector<base::Bytes>& sets) {
    for (; count > 0 && reader.ok(); --count) {
        const base::ByteSpan unit = reader.bytes(reader.u16());
        if (!unit.empty()) sets.emplace_back(unit.begin(), unit.end());
    }
}

/// The reverse; an error when a set is too long for its length.
inline base::Result<void> writeParameterSets(const std::vector<base::Bytes>& sets, base::ByteWriter& writer) {
    for (const base::Bytes& set : sets) {
        if (set.size() > 0xFFFF) return base::Error{"a parameter set of more than 65535 bytes"};
        writer.u16(static_cast<std::uint16_t>(set.size()));
        writer.bytes(set);
    }
    return {};
}

} // namespace hookcast::media
