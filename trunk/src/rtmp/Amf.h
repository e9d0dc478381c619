#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::rtmp {

/// A value of the Action Message Format, version 0 or 3. Properties keep the order in which they came.
class Amf {
  public:
    enum class Type : std::uint8_t {
        Undefined, ///< also AMF0's `unsupported`
        Null,
        Boolean,
        Number,
        String, ///< also AMF3's byte array
        Object,
        EcmaArray,
        StrictArray,
        Date,
        Xml,
    };

    using Property = std::pair<std::string, Amf>;

    Amf() = default; ///< undefined

    static Amf undefined() { return {}; }
    static Amf null() { return Amf(Type::Null); }
    static Amf boolean(bool value);
    static Amf number(double value);
    static Amf string(std::string_view value);
    static Amf xml(std::string_view text);
    /// Milliseconds since 1970-01-01 UTC.
    static Amf date(double unixMs);
    static Amf object(std::vector<Property> properties = {});
    /// An object of a named class (AMF0 typed object, AMF3 traits with a name).
    static Amf typedObject(std::string_view className, std::vector<Property> properties = {});
    static Amf ecmaArray(std::vector<Property> properties = {});
    static Amf strictArray(std::vector<Amf> elements = {});

    Type type() const { return type_; }
    bool isNull() const { return type_ == Type::Null; }
    bool isNumber() const { return type_ == Type::Number; }
    bool isString() const { return type_ == Type::String; }
    bool isObject() const { return type_ == Type::Object; }
    /// Has named properties: an object or an ECMA array.
    bool hasProperties() const { return type_ == Type::Object || type_ == Type::EcmaArray; }

    /// `fallback` when it is no boolean; a number counts as in ActionScript.
    bool asBoolean(bool fallback = false) const;
    /// `fallback` when it is no number or date.
    double asNumber(double fallback = 0) const;
    /// Empty when it is no string. Valid as long as this value.
    std::string_view asString() const;
    /// The text of XML; empty when it is none.
    std::string_view asXml() const;
    /// Of a typed object; empty for any other.
    std::string_view className() const;

    /// Empty when there are none.
    const std::vector<Property>& properties() const { return properties_; }
    /// Of a strict array; empty for any other.
    const std::vector<Amf>& elements() const { return elements_; }

    /// The first property called `key`, or nullptr: also when this value has no properties at all.
    const Amf* find(std::string_view key) const;

    /// Replaces the first property called `key` or appends it. Only for values with hasProperties().
    void set(std::string_view key, Amf value);

    /// Numbers are equal when their bits are, so that a NaN equals itself.
    friend bool operator==(const Amf& left, const Amf& right);

  private:
    explicit Amf(Type type) : type_(type) {}

    Type type_ = Type::Undefined;
    bool boolean_ = false;
    double number_ = 0;
    std::string text_; ///< string, XML or class name
    std::vector<Property> properties_;
    std::vector<Amf> elements_;
};

/// What reading one message may cost beyond the bytes of the message itself. A value takes far more memory than the
/// single byte that may encode it, and a reference in AMF3 stands for a text of any length.
struct AmfBudget {
    std::uint32_t values = 65536;
    std::uint32_t referencedBytes = 1024 * 1024;
};

/// However deep a caller allows values to be nested, readers stop here: they recurse.
inline constexpr std::uint32_t kMaxAmfDepth = 128;

} // namespace hookcast::rtmp
