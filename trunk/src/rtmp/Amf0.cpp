#include "rtmp/Amf0.h"

#include "base/ByteWriter.h"
#include "rtmp/Amf3.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace hookcast::rtmp {

namespace {

/// AMF 0 specification, section 2.1.
enum Marker : std::uint8_t {
    kNumber = 0x00,
    kBoolean = 0x01,
    kString = 0x02,
    kObject = 0x03,
    kMovieClip = 0x04,
    kNull = 0x05,
    kUndefined = 0x06,
    kReference = 0x07,
    kEcmaArray = 0x08,
    kObjectEnd = 0x09,
    kStrictArray = 0x0A,
    kDate = 0x0B,
    kLongString = 0x0C,
    kUnsupported = 0x0D,
    kRecordSet = 0x0E,
    kXmlDocument = 0x0F,
    kTypedObject = 0x10,
    kAvmPlus = 0x11,
};

constexpr std::size_t kMaxShortTextBytes = 0xFFFF;

base::Error cutOff() {
    return base::Error{"AMF0: cut off inside a value"};
}

std::string_view shortText(base::ByteReader& reader) {
    const std::size_t sizeBytes = reader.u16();
    return base::asText(reader.bytes(sizeBytes));
}

std::string_view longText(base::ByteReader& reader) {
    const std::size_t sizeBytes = reader.u32();
    return base::asText(reader.bytes(sizeBytes));
}

bool hasShortName(const Amf::Property& property) {
    return property.first.size() <= kMaxShortTextBytes;
}

class Amf0Writer {
  public:
    explicit Amf0Writer(base::Bytes& out) : writer_(out) {}

    void value(const Amf& amf) {
        switch (amf.type()) {
        case Amf::Type::Undefined: return writer_.u8(kUndefined);
        case Amf::Type::Null: return writer_.u8(kNull);
        case Amf::Type::Boolean: writer_.u8(kBoolean); return writer_.u8(amf.asBoolean() ? 1 : 0);
        case Amf::Type::Number: writer_.u8(kNumber); return writer_.f64(amf.asNumber());
        case Amf::Type::String: return string(amf.asString());
        case Amf::Type::Xml:
            writer_.u8(kXmlDocument);
            writer_.u32(static_cast<std::uint32_t>(amf.asXml().size()));
            return writer_.text(amf.asXml());
        case Amf::Type::Date:
            writer_.u8(kDate);
            writer_.f64(amf.asNumber());
            return writer_.u16(0); // section 2.13: the time zone is not used
        case Amf::Type::Object: return object(amf);
        case Amf::Type::EcmaArray:
            writer_.u8(kEcmaArray);
            writer_.u32(static_cast<std::uint32_t>(std::ranges::count_if(amf.properties(), hasShortName)));
            return properties(amf);
        case Amf::Type::StrictArray: return strictArray(amf);
        }
    }

  private:
    void string(std::string_view text) {
        if (text.size() <= kMaxShortTextBytes) {
            writer_.u8(kString);
            return shortString(text);
        }
        writer_.u8(kLongString);
        writer_.u32(static_cast<std::uint32_t>(text.size()));
        writer_.text(text);
    }

    void shortString(std::string_view text) {
        writer_.u16(static_cast<std::uint16_t>(text.size()));
        writer_.text(text);
    }

    void object(const Amf& amf) {
        // A class name has the same limit as a property's name; an object keeps its content without one.
        if (amf.className().empty() || amf.className().size() > kMaxShortTextBytes) {
            writer_.u8(kObject);
        } else {
            writer_.u8(kTypedObject);
            shortString(amf.className());
        }
        properties(amf);
    }

    void properties(const Amf& amf) {
        for (const Amf::Property& property : amf.properties()) {
            if (!hasShortName(property)) continue;
            shortString(property.first);
            value(property.second);
        }
        writer_.u16(0);
        writer_.u8(kObjectEnd);
    }

    void strictArray(const Amf& amf) {
        writer_.u8(kStrictArray);
        writer_.u32(static_cast<std::uint32_t>(amf.elements().size()));
        for (const Amf& element : amf.elements()) value(element);
    }

    base::ByteWriter writer_;
};

} // namespace

Amf0Reader::Amf0Reader(base::ByteReader& reader, std::uint32_t maxDepth)
    : reader_(reader), maxDepth_(std::min(maxDepth, kMaxAmfDepth)) {}

base::Result<Amf> Amf0Reader::read() {
    return value(1);
}

bool Amf0Reader::isValueMarker(std::uint8_t byte) {
    return byte <= kAvmPlus && byte != kObjectEnd && byte != kMovieClip && byte != kRecordSet;
}

base::Result<Amf> Amf0Reader::value(std::uint32_t depth) {
    if (depth > maxDepth_) return base::Error{fmt::format("AMF0: nested deeper than {}", maxDepth_)};
    if (budget_.values == 0) return base::Error{"AMF0: too many values"};
    --budget_.values;
    if (reader_.remaining() == 0) return cutOff();

    const std::uint8_t marker = reader_.u8();
    switch (marker) {
    case kObject:
    case kTypedObject:
    case kEcmaArray: {
        const std::string_view className = marker == kTypedObject ? shortText(reader_) : std::string_view();
        if (marker == kEcmaArray) reader_.u32(); // section 2.10: the count is a hint, the end is marked
        auto read = properties(depth);
        if (!read.ok()) return read.error();
        return marker == kEcmaArray ? Amf::ecmaArray(read.take()) : Amf::typedObject(className, read.take());
    }
    case kStrictArray: return strictArray(depth);
    case kAvmPlus: return Amf3Reader(reader_, budget_, depth, maxDepth_).read();
    default: return simpleValue(marker);
    }
}

base::Result<Amf> Amf0Reader::simpleValue(std::uint8_t marker) {
    Amf amf;
    switch (marker) {
    case kNumber: amf = Amf::number(reader_.f64()); break;
    case kBoolean: amf = Amf::boolean(reader_.u8() != 0); break;
    case kString: amf = Amf::string(shortText(reader_)); break;
    case kLongString: amf = Amf::string(longText(reader_)); break;
    case kXmlDocument: amf = Amf::xml(longText(reader_)); break;
    case kDate:
        amf = Amf::date(reader_.f64());
        reader_.u16(); // section 2.13: the time zone is not used
        break;
    case kNull: amf = Amf::null(); break;
    case kUndefined:
    case kUnsupported: break;
    case kReference: return base::Error{"AMF0: references are not supported"};
    default: return base::Error{fmt::format("AMF0: unknown marker 0x{:02x}", marker)};
    }
    if (!reader_.ok()) return cutOff();
    return amf;
}

base::Result<Amf> Amf0Reader::strictArray(std::uint32_t depth) {
    const std::uint32_t count = reader_.u32();
    if (count > reader_.remaining()) return base::Error{fmt::format("AMF0: no room for an array of {}", count)};
    std::vector<Amf> elements;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto element = value(depth + 1);
        if (!element.ok()) return element;
        elements.push_back(element.take());
    }
    return Amf::strictArray(std::move(elements));
}

base::Result<std::vector<Amf::Property>> Amf0Reader::properties(std::uint32_t depth) {
    std::vector<Amf::Property> properties;
    while (true) {
        const std::string_view key = shortText(reader_);
        if (!reader_.ok()) return cutOff();
        if (key.empty() && reader_.peek() == kObjectEnd) {
            reader_.u8();
            return properties;
        }
        auto property = value(depth + 1);
        if (!property.ok()) return property.error();
        properties.emplace_back(key, property.take());
    }
}

base::Result<Amf> readAmf0(base::ByteReader& reader, std::uint32_t maxDepth) {
    return Amf0Reader(reader, maxDepth).read();
}

void writeAmf0(base::Bytes& out, const Amf& value) {
    Amf0Writer(out).value(value);
}

} // namespace hookcast::rtmp
