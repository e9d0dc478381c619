#include "StreamClock.h"

#include "base/ByteReader.h"
#include "rtmp/Amf0.h"

namespace hookcast::load {

namespace {

constexpr const char* kName = "onStreamLoadClock";
constexpr std::uint32_t kDepth = 2;

} // namespace

base::Bytes writeClock(std::int64_t monotonicUs) {
    base::Bytes payload;
    rtmp::writeAmf0(payload, rtmp::Amf::string(kName));
    // A double holds microseconds exactly for 285 years.
    rtmp::writeAmf0(payload, rtmp::Amf::number(static_cast<double>(monotonicUs)));
    return payload;
}

std::optional<std::int64_t> readClock(base::ByteSpan payload) {
    base::ByteReader reader(payload);
    const auto name = rtmp::readAmf0(reader, kDepth);
    if (!name || name.value().asString() != kName) return std::nullopt;
    const auto value = rtmp::readAmf0(reader, kDepth);
    if (!value || !value.value().isNumber()) return std::nullopt;
    return static_cast<std::int64_t>(value.value().asNumber());
}

} // namespace hookcast::load
