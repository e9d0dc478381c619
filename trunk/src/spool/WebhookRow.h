#pragma once

#include "hooks/Spool.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace hookcast::spool {

/// The system's clock was set. What was stamped before is stamped anew, so that it is neither older nor younger for it.
struct ClockStep {
    std::int64_t nowUnixMs = 0;
    std::int64_t byMs = 0;

    bool isBefore(std::int64_t stampMs) const { return byMs > 0 ? stampMs <= nowUnixMs - byMs : stampMs > nowUnixMs; }
};

/// An event that a webhook's backend has not confirmed.
struct WebhookRow {
    hooks::SpoolNumber seq = 0;
    std::int64_t atUnixMs = 0;
    std::string webhook; ///< which one's: its URL, and more where several have it
    std::shared_ptr<const std::string> text;
};

/// What the database does not know yet of the events of webhooks. Not for several threads.
class WebhookPending {
  public:
    void add(WebhookRow row);

    /// It has been told, or given up.
    void remove(hooks::SpoolNumber seq);

    /// Events up to `last` are one batch, which has been sent.
    void mark(const std::string& webhook, hooks::SpoolNumber last) { batches_[webhook] = last; }

    /// What came later goes on top.
    void append(WebhookPending later);

    void follow(const ClockStep& step);

    bool isEmpty() const { return rows_.empty() && removed_.empty() && batches_.empty(); }
    const std::map<hooks::SpoolNumber, WebhookRow>& rows() const { return rows_; }
    const std::set<hooks::SpoolNumber>& removed() const { return removed_; }
    const std::map<std::string, hooks::SpoolNumber>& batches() const { return batches_; }

  private:
    std::map<hooks::SpoolNumber, WebhookRow> rows_;
    std::set<hooks::SpoolNumber> removed_; ///< of rows that are not here
    std::map<std::string, hooks::SpoolNumber> batches_;
};

} // namespace hookcast::spool
