#pragma once

#include "base/Result.h"
#include "spool/Row.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::spool {

/// What the journal has of one call of the spool's: a new row, that a further URL is asked, that an opening has come to
/// nothing, which none is asked about, a webhook's event, or which of those are a batch.
struct Record {
    std::optional<Row> row;
    std::uint64_t opening = 0; ///< that the row ends, or about which is asked; 0: none
    std::uint32_t asked = 0;
    WebhookRow event; ///< of a webhook; of a batch it is the last one, without a text
};

std::string recordText(const Row& row, std::uint64_t opening);
std::string recordText(std::uint64_t opening, std::uint32_t asked);
std::string recordText(const WebhookRow& event);

/// `text` may be anything.
base::Result<Record> parseRecord(std::string_view text);

/// What it says is added to what the database gets.
void add(Record record, Pending& pending);

} // namespace hookcast::spool
