#include "api-server/Rule.h"

#include "api-server/JsonText.h"
#include "base/Log.h"

#include <Poco/JSON/Object.h>
#include <Poco/String.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>

namespace hookcast::mock {

namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

/// The object's fields by name; an Error where `value` is no object or has a name not in `known` (empty: any name).
base::Result<std::map<std::string, Var>> fieldsOf(const Var& value, const char* what,
                                                  const std::set<std::string>& known) {
    if (value.type() != typeid(Object::Ptr)) return base::Error{fmt::format("{} must be an object", what)};
    std::map<std::string, Var> fields;
    for (const auto& [name, field] : *value.extract<Object::Ptr>()) {
        if (!known.empty() && !known.contains(name))
            return base::Error{fmt::format("{} has no \"{}\": its fields are {}", what, base::printable(name),
                                           fmt::join(known, ", "))};
        fields.emplace(name, field);
    }
    return fields;
}

base::Result<std::int64_t> integerOf(const Var& value, const char* what, std::int64_t least, std::int64_t most) {
    const auto refuse = [&] {
        return base::Error{fmt::format("{} must be an integer from {} to {}", what, least, most)};
    };
    if (!value.isInteger() || value.isBoolean()) return refuse();
    if (!value.isSigned() && value.convert<std::uint64_t>() > static_cast<std::uint64_t>(most)) return refuse();
    const auto number = value.convert<std::int64_t>();
    if (number < least || number > most) return refuse();
    return number;
}

base::Result<std::map<std::string, std::string>> matchOf(const Var& value) {
    auto fields = fieldsOf(value, "match", {});
    if (!fields) return fields.error();
    if (fields.value().size() > kMaxMatchFields)
        return base::Error{fmt::format("match has more than {} fields", kMaxMatchFields)};
    std::map<std::string, std::string> match;
    for (const auto& [name, pattern] : fields.value()) {
        if (!pattern.isString() && !pattern.isNumeric() && !pattern.isBoolean())
            return base::Error{
                fmt::format("match.{} must be a string, a number, true or false", base::printable(name))};
        std::string text = valueText(pattern);
        if (text.size() > kMaxPatternBytes)
            return base::Error{
                fmt::format("match.{} is longer than {} bytes", base::printable(name), kMaxPatternBytes)};
        match.emplace(name, std::move(text));
    }
    return match;
}

/// RFC 9110 section 5.1: a field's name is a token.
bool isToken(const std::string& name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool hasControlCharacter(const std::string& value) {
    return std::any_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
}

base::Result<Headers> headersOf(const Var& value) {
    auto fields = fieldsOf(value, "reply.headers", {});
    if (!fields) return fields.error();
    if (fields.value().size() > kMaxReplyHeaders)
        return base::Error{fmt::format("reply.headers has more than {} headers", kMaxReplyHeaders)};
    Headers headers;
    for (const auto& [name, content] : fields.value()) {
        const std::string shown = base::printable(name);
        if (!isToken(name)) return base::Error{fmt::format("reply.headers: \"{}\" is no header name", shown)};
        const std::string lower = Poco::toLower(name);
        if (lower == "content-length" || lower == "transfer-encoding")
            return base::Error{fmt::format("reply.headers: {} is the server's to set", shown)};
        if (!content.isString() || hasControlCharacter(content.extract<std::string>()))
            return base::Error{fmt::format("reply.headers: {} must be a string without control characters", shown)};
        headers.emplace_back(name, content.extract<std::string>());
    }
    return headers;
}

/// The answer that admits, and says `data` beside.
base::Result<std::string> yesWith(const Var& data) {
    if (data.type() != typeid(Object::Ptr)) return base::Error{"reply.data must be an object"};
    return fmt::format(R"({{"code":0,"data":{}}})", valueText(data));
}

base::Result<RuleReply> replyOf(const Var& value) {
    auto fields = fieldsOf(value, "reply", {"status", "body", "data", "headers", "delay_ms", "drop"});
    if (!fields) return fields.error();
    RuleReply reply;
    for (const auto& [name, field] : fields.value()) {
        if (name == "status") {
            const auto status = integerOf(field, "reply.status", 200, 599);
            if (!status) return status.error();
            reply.status = static_cast<int>(status.value());
        } else if (name == "delay_ms") {
            const auto delay = integerOf(field, "reply.delay_ms", 0, kMaxDelayMs);
            if (!delay) return delay.error();
            reply.delayMs = delay.value();
        } else if (name == "body") {
            if (!field.isString()) return base::Error{"reply.body must be a string"};
            reply.body = field.extract<std::string>();
        } else if (name == "data") {
            if (fields.value().contains("body")) return base::Error{"reply has a body and data: data makes a body"};
            auto body = yesWith(field);
            if (!body) return body.error();
            reply.body = body.take();
        } else if (name == "drop") {
            if (!field.isBoolean()) return base::Error{"reply.drop must be true or false"};
            reply.dropped = field.extract<bool>();
        } else {
            auto headers = headersOf(field);
            if (!headers) return headers.error();
            reply.headers = headers.take();
        }
    }
    return reply;
}

} // namespace

base::Result<Rule> parseRule(const std::string& json) {
    const auto document = parseJson(json);
    if (!document) return base::Error{"not JSON: " + document.error().message};
    auto fields = fieldsOf(document.value(), "a rule", {"match", "reply", "times"});
    if (!fields) return fields.error();
    Rule rule;
    for (const auto& [name, field] : fields.value()) {
        if (name == "match") {
            auto match = matchOf(field);
            if (!match) return match.error();
            rule.match = match.take();
        } else if (name == "reply") {
            auto reply = replyOf(field);
            if (!reply) return reply.error();
            rule.reply = reply.take();
        } else {
            const auto times = integerOf(field, "times", 1, std::numeric_limits<std::int32_t>::max());
            if (!times) return times.error();
            rule.times = static_cast<std::uint64_t>(times.value());
        }
    }
    return rule;
}

void writeMembers(base::JsonWriter& json, const Rule& rule) {
    json.key("match").beginObject();
    for (const auto& [name, pattern] : rule.match) json.member(name, pattern);
    json.endObject().key("reply").beginObject().member("status", rule.reply.status);
    if (rule.reply.body) json.member("body", *rule.reply.body);
    json.key("headers").beginObject();
    for (const auto& [name, value] : rule.reply.headers) json.member(name, value);
    json.endObject().member("delay_ms", rule.reply.delayMs).member("drop", rule.reply.dropped).endObject();
    if (rule.times) json.member("times", *rule.times);
}

} // namespace hookcast::mock
