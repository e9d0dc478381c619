#include "outputs/FlvMetadata.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hookcast::outputs {

namespace {

// Types of AMF0 values.
constexpr std::uint8_t kNumber = 0;
constexpr std::uint8_t kString = 2;
constexpr std::uint8_t kObject = 3;
constexpr std::uint8_t kArray = 8;
constexpr std::uint32_t kObjectEnd = 9;

constexpr std::string_view kName = "onMetaData";

/// The properties of a publisher's onMetaData, from the first key to the end mark; empty when it is none.
base::ByteSpan propertiesOf(base::ByteSpan published) {
    base::ByteReader reader(published);
    if (reader.u8() != kString || base::asText(reader.bytes(reader.u16())) != kName) return {};
    const std::uint8_t type = reader.u8();
    if (type == kArray)
        reader.u32();
    else if (type != kObject)
        return {};
    if (!reader.ok()) return {};
    const base::ByteSpan properties = published.last(reader.remaining());
    const bool ends = properties.size() >= 3 && properties.back() == kObjectEnd;
    return ends ? properties : base::ByteSpan{};
}

/// Where the value of a number called `key` is; looked for by its bytes, as metadata nest in all ways.
std::optional<std::size_t> findNumber(base::ByteSpan body, std::string_view key) {
    base::Bytes wanted;
    base::ByteWriter writer(wanted);
    writer.u16(static_cast<std::uint16_t>(key.size()));
    writer.text(key);
    writer.u8(kNumber);
    const auto found = std::search(body.begin(), body.end(), wanted.begin(), wanted.end());
    const auto offset = static_cast<std::size_t>(found - body.begin()) + wanted.size();
    if (found == body.end() || offset + sizeof(double) > body.size()) return std::nullopt;
    return offset;
}

} // namespace

FlvMetadata makeFlvMetadata(base::ByteSpan published) {
    const base::ByteSpan properties = propertiesOf(published);
    FlvMetadata metadata;
    base::ByteWriter writer(metadata.body);
    writer.u8(kString);
    writer.u16(static_cast<std::uint16_t>(kName.size()));
    writer.text(kName);
    writer.u8(kArray);
    writer.u32(0); // readers go by the end mark
    for (const std::string_view key : {"duration", "filesize"}) {
        if (findNumber(properties, key)) continue;
        writer.u16(static_cast<std::uint16_t>(key.size()));
        writer.text(key);
        writer.u8(kNumber);
        writer.f64(0);
    }
    if (properties.empty())
        writer.u24(kObjectEnd);
    else
        writer.bytes(properties);
    metadata.durationOffset = findNumber(metadata.body, "duration").value_or(0);
    metadata.fileSizeOffset = findNumber(metadata.body, "filesize").value_or(0);
    return metadata;
}

} // namespace hookcast::outputs
