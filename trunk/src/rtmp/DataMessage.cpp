#include "rtmp/DataMessage.h"

#include "base/ByteReader.h"
#include "rtmp/Amf0.h"

#include <algorithm>

namespace hookcast::rtmp {

namespace {

using namespace std::string_view_literals;
using Kind = DataMessage::Kind;

/// AMF0's marker of a string, its length and itself.
constexpr std::string_view kMetadata = "\x02\x00\x0AonMetaData"sv;
constexpr std::string_view kClear = "\x02\x00\x0F@clearDataFrame"sv;

bool isSet(std::string_view name) {
    return name == "@setDataFrame" || name == "setDataFrame";
}

bool isClear(std::string_view name) {
    return name == "@clearDataFrame" || name == "clearDataFrame";
}

/// `values` begins with the name.
DataMessage metadataIn(base::ByteSpan values, std::uint32_t maxDepth) {
    base::ByteReader reader(values);
    bool hasProperties = false;
    while (reader.remaining() > 0 && !hasProperties) {
        const base::Result<Amf> value = readAmf0(reader, maxDepth);
        if (!value) break;
        hasProperties = value.value().hasProperties();
    }
    return hasProperties ? DataMessage{Kind::Metadata, values} : DataMessage{};
}

/// What lies behind bytes that are no values.
DataMessage searched(base::ByteSpan bytes, std::uint32_t maxDepth) {
    const auto at = [bytes](std::string_view text) {
        const base::ByteSpan wanted = base::asBytes(text);
        // Not its sibling of std::ranges, which clang 14 cannot read.
        const auto found = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
        return static_cast<std::size_t>(found - bytes.begin());
    };
    if (const std::size_t found = at(kMetadata); found < bytes.size())
        return metadataIn(bytes.subspan(found), maxDepth);
    return at(kClear) < bytes.size() ? DataMessage{Kind::ClearMetadata, {}} : DataMessage{};
}

} // namespace

DataMessage readDataMessage(const Message& message, std::uint32_t maxDepth) {
    base::ByteSpan bytes(message.payload);
    // Types 15 and 17 carry AMF0 values behind one byte that says so.
    const bool isAmf3 = message.type == MessageType::DataAmf3 || message.type == MessageType::CommandAmf3;
    if (isAmf3 && !bytes.empty() && bytes.front() == 0) bytes = bytes.subspan(1);
    if (bytes.empty()) return {};
    base::ByteReader reader(bytes);
    base::ByteSpan values = bytes;
    while (reader.remaining() > 0) {
        const base::ByteSpan rest = bytes.subspan(reader.position());
        const base::Result<Amf> value = readAmf0(reader, maxDepth);
        if (!value) return searched(bytes, maxDepth);
        const std::string_view name = value.value().asString();
        if (isSet(name))
            values = bytes.subspan(reader.position());
        else if (isClear(name))
            return {Kind::ClearMetadata, {}};
        else if (name == "onMetaData")
            return metadataIn(rest, maxDepth);
        else if (value.value().isString())
            return {Kind::Other, values};
    }
    return values.empty() ? DataMessage{} : DataMessage{Kind::Other, values};
}

bool isDataName(std::string_view name) {
    return name == "onMetaData" || isSet(name) || isClear(name);
}

} // namespace hookcast::rtmp
