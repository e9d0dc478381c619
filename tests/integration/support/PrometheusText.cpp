#include "support/PrometheusText.h"

#include "base/Utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <regex>

namespace hookcast::integration {

namespace {

/// What stands between the braces of a sample, and the rest behind them; nothing where an escape or a quote is wrong.
struct Labels {
    std::map<std::string, std::string> values; ///< as they are written
    std::string_view rest;
};

std::optional<Labels> readLabels(std::string_view text) {
    static const std::regex kName("[a-zA-Z_][a-zA-Z0-9_]*");
    Labels labels;
    while (!text.starts_with('}')) {
        const std::size_t equals = text.find("=\"");
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string name(text.substr(0, equals));
        if (!std::regex_match(name, kName) || labels.values.contains(name)) return std::nullopt;
        text.remove_prefix(equals + 2);
        std::size_t end = 0;
        for (; end < text.size() && text[end] != '"'; ++end) {
            if (text[end] != '\\') continue;
            ++end;
            if (end == text.size() || std::string_view("\\\"n").find(text[end]) == std::string_view::npos)
                return std::nullopt;
        }
        if (end >= text.size()) return std::nullopt;
        labels.values[name] = std::string(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (text.starts_with(','))
            text.remove_prefix(1);
        else if (!text.starts_with('}'))
            return std::nullopt;
    }
    labels.rest = text.substr(1);
    return labels;
}

std::string familyOf(const std::string& name, const std::map<std::string, std::string>& types) {
    if (types.contains(name)) return name;
    for (const std::string suffix : {"_bucket", "_sum", "_count"})
        if (name.ends_with(suffix)) {
            const std::string family = name.substr(0, name.size() - suffix.size());
            const auto found = types.find(family);
            if (found != types.end() && found->second == "histogram") return family;
        }
    return {};
}

} // namespace

PrometheusText::PrometheusText(std::string_view page) {
    if (base::toValidUtf8(page) != page) faults.emplace_back("the page is no UTF-8");
    if (page.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos)
        faults.emplace_back("a character that ends lines or texts");
    if (!page.ends_with('\n')) faults.emplace_back("the last line has no end");
    while (!page.empty()) {
        const std::string_view line = page.substr(0, page.find('\n'));
        page.remove_prefix(std::min(page.size(), line.size() + 1));
        if (line.starts_with('#'))
            readComment(line);
        else
            readSample(line);
    }
    for (const auto& [name, count] : helps_)
        if (!types.contains(name)) faults.push_back(name + " has no TYPE");
}

void PrometheusText::readComment(std::string_view line) {
    static const std::regex kComment("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    const std::string text(line);
    std::smatch parts;
    if (!std::regex_match(text, parts, kComment)) return fail(line, "no comment of the format");
    const std::string name = parts[2];
    if (parts[1] == "HELP") {
        if (++helps_[name] > 1) fail(line, "HELP for the second time");
        if (parts[3].str().find('\\') != std::string::npos) fail(line, "an escape");
        return;
    }
    static const std::regex kType("counter|gauge|histogram|summary|untyped");
    const std::string type = parts[3];
    if (!std::regex_match(type, kType)) fail(line, "no type");
    if (!types.emplace(name, type).second) fail(line, "TYPE for the second time");
    if (!helps_.contains(name)) fail(line, "no HELP before it");
    if ((type == "counter") != name.ends_with("_total")) fail(line, "a counter ends in _total, and nothing else does");
}

void PrometheusText::readSample(std::string_view line) {
    static const std::regex kName("[a-zA-Z_:][a-zA-Z0-9_:]*");
    const std::size_t nameEnd = line.find_first_of("{ ");
    const std::string name(line.substr(0, nameEnd));
    if (nameEnd == std::string_view::npos || !std::regex_match(name, kName)) return fail(line, "no name");
    std::string_view rest = line.substr(nameEnd);
    Labels labels;
    if (rest.starts_with('{')) {
        const std::optional<Labels> read = readLabels(rest.substr(1));
        if (!read) return fail(line, "labels that cannot be read");
        labels = *read;
        rest = labels.rest;
    }
    const std::string series(line.substr(0, line.size() - rest.size()));
    const std::string number(rest.substr(std::min<std::size_t>(rest.size(), 1)));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (!rest.starts_with(' ') || number.empty() || *end != '\0') return fail(line, "no number");
    const std::string family = familyOf(name, types);
    if (family.empty()) return fail(line, "no TYPE before it");
    if (family != family_) {
        if (ended_[family]) fail(line, "its family has ended before");
        if (!family_.empty()) ended_[family_] = true;
        family_ = family;
    }
    // The order of labels makes no other series of it.
    std::string identity = name;
    for (const auto& [label, its] : labels.values) identity += fmt::format("|{}={}", label, its);
    static const std::string kSeen = "seen ";
    if (buckets_.contains(kSeen + identity)) fail(line, "the series is there already");
    buckets_[kSeen + identity] = value;
    samples[series] = value;
    if (name.ends_with("_bucket") && labels.values.contains("le")) {
        labels.values.erase("le");
        std::string histogram = name;
        for (const auto& [label, its] : labels.values) histogram += fmt::format("|{}={}", label, its);
        checkBucket(histogram, value);
    }
}

void PrometheusText::checkBucket(const std::string& series, double value) {
    const auto [highest, isFirst] = buckets_.emplace(series, value);
    if (!isFirst && value < highest->second) faults.push_back(series + ": a bucket has less than the one before it");
    highest->second = value;
}

double PrometheusText::value(const std::string& series) const {
    const auto found = samples.find(series);
    return found == samples.end() ? -1 : found->second;
}

void PrometheusText::fail(std::string_view line, std::string_view what) {
    faults.push_back(fmt::format("{}: {}", what, line));
}

} // namespace hookcast::integration
