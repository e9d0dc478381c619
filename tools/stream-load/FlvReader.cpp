#include "FlvReader.h"

#include "base/ByteReader.h"

#include <algorithm>
#include <utility>

namespace hookcast::load {

namespace {

constexpr std::size_t kFileHeaderBytes = 13;
constexpr std::size_t kTagHeaderBytes = 11;
constexpr std::size_t kTagEndBytes = 4;

} // namespace

base::Result<std::optional<rtmp::Message>> FlvReader::next(base::ByteSpan& input) {
    if (!sawHeader_) {
        if (!gather(input, kFileHeaderBytes)) return std::optional<rtmp::Message>();
        if (base::asText(gathered_).substr(0, 3) != "FLV") return base::Error{"this is no FLV"};
        sawHeader_ = true;
        gathered_.clear();
    }
    if (!inBody_) {
        if (!gather(input, kTagHeaderBytes)) return std::optional<rtmp::Message>();
        base::ByteReader reader(gathered_);
        message_.type = static_cast<rtmp::MessageType>(reader.u8());
        bodyBytes_ = reader.u24();
        message_.timestampMs = reader.u24();
        message_.timestampMs |= static_cast<std::uint32_t>(reader.u8()) << 24U;
        inBody_ = true;
        gathered_.clear();
    }
    if (!gather(input, bodyBytes_ + kTagEndBytes)) return std::optional<rtmp::Message>();
    inBody_ = false;
    gathered_.resize(bodyBytes_);
    message_.payload = std::exchange(gathered_, {});
    return std::optional(std::exchange(message_, {}));
}

bool FlvReader::gather(base::ByteSpan& input, std::size_t size) {
    const base::ByteSpan piece = input.first(std::min(input.size(), size - gathered_.size()));
    gathered_.insert(gathered_.end(), piece.begin(), piece.end());
    input = input.subspan(piece.size());
    return gathered_.size() == size;
}

} // namespace hookcast::load
