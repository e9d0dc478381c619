#include "spool/Record.h"

#include "spool/EventText.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>

namespace hookcast::spool {

namespace {

/// Takes the number at the front of `text`, and the blank behind it. The database knows none beyond 63 bits.
std::optional<std::uint64_t> takeNumber(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(' ')) text.remove_prefix(1);
    return number;
}

base::Result<Record> parseWebhookRecord(std::string_view text, bool hasText) {
    const auto seq = takeNumber(text);
    const auto at = takeNumber(text);
    const std::size_t line = hasText ? text.find('\n') : text.size();
    if (!seq || !at || line == std::string_view::npos) return base::Error{"no record"};
    Record record;
    record.event = {*seq, static_cast<std::int64_t>(*at), std::string(text.substr(0, line)), nullptr};
    if (hasText) record.event.text = std::make_shared<const std::string>(text.substr(line + 1));
    return record;
}

} // namespace

/// Numbers, then targets and event, which are JSON on one line.
std::string recordText(const Row& row, std::uint64_t opening) {
    return fmt::format("row {} {} {} {} {} {}\n{}", opening, row.asked, row.seq, static_cast<unsigned>(row.state),
                       row.atUnixMs, row.targets, row.event);
}

std::string recordText(std::uint64_t opening, std::uint32_t asked) {
    return fmt::format("ask {} {} ", opening, asked);
}

/// A batch has no text. The webhook's name is on a line of its own, as it may have blanks.
std::string recordText(const WebhookRow& event) {
    if (event.text == nullptr) return fmt::format("bat {} 0 {}", event.seq, event.webhook);
    return fmt::format("evt {} {} {}\n{}", event.seq, event.atUnixMs, event.webhook, *event.text);
}

base::Result<Record> parseRecord(std::string_view text) {
    constexpr std::size_t kKindLength = 4;
    const base::Error none{"no record"};
    const std::string_view kind = text.substr(0, kKindLength);
    text.remove_prefix(kind.size());
    if (kind == "evt " || kind == "bat ") return parseWebhookRecord(text, kind == "evt ");
    const auto opening = takeNumber(text);
    const auto asked = takeNumber(text);
    if (!opening || !asked || (kind != "row " && kind != "ask ")) return none;
    Record record;
    record.opening = *opening;
    record.asked = static_cast<std::uint32_t>(*asked);
    if (kind == "ask ") return record;
    const auto seq = takeNumber(text);
    const auto state = takeNumber(text);
    const auto at = takeNumber(text);
    const std::size_t line = text.find('\n');
    if (!seq || !state || !at || line == std::string_view::npos) return none;
    if (*state < static_cast<unsigned>(State::Telling) || *state > static_cast<unsigned>(State::Ended)) return none;
    base::Result<hooks::KeptTargets> targets = parseTargets(text.substr(0, line));
    base::Result<hooks::HookEvent> event = parseEvent(text.substr(line + 1));
    if (!targets) return targets.error();
    if (!event) return event.error();
    record.row =
        rowOf(*seq, static_cast<State>(*state), static_cast<std::int64_t>(*at), event.value(), targets.value());
    record.row->asked = record.asked;
    return record;
}

void add(Record record, Pending& pending) {
    Change change;
    if (record.event.text != nullptr) {
        pending.webhooks().add(std::move(record.event));
        return;
    }
    if (record.event.seq != 0) {
        pending.webhooks().mark(record.event.webhook, record.event.seq);
        return;
    }
    if (record.row || record.asked == 0)
        change.state = State::Ended;
    else
        change.asked = record.asked;
    if (record.row) pending.add(std::move(*record.row));
    if (record.opening != 0) pending.change(record.opening, change);
}

} // namespace hookcast::spool
