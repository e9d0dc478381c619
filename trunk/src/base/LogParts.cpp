#include "base/LogParts.h"

#include "base/JsonWriter.h"
#include "base/Log.h"
#include "base/Overloaded.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::base {

namespace {

/// What needs no quotes: one word that nobody takes for the end of another one.
bool isWord(std::string_view printed) {
    return !printed.empty() && printed.find_first_of(" \\") == std::string_view::npos;
}

std::string shown(const std::string& text) {
    // Four for each byte that is escaped: it was cut before.
    const std::string printed = printable(text, text.size());
    return isWord(printed) ? printed : '"' + printed + '"';
}

} // namespace

LogParts& LogParts::add(std::string_view name, std::string_view text, std::size_t maxBytes) {
    std::string kept(text.substr(0, maxBytes));
    if (kept.size() < text.size()) kept += "...";
    parts_.emplace_back(name, std::move(kept));
    return *this;
}

std::string LogParts::text() const {
    std::string line;
    for (const auto& [name, value] : parts_) {
        if (!line.empty()) line += ' ';
        line += name + '=';
        line += std::visit(Overloaded{[](const std::string& text) { return shown(text); },
                                      [](std::int64_t number) { return std::to_string(number); }},
                           value);
    }
    return line;
}

std::string LogParts::jsonMembers() const {
    if (parts_.empty()) return {};
    JsonWriter json;
    json.beginObject();
    for (const auto& [name, value] : parts_) {
        json.key(name);
        std::visit([&json](const auto& its) { json.value(its); }, value);
    }
    json.endObject();
    const std::string object = json.take();
    return object.substr(1, object.size() - 2);
}

} // namespace hookcast::base
