#include "rtmp/Amf3.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace hookcast::rtmp {

namespace {

/// AMF 3 specification, section 3.1.
enum Marker : std::uint8_t {
    kUndefined = 0x00,
    kNull = 0x01,
    kFalse = 0x02,
    kTrue = 0x03,
    kInteger = 0x04,
    kDouble = 0x05,
    kString = 0x06,
    kXmlDocument = 0x07,
    kDate = 0x08,
    kArray = 0x09,
    kObject = 0x0A,
    kXml = 0x0B,
    kByteArray = 0x0C,
};

/// A longer name could not be written as AMF0.
constexpr std::size_t kMaxNameBytes = 0xFFFF;

base::Error cutOff() {
    return base::Error{"AMF3: cut off inside a value"};
}

/// Section 3.6: integers have 29 bits, in two's complement.
double signedInteger(std::uint32_t u29) {
    constexpr std::uint32_t kSignBit = 1U << 28U;
    const auto value = static_cast<double>(u29);
    return (u29 & kSignBit) != 0 ? value - static_cast<double>(kSignBit) * 2 : value;
}

} // namespace

Amf3Reader::Amf3Reader(base::ByteReader& reader, AmfBudget& budget, std::uint32_t depth, std::uint32_t maxDepth)
    : reader_(reader), budget_(budget), depth_(depth), maxDepth_(std::min(maxDepth, kMaxAmfDepth)) {}

base::Result<Amf> Amf3Reader::value(std::uint32_t depth) {
    if (depth > maxDepth_) return base::Error{fmt::format("AMF3: nested deeper than {}", maxDepth_)};
    if (budget_.values == 0) return base::Error{"AMF3: too many values"};
    --budget_.values;
    if (reader_.remaining() == 0) return cutOff();

    const std::uint8_t marker = reader_.u8();
    switch (marker) {
    case kUndefined: return Amf::undefined();
    case kNull: return Amf::null();
    case kFalse: return Amf::boolean(false);
    case kTrue: return Amf::boolean(true);
    case kInteger: {
        const auto integer = u29();
        if (!integer.ok()) return integer.error();
        return Amf::number(signedInteger(integer.value()));
    }
    case kDouble: {
        const double number = reader_.f64();
        if (!reader_.ok()) return cutOff();
        return Amf::number(number);
    }
    case kString:
    case kByteArray:
    case kXmlDocument:
    case kXml: {
        const auto text = marker == kString ? string() : inlineBytes();
        if (!text.ok()) return text.error();
        return marker == kXml || marker == kXmlDocument ? Amf::xml(text.value()) : Amf::string(text.value());
    }
    case kDate: return date();
    case kArray: return array(depth);
    case kObject: return object(depth);
    default: return base::Error{fmt::format("AMF3: unknown or unsupported marker 0x{:02x}", marker)};
    }
}

/// Section 1.3.1.
base::Result<std::uint32_t> Amf3Reader::u29() {
    std::uint32_t value = 0;
    for (int i = 0; i < 3; ++i) {
        const std::uint8_t byte = reader_.u8();
        value = (value << 7U) | (byte & 0x7FU);
        if ((byte & 0x80U) == 0) {
            if (!reader_.ok()) return cutOff();
            return value;
        }
    }
    value = (value << 8U) | reader_.u8();
    if (!reader_.ok()) return cutOff();
    return value;
}

/// The header of everything that could be a reference to an earlier object: the low bit says that it is none.
base::Result<std::uint32_t> Amf3Reader::inlineHeader() {
    const auto header = u29();
    if (!header.ok()) return header.error();
    if ((header.value() & 1U) == 0) return base::Error{"AMF3: references to objects are not supported"};
    return header.value() >> 1U;
}

base::Result<std::string> Amf3Reader::inlineBytes() {
    const auto sizeBytes = inlineHeader();
    if (!sizeBytes.ok()) return sizeBytes.error();
    const base::ByteSpan bytes = reader_.bytes(sizeBytes.value());
    if (!reader_.ok()) return cutOff();
    return std::string(base::asText(bytes));
}

/// Section 1.3.2. The empty string is never put into the table.
base::Result<std::string> Amf3Reader::string() {
    const auto header = u29();
    if (!header.ok()) return header.error();
    const std::uint32_t rest = header.value() >> 1U;
    if ((header.value() & 1U) == 0) {
        if (rest >= strings_.size()) return base::Error{fmt::format("AMF3: no string {} to refer to", rest)};
        if (const auto spent = spendBytes(strings_[rest].size()); !spent.ok()) return spent.error();
        return strings_[rest];
    }
    const base::ByteSpan bytes = reader_.bytes(rest);
    if (!reader_.ok()) return cutOff();
    std::string text(base::asText(bytes));
    if (!text.empty()) strings_.push_back(text);
    return text;
}

base::Result<std::string> Amf3Reader::name() {
    auto text = string();
    if (text.ok() && text.value().size() > kMaxNameBytes) return base::Error{"AMF3: name too long"};
    return text;
}

base::Result<void> Amf3Reader::spendBytes(std::size_t size) {
    if (size > budget_.referencedBytes) return base::Error{"AMF3: too much text by reference"};
    budget_.referencedBytes -= static_cast<std::uint32_t>(size);
    return {};
}

/// Section 3.10.
base::Result<Amf> Amf3Reader::date() {
    const auto header = inlineHeader();
    if (!header.ok()) return header.error();
    const double unixMs = reader_.f64();
    if (!reader_.ok()) return cutOff();
    return Amf::date(unixMs);
}

/// Section 3.11: named values up to an empty name, then the numbered ones.
base::Result<Amf> Amf3Reader::array(std::uint32_t depth) {
    const auto count = inlineHeader();
    if (!count.ok()) return count.error();
    std::vector<Amf::Property> properties;
    if (const auto read = namedValues(properties, depth); !read.ok()) return read.error();
    if (count.value() > reader_.remaining()) {
        return base::Error{fmt::format("AMF3: no room for an array of {}", count.value())};
    }
    std::vector<Amf> elements;
    for (std::uint32_t i = 0; i < count.value(); ++i) {
        auto element = value(depth + 1);
        if (!element.ok()) return element;
        if (properties.empty()) {
            elements.push_back(element.take());
        } else {
            properties.emplace_back(std::to_string(i), element.take());
        }
    }
    return properties.empty() ? Amf::strictArray(std::move(elements)) : Amf::ecmaArray(std::move(properties));
}

base::Result<void> Amf3Reader::namedValues(std::vector<Amf::Property>& properties, std::uint32_t depth) {
    while (true) {
        auto key = name();
        if (!key.ok()) return key.error();
        if (key.value().empty()) return {};
        auto property = value(depth + 1);
        if (!property.ok()) return property.error();
        properties.emplace_back(key.take(), property.take());
    }
}

/// Section 3.12: the values of the names that the traits list, then, if dynamic, named values.
base::Result<Amf> Amf3Reader::object(std::uint32_t depth) {
    const auto header = inlineHeader();
    if (!header.ok()) return header.error();
    const auto index = traits(header.value());
    if (!index.ok()) return index.error();

    std::vector<Amf::Property> properties;
    // By index: a nested object may add traits and so move the table.
    for (std::size_t i = 0; i < traits_[index.value()].names.size(); ++i) {
        auto property = value(depth + 1);
        if (!property.ok()) return property;
        properties.emplace_back(traits_[index.value()].names[i], property.take());
    }
    if (traits_[index.value()].dynamic) {
        if (const auto read = namedValues(properties, depth); !read.ok()) return read.error();
    }
    return Amf::typedObject(traits_[index.value()].className, std::move(properties));
}

/// The index of an object's traits. `header` is without the lowest bit, which told the object from a reference.
base::Result<std::size_t> Amf3Reader::traits(std::uint32_t header) {
    if ((header & 1U) == 0) {
        const std::size_t index = header >> 1U;
        if (index >= traits_.size()) return base::Error{fmt::format("AMF3: no traits {} to refer to", index)};
        std::size_t sizeBytes = traits_[index].className.size();
        for (const std::string& sealed : traits_[index].names) sizeBytes += sealed.size();
        if (const auto spent = spendBytes(sizeBytes); !spent.ok()) return spent.error();
        return index;
    }
    if ((header & 2U) != 0) return base::Error{"AMF3: externalizable objects are not supported"};

    Traits traits;
    traits.dynamic = (header & 4U) != 0;
    auto className = name();
    if (!className.ok()) return className.error();
    traits.className = className.take();
    const std::uint32_t count = header >> 3U;
    if (count > reader_.remaining() || count > budget_.values) {
        return base::Error{fmt::format("AMF3: no room for a class of {} names", count)};
    }
    budget_.values -= count;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto sealed = name();
        if (!sealed.ok()) return sealed.error();
        traits.names.push_back(sealed.take());
    }
    traits_.push_back(std::move(traits));
    return traits_.size() - 1;
}

base::Result<Amf> readAmf3(base::ByteReader& reader, std::uint32_t maxDepth) {
    AmfBudget budget;
    return Amf3Reader(reader, budget, 1, maxDepth).read();
}

} // namespace hookcast::rtmp
