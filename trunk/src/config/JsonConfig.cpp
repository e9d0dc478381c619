#include "config/JsonConfig.h"

#include "config/DirectiveTable.h"
#include "config/GuardNames.h"
#include "config/JsonDocument.h"
#include "config/Words.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <utility>

namespace hookcast::config {

namespace {

using Kind = JsonValue::Kind;

constexpr const char* kCluster = "cluster";
constexpr const char* kWebhook = "cluster.webhook";
constexpr const char* kRedis = "cluster.redis";
constexpr const char* kClusterBlock = "cluster_redis";
constexpr const char* kEvents = "cluster.events";

Directive directive(std::string_view name, std::vector<std::string> args, const SourceLocation& where) {
    Directive made;
    made.name = name;
    made.args = std::move(args);
    made.location = where;
    made.lastLine = where.line;
    return made;
}

Directive block(std::string_view name, std::vector<std::string> args, const SourceLocation& where) {
    Directive made = directive(name, std::move(args), where);
    made.hasBlock = true;
    return made;
}

std::string defaultListen() {
    const Section* section = findSection("");
    const DirectiveRow* row = section == nullptr ? nullptr : findRow(*section, "listen");
    return row == nullptr ? std::string() : std::string(row->defaultValue);
}

/// Goes through one document.
class Translator {
  public:
    Translator(Findings& findings, LoadOutcome& outcome) : findings_(findings), outcome_(outcome) {}

    void translate(const JsonValue& server, Directive& root);

  private:
    void readCluster(const JsonValue& cluster, Directive& root);
    void readRedis(const JsonValue& redis, Directive& root);
    std::vector<std::string> wordsOf(const JsonValue& value, const std::string& path);
    std::vector<std::string> readEvents(const JsonValue& events);
    bool isSecond(const JsonValue& value, std::set<std::string_view>& names, const std::string& path);
    void list(const JsonValue& value, std::string path, Fate fate, std::string becomes = {});
    void reportLostGuards(const JsonValue& value);
    void reportUnused(const JsonValue& value, const std::string& path);

    // given
    Findings& findings_;
    LoadOutcome& outcome_;
};

void Translator::translate(const JsonValue& server, Directive& root) {
    root.children.push_back(directive("listen", {defaultListen()}, server.location));
    root.children.push_back(directive("daemon", {"off"}, server.location));
    root.children.push_back(directive("srs_log_tank", {"console"}, server.location));
    root.children.push_back(block("vhost", {std::string(kDefaultVhost)}, server.location));
    std::set<std::string_view> names;
    for (const JsonValue& member : server.children) {
        if (isSecond(member, names, base::printable(member.name))) continue;
        if (member.name == kCluster) list(member, kCluster, Fate::Works, "webhook");
        if (member.name != kCluster)
            reportUnused(member, base::printable(member.name));
        else if (member.kind == Kind::Object)
            readCluster(member, root);
        else
            findings_.warning(member.location, "'cluster': expected an object; no events are sent");
    }
    if (!names.contains(kCluster))
        findings_.warning(server.location, fmt::format("no '{}' here: no events are sent", kWebhook));
}

void Translator::readCluster(const JsonValue& cluster, Directive& root) {
    Directive webhook = block("webhook", {}, cluster.location);
    const JsonValue* url = nullptr;
    std::set<std::string_view> names;
    for (const JsonValue& member : cluster.children) {
        const std::string path = fmt::format("{}.{}", kCluster, base::printable(member.name));
        if (isSecond(member, names, path)) continue;
        if (member.name == "webhook") {
            url = &member;
            list(member, path, Fate::Works, "webhook.url");
        } else if (member.name == "events") {
            list(member, path, Fate::Works, "webhook.events");
            std::vector<std::string> events = readEvents(member);
            if (events.empty()) continue;
            webhook.children.push_back(directive("events", std::move(events), member.location));
            webhook.children.back().legacyName = kEvents;
        } else if (member.name == "redis") {
            list(member, path, Fate::Works, kClusterBlock);
            readRedis(member, root);
        } else {
            reportUnused(member, path);
        }
    }
    // What is no string has no text. Whether a text is a URL is looked at where all URLs are.
    if (url == nullptr || !isWritable(url->text)) {
        findings_.warning(url == nullptr ? cluster.location : url->location,
                          fmt::format("'{}': expected a URL; no events are sent", kWebhook));
        return;
    }
    webhook.children.push_back(directive("url", {url->text}, url->location));
    webhook.children.back().legacyName = kWebhook;
    root.children.push_back(std::move(webhook));
}

/// The directives of cluster_redis by their names.
void Translator::readRedis(const JsonValue& redis, Directive& root) {
    if (redis.kind != Kind::Object) {
        findings_.error(redis.location, fmt::format("'{}': expected an object", kRedis));
        return;
    }
    const Section* section = findSection(kClusterBlock);
    Directive made = block(kClusterBlock, {}, redis.location);
    std::set<std::string_view> names;
    for (const JsonValue& member : redis.children) {
        const std::string path = fmt::format("{}.{}", kRedis, base::printable(member.name));
        if (isSecond(member, names, path)) continue;
        if (section == nullptr || findRow(*section, member.name) == nullptr) {
            reportUnused(member, path);
            continue;
        }
        list(member, path, Fate::Works, fmt::format("{}.{}", kClusterBlock, member.name));
        std::vector<std::string> words = wordsOf(member, path);
        if (words.empty()) continue;
        made.children.push_back(directive(member.name, std::move(words), member.location));
        made.children.back().legacyName = path;
    }
    if (!names.contains("enabled"))
        findings_.warning(redis.location,
                          fmt::format("'{}' has no \"enabled\": true, so this server is a node of no cluster", kRedis));
    root.children.push_back(std::move(made));
}

/// A value as a directive has it: one word, or those of an array. Who meant something else is not passed over.
std::vector<std::string> Translator::wordsOf(const JsonValue& value, const std::string& path) {
    std::vector<std::string> words;
    const auto add = [&](const JsonValue& one) {
        std::string word = one.literal.empty() ? one.text : one.literal;
        if (one.kind == Kind::Boolean) word = one.literal == "true" ? "on" : "off";
        if (isWritable(word))
            words.push_back(std::move(word));
        else
            findings_.error(one.location, fmt::format("'{}': expected a text, a number, true or false", path));
    };
    if (value.kind == Kind::Array)
        for (const JsonValue& one : value.children) add(one);
    else
        add(value);
    return words;
}

std::vector<std::string> Translator::readEvents(const JsonValue& events) {
    std::vector<std::string> names;
    if (events.kind != Kind::Array) {
        findings_.warning(events.location, fmt::format("'{}': expected an array; all events are sent", kEvents));
        return names;
    }
    for (const JsonValue& event : events.children) {
        if (event.kind == Kind::String && isWritable(event.text))
            names.push_back(event.text);
        else
            findings_.warning(event.location, fmt::format("'{}': expected the name of an event", kEvents));
    }
    return names;
}

/// Of a name given twice in an object the first counts, as in any configuration.
bool Translator::isSecond(const JsonValue& value, std::set<std::string_view>& names, const std::string& path) {
    if (names.insert(value.name).second) return false;
    list(value, path, Fate::Ignored);
    findings_.warning(value.location,
                      fmt::format("\"{}\" is ignored, the first one counts", base::printable(value.name)));
    return true;
}

/// This kind of file has no hooks: what was to ask about clients would be passed over, and everybody let in.
void Translator::reportLostGuards(const JsonValue& value) {
    const bool saysSomething =
        value.kind == Kind::Boolean || value.kind == Kind::Number || !value.children.empty() || !saysOff(value.text);
    if (looksLikeGuard(value.name) && saysSomething) {
        findings_.error(value.location,
                        fmt::format("\"{}\" is not done in a JSON file, and clients would be let in without it; "
                                    "http_hooks of a file in nginx style asks about them",
                                    base::printable(value.name)));
        return;
    }
    for (const JsonValue& child : value.children) reportLostGuards(child);
}

void Translator::list(const JsonValue& value, std::string path, Fate fate, std::string becomes) {
    outcome_.read.push_back({value.location, std::move(path), {}, fate, std::move(becomes)});
}

void Translator::reportUnused(const JsonValue& value, const std::string& path) {
    reportLostGuards(value);
    list(value, path, Fate::NoEffect);
    findings_.noEffect(value.location, fmt::format("\"{}\" has no effect", base::printable(value.name)));
    if (outcome_.withoutEffect.size() < Findings::kLimit) outcome_.withoutEffect.push_back({value.location, path});
}

} // namespace

bool looksLikeJson(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

bool readJsonConfig(std::string_view text, const std::string& fileName, Directive& root, Findings& findings,
                    LoadOutcome& outcome) {
    const std::optional<JsonValue> document = readJson(text, fileName, findings);
    if (!document) return false;
    if (document->kind != Kind::Object) {
        findings.error(document->location, "expected a JSON object");
        return false;
    }
    Translator(findings, outcome).translate(*document, root);
    return true;
}

} // namespace hookcast::config
