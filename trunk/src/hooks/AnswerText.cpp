#include "hooks/AnswerText.h"

#include "base/Log.h"
#include "base/Utf8.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <system_error>
#include <typeinfo>
#include <vector>

namespace hookcast::hooks {

namespace {

constexpr std::size_t kMaxJsonDepth = 32;
constexpr std::size_t kUnitEscapeBytes = 6; ///< \uXXXX

enum class Unit : std::uint8_t { None, Nul, Whole, High, Low };

/// What stands at the front of `text`: an escaped UTF-16 unit, or none (RFC 8259, section 7).
Unit unitAt(std::string_view text) {
    if (text.size() < kUnitEscapeBytes || !text.starts_with("\\u")) return Unit::None;
    const std::string_view digits = text.substr(2, 4);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) return Unit::None;
    if (value == 0) return Unit::Nul;
    if (value < 0xD800 || value > 0xDFFF) return Unit::Whole;
    return value < 0xDC00 ? Unit::High : Unit::Low;
}

/// Copies one element of a JSON text from the front of `json`.
void copyElement(std::string_view& json, std::string& out) {
    const auto copy = [&](std::size_t sizeBytes) {
        out.append(json.substr(0, sizeBytes));
        json.remove_prefix(std::min(sizeBytes, json.size()));
    };
    const Unit unit = unitAt(json);
    if (unit == Unit::High && unitAt(json.substr(kUnitEscapeBytes)) == Unit::Low) {
        copy(2 * kUnitEscapeBytes);
    } else if (unit == Unit::Nul || unit == Unit::High || unit == Unit::Low) {
        out += "\\ufffd";
        json.remove_prefix(kUnitEscapeBytes);
    } else if (json.front() == '\\') {
        copy(2);
    } else if (static_cast<std::uint8_t>(json.front()) < 0x20) {
        out += ' ';
        json.remove_prefix(1);
    } else {
        copy(1);
    }
}

/// Makes the objects as its base does, which takes the last of two members of one name.
class Handler final : public Poco::JSON::ParseHandler {
  public:
    void startObject() override {
        keys_.emplace_back();
        ParseHandler::startObject();
    }

    void endObject() override {
        keys_.pop_back();
        ParseHandler::endObject();
    }

    void key(const std::string& name) override {
        constexpr std::size_t kShownBytes = 40;
        if (!keys_.back().insert(name).second) throw Poco::ExistsException(base::printable(name, kShownBytes));
        ParseHandler::key(name);
    }

  private:
    std::vector<std::set<std::string>> keys_; ///< of each object that is open
};

} // namespace

std::string_view answerText(std::string_view body) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
    const std::size_t first = body.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return body.substr(first, body.find_last_not_of(kSpace) - first + 1);
}

std::string readableJson(std::string_view json) {
    const std::string valid = base::toValidUtf8(json);
    std::string_view left = valid;
    std::string out;
    out.reserve(left.size());
    bool isInText = false;
    while (!left.empty()) {
        if (isInText && left.front() != '"') {
            copyElement(left, out);
            continue;
        }
        if (left.front() == '"') isInText = !isInText;
        out += left.front();
        left.remove_prefix(1);
    }
    return out;
}

Poco::JSON::Object::Ptr parseAnswer(std::string_view body) {
    // Not its default argument: what that has begun is left behind where there is no memory for the rest.
    Poco::JSON::Parser parser(Poco::makeShared<Handler>());
    parser.setDepth(kMaxJsonDepth);
    return parser.parse(readableJson(body)).extract<Poco::JSON::Object::Ptr>();
}

std::string messageIn(std::string_view body) {
    const std::string_view text = answerText(body);
    if (!text.starts_with('{')) return {};
    try {
        const Poco::Dynamic::Var message = parseAnswer(text)->get("msg");
        if (message.isString()) return message.extract<std::string>();
    } catch (const Poco::Exception&) {
        return {}; // the judgement says in the log what is wrong with it
    }
    return {};
}

std::optional<std::int64_t> ttlMsIn(std::string_view body) {
    constexpr double kMostS = 1e9; // so that it is a number of milliseconds
    const std::string_view text = answerText(body);
    if (!text.starts_with('{')) return std::nullopt;
    try {
        const Poco::Dynamic::Var data = parseAnswer(text)->get("data");
        if (data.type() != typeid(Poco::JSON::Object::Ptr)) return std::nullopt;
        const Poco::Dynamic::Var ttl = data.extract<Poco::JSON::Object::Ptr>()->get("ttl");
        if (!ttl.isNumeric() || ttl.isBoolean()) return std::nullopt;
        return std::llround(std::clamp(ttl.convert<double>(), 0.0, kMostS) * 1000);
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

} // namespace hookcast::hooks
