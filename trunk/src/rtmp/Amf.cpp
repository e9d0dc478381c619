#include "rtmp/Amf.h"

#include <algorithm>
#include <bit>

namespace hookcast::rtmp {

Amf Amf::boolean(bool value) {
    Amf amf(Type::Boolean);
    amf.boolean_ = value;
    return amf;
}

Amf Amf::number(double value) {
    Amf amf(Type::Number);
    amf.number_ = value;
    return amf;
}

Amf Amf::string(std::string_view value) {
    Amf amf(Type::String);
    amf.text_ = value;
    return amf;
}

Amf Amf::xml(std::string_view text) {
    Amf amf(Type::Xml);
    amf.text_ = text;
    return amf;
}

Amf Amf::date(double unixMs) {
    Amf amf(Type::Date);
    amf.number_ = unixMs;
    return amf;
}

Amf Amf::object(std::vector<Property> properties) {
    return typedObject({}, std::move(properties));
}

Amf Amf::typedObject(std::string_view className, std::vector<Property> properties) {
    Amf amf(Type::Object);
    amf.text_ = className;
    amf.properties_ = std::move(properties);
    return amf;
}

Amf Amf::ecmaArray(std::vector<Property> properties) {
    Amf amf(Type::EcmaArray);
    amf.properties_ = std::move(properties);
    return amf;
}

Amf Amf::strictArray(std::vector<Amf> elements) {
    Amf amf(Type::StrictArray);
    amf.elements_ = std::move(elements);
    return amf;
}

bool Amf::asBoolean(bool fallback) const {
    if (type_ == Type::Boolean) return boolean_;
    // A NaN is neither below nor above zero, and false in ActionScript.
    if (type_ == Type::Number) return number_ < 0 || number_ > 0;
    return fallback;
}

double Amf::asNumber(double fallback) const {
    return type_ == Type::Number || type_ == Type::Date ? number_ : fallback;
}

std::string_view Amf::asString() const {
    return type_ == Type::String ? std::string_view(text_) : std::string_view();
}

std::string_view Amf::asXml() const {
    return type_ == Type::Xml ? std::string_view(text_) : std::string_view();
}

std::string_view Amf::className() const {
    return type_ == Type::Object ? std::string_view(text_) : std::string_view();
}

const Amf* Amf::find(std::string_view key) const {
    const auto found = std::ranges::find(properties_, key, &Property::first);
    return found == properties_.end() ? nullptr : &found->second;
}

void Amf::set(std::string_view key, Amf value) {
    const auto found = std::ranges::find(properties_, key, &Property::first);
    if (found != properties_.end()) {
        found->second = std::move(value);
    } else {
        properties_.emplace_back(key, std::move(value));
    }
}

bool operator==(const Amf& left, const Amf& right) {
    return left.type_ == right.type_ && left.boolean_ == right.boolean_ &&
           std::bit_cast<std::uint64_t>(left.number_) == std::bit_cast<std::uint64_t>(right.number_) &&
           left.text_ == right.text_ && left.properties_ == right.properties_ && left.elements_ == right.elements_;
}

} // namespace hookcast::rtmp
