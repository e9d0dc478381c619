#include "config/ValueReader.h"

#include "config/Addresses.h"
#include "config/Words.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hookcast::config {

namespace {

using base::printable;

bool isDigit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// The number that a word begins with, as atoi and atof see it.
struct NumberPrefix {
    double value = 0;
    bool found = false;
    bool wholeWord = false;
};

NumberPrefix numberPrefix(std::string_view word, bool fraction) {
    std::string_view digits = word;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    const bool pointFirst = fraction && digits.size() > 1 && digits[0] == '.' && isDigit(digits[1]);
    if (digits.empty() || (!isDigit(digits.front()) && !pointFirst)) return {};

    std::size_t length = 0;
    while (length < digits.size() && isDigit(digits[length])) ++length;
    if (fraction && length < digits.size() && digits[length] == '.') {
        ++length;
        while (length < digits.size() && isDigit(digits[length])) ++length;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + length, value, std::chars_format::fixed);
    if (error == std::errc::result_out_of_range) value = std::numeric_limits<double>::max();
    return {negative ? -value : value, true, length == digits.size()};
}

/// By the letter that `word` ends with, if it is digits and one of these.
void multiply(NumberPrefix& prefix, std::string_view word, std::span<const Multiple> multiples) {
    const auto found = std::ranges::find(multiples, static_cast<char>(std::tolower(word.back())), &Multiple::letter);
    word.remove_suffix(1);
    if (found == multiples.end() || !std::ranges::all_of(word, isDigit)) return;
    prefix.value *= found->units;
    prefix.wholeWord = true;
}

std::string boundsText(const DirectiveRow& row) {
    return fmt::format("{} to {}{}{}", row.min, row.max, row.unit.empty() ? "" : " ", row.unit);
}

std::string wordsText(const DirectiveRow& row) {
    std::string text;
    for (const Choice& choice : row.choices) text += fmt::format("{}{}", text.empty() ? "" : ", ", choice.word);
    return text;
}

std::string expectedText(const DirectiveRow& row, const Directive& directive, const std::string& word) {
    return fmt::format("'{}': expected one of {}, found '{}'", directive.writtenName(), wordsText(row),
                       printable(word));
}

/// The value of an enum of three that has this name.
template <typename Enum>
std::optional<Enum> named(const std::string& word) {
    for (const int value : {0, 1, 2})
        if (nameOf(static_cast<Enum>(value)) == word) return static_cast<Enum>(value);
    return std::nullopt;
}

} // namespace

std::int64_t fieldPerUnit(const DirectiveRow& row) {
    return row.unit == "s" || row.unit == "factor" ? 1000 : 1;
}

void ValueReader::read(const DirectiveRow& row, const Directive& directive, Scope scope, Tolerance tolerance) {
    if (directive.args.empty()) return;
    tolerance_ = tolerance;
    std::visit(
        [&](const auto& field) {
            using FieldType = std::decay_t<decltype(field)>;
            if constexpr (std::is_same_v<FieldType, ChoiceField>)
                storeChoice(row, directive, field, scope);
            else if constexpr (!std::is_same_v<FieldType, std::monostate>)
                store(row, directive, field(scope));
        },
        row.field);
}

void ValueReader::store(const DirectiveRow& row, const Directive& directive, bool& value) {
    const std::string& word = directive.args.front();
    value = row.type == ValueType::OnSwitch ? word != "off" : word == "on";
    if (word == "on" || word == "off") return;
    if (tolerance_ == Tolerance::None) {
        findings_.error(directive.location, fmt::format("'{}': '{}' is neither on nor off; write on or off",
                                                        directive.writtenName(), printable(word)));
        return;
    }
    findings_.warning(directive.location, fmt::format("'{}': '{}' is neither on nor off, taken as {}",
                                                      directive.writtenName(), printable(word), value ? "on" : "off"));
}

void ValueReader::store(const DirectiveRow& row, const Directive& directive, std::uint32_t& value) {
    if (const std::optional<double> read = number(row, directive)) value = static_cast<std::uint32_t>(*read);
}

void ValueReader::store(const DirectiveRow& row, const Directive& directive, std::int64_t& valueMs) {
    const std::optional<double> read = number(row, directive);
    if (read) valueMs = std::llround(*read * static_cast<double>(fieldPerUnit(row)));
}

void ValueReader::store(const DirectiveRow&, const Directive& directive, std::string& value) {
    if (checkWritable(directive, directive.args.front())) value = directive.args.front();
}

void ValueReader::store(const DirectiveRow& row, const Directive& directive, std::vector<std::string>& values) {
    values.clear();
    for (const std::string& word : directive.args)
        if (checkWritable(directive, word) && checkChoice(row, directive, word)) values.push_back(word);
}

/// Adds to what earlier directives said.
void ValueReader::store(const DirectiveRow&, const Directive& directive,
                        std::vector<std::vector<std::string>>& values) {
    const auto isRight = [&](const std::string& word) { return checkWritable(directive, word); };
    if (std::ranges::all_of(directive.args, isRight)) values.push_back(directive.args);
}

/// Likewise.
void ValueReader::store(const DirectiveRow&, const Directive& directive,
                        std::vector<std::pair<std::string, std::string>>& values) {
    const auto isRight = [&](const std::string& word) { return checkWritable(directive, word); };
    if (directive.args.size() == 2 && std::ranges::all_of(directive.args, isRight)) // else the check has said so
        values.emplace_back(directive.args.front(), directive.args.back());
}

void ValueReader::store(const DirectiveRow& row, const Directive& directive, std::vector<Protocol>& values) {
    values.clear();
    for (const std::string& word : directive.args) {
        const std::optional<Protocol> protocol = protocolNamed(word);
        if (checkChoice(row, directive, word) && protocol) values.push_back(*protocol);
    }
}

void ValueReader::store(const DirectiveRow&, const Directive& directive, std::vector<ListenAddress>& values) {
    values.clear();
    for (const std::string& word : directive.args) {
        base::Result<ListenAddress> parsed = parseListenAddress(word);
        if (!parsed) {
            findings_.error(directive.location, fmt::format("'{}': '{}': {}", directive.writtenName(), printable(word),
                                                            parsed.error().message));
            continue;
        }
        ListenAddress address = parsed.take();
        address.directive = fmt::format("{} {}", directive.name, word);
        address.where = directive.location;
        const auto same = [&address](const ListenAddress& other) {
            return other.host == address.host && other.port == address.port;
        };
        if (std::ranges::any_of(values, same))
            findings_.warning(directive.location,
                              fmt::format("'{}': {} stands here twice", directive.writtenName(), word));
        else
            values.push_back(std::move(address));
    }
}

/// `off` is none, where some are the default.
void ValueReader::store(const DirectiveRow& row, const Directive& directive, std::vector<base::IpNetwork>& values) {
    values.clear();
    if (!row.defaultValue.empty() && directive.args == std::vector<std::string>{"off"}) return;
    for (const std::string& word : directive.args)
        if (auto read = network(directive, word)) values.push_back(*read);
}

/// Adds to what earlier directives said.
void ValueReader::store(const DirectiveRow&, const Directive& directive, std::vector<AddressRule>& values) {
    if (directive.args.size() != 2) return; // the check has said so
    const std::string& word = directive.args.front();
    for (const StreamUse use : {StreamUse::Publish, StreamUse::Play}) {
        if (word != nameOf(use)) continue;
        if (auto read = network(directive, directive.args.back())) values.push_back({use, *read});
        return;
    }
    findings_.error(directive.location, fmt::format("'{}': expected publish or play, found '{}'",
                                                    directive.writtenName(), printable(word)));
}

/// Adds to what earlier directives said.
void ValueReader::store(const DirectiveRow&, const Directive& directive, std::vector<FailureRule>& values) {
    if (directive.args.size() > 2) return; // the check has said so
    FailureRule rule;
    if (directive.args.size() == 2) {
        rule.opening = named<Opening>(directive.args.front());
        if (!rule.opening) {
            findings_.error(directive.location,
                            fmt::format("'{}': expected connect, publish or play, found '{}'", directive.writtenName(),
                                        printable(directive.args.front())));
            return;
        }
    }
    const std::optional<OnFailure> choice = named<OnFailure>(directive.args.back());
    if (!choice) {
        findings_.error(directive.location, fmt::format("'{}': expected reject, allow or last, found '{}'",
                                                        directive.writtenName(), printable(directive.args.back())));
        return;
    }
    rule.choice = *choice;
    if (std::ranges::count(values, rule.opening, &FailureRule::opening) > 0)
        findings_.error(directive.location,
                        fmt::format("'{}' stands here twice for the same", directive.writtenName()));
    else
        values.push_back(rule);
}

std::optional<base::IpNetwork> ValueReader::network(const Directive& directive, const std::string& word) {
    base::Result<base::IpNetwork> parsed = base::IpNetwork::parse(word);
    if (parsed) return parsed.take();
    findings_.error(directive.location,
                    fmt::format("'{}': '{}': {}", directive.writtenName(), printable(word), parsed.error().message));
    return std::nullopt;
}

void ValueReader::storeChoice(const DirectiveRow& row, const Directive& directive, const ChoiceField& field,
                              Scope scope) {
    const std::string& word = directive.args.front();
    const auto found = std::ranges::find(row.choices, word, &Choice::word);
    if (found != row.choices.end()) {
        field.set(scope, found->value);
        return;
    }
    if (row.otherIsError) {
        checkChoice(row, directive, word);
        return;
    }
    field.set(scope, row.otherChoice);
    const auto taken = std::ranges::find(row.choices, row.otherChoice, &Choice::value);
    findings_.warning(directive.location,
                      fmt::format("{}; taken as {}, as SRS does", expectedText(row, directive, word), taken->word));
}

std::optional<double> ValueReader::number(const DirectiveRow& row, const Directive& directive) {
    const std::string& word = directive.args.front();
    NumberPrefix prefix = numberPrefix(word, row.type == ValueType::Decimal);
    if (prefix.found && !prefix.wholeWord) multiply(prefix, word, row.multiples);
    if (!prefix.found) {
        const std::string message = fmt::format("'{}': '{}' is not a number, expected {}", directive.writtenName(),
                                                printable(word), boundsText(row));
        if (row.outOfBounds == OutOfBounds::IsError || tolerance_ == Tolerance::None)
            findings_.error(directive.location, message);
        else
            findings_.warning(directive.location, message + "; the default applies");
        return std::nullopt;
    }
    if (!prefix.wholeWord) {
        const std::string message =
            fmt::format("'{}': '{}' is not a plain number", directive.writtenName(), printable(word));
        if (tolerance_ == Tolerance::None)
            findings_.error(directive.location, fmt::format("{}, expected {}", message, boundsText(row)));
        else
            findings_.warning(directive.location, fmt::format("{}, only {} is read", message, prefix.value));
    }
    return withinBounds(row, directive, prefix.value);
}

double ValueReader::withinBounds(const DirectiveRow& row, const Directive& directive, double value) {
    const double clamped = std::clamp(value, row.min, row.max);
    if (clamped == value) return value;
    const std::string message = fmt::format("'{}': {} is out of bounds, expected {}", directive.writtenName(),
                                            printable(directive.args.front()), boundsText(row));
    if (row.outOfBounds == OutOfBounds::IsError)
        findings_.error(directive.location, message);
    else
        findings_.warning(directive.location, fmt::format("{}; taken as {}", message, clamped));
    return clamped;
}

bool ValueReader::checkChoice(const DirectiveRow& row, const Directive& directive, const std::string& word) {
    if (row.choices.empty() || std::ranges::find(row.choices, word, &Choice::word) != row.choices.end()) return true;
    findings_.error(directive.location, expectedText(row, directive, word));
    return false;
}

bool ValueReader::checkWritable(const Directive& directive, const std::string& word) {
    if (isWritable(word)) return true;
    findings_.error(directive.location, fmt::format("'{}': a value with blanks and both kinds of quotes, or with a NUL "
                                                    "byte, has no place in a configuration",
                                                    directive.writtenName()));
    return false;
}

} // namespace hookcast::config
