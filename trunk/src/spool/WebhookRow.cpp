#include "spool/WebhookRow.h"

#include <utility>

namespace hookcast::spool {

void WebhookPending::add(WebhookRow row) {
    const hooks::SpoolNumber seq = row.seq;
    rows_.insert_or_assign(rows_.end(), seq, std::move(row));
}

void WebhookPending::remove(hooks::SpoolNumber seq) {
    if (rows_.erase(seq) == 0) removed_.insert(seq);
}

void WebhookPending::follow(const ClockStep& step) {
    for (auto& [seq, row] : rows_)
        if (step.isBefore(row.atUnixMs)) row.atUnixMs += step.byMs;
}

void WebhookPending::append(WebhookPending later) {
    rows_.merge(later.rows_);
    for (const hooks::SpoolNumber seq : later.removed_) remove(seq);
    for (const auto& [webhook, last] : later.batches_) mark(webhook, last);
}

} // namespace hookcast::spool
