#pragma once

#include "hooks/Spool.h"
#include "spool/WebhookRow.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::spool {

/// What is to become of a kept event. The values stand in databases: those up to Owed are still to be told, those
/// from Told on are history.
enum class State : std::uint8_t {
    Telling = 1, ///< by this process
    Owed = 2,    ///< to be told when it is due
    Open = 3,    ///< an opening whose end has to be told
    Told = 4,
    Lost = 5,
    Ended = 6, ///< an opening whose end stands in a row of its own, or that came to nothing
};

std::string_view nameOf(State state);

/// A kept event.
struct Row {
    std::uint64_t seq = 0;
    State state = State::Open;
    std::int64_t atUnixMs = 0;
    std::string id;
    std::string client;
    std::uint64_t clientNumber = 0;
    std::string action;
    std::string vhost;
    std::string app;
    std::string stream;
    std::string url; ///< of the target that is next
    std::uint32_t next = 0;
    std::uint32_t asked = 0; ///< of an opening: so many URLs may have said yes
    std::uint32_t attempts = 0;
    hooks::Progress progress; ///< of an opening
    std::string event;        ///< see eventText()
    std::string targets;      ///< see targetsText()
};

Row rowOf(std::uint64_t seq, State state, std::int64_t atUnixMs, const hooks::HookEvent& event,
          const hooks::KeptTargets& targets);

/// What is new about a row that stands in the database.
struct Change {
    std::optional<State> state;
    std::optional<std::uint32_t> asked;
    std::optional<hooks::Progress> progress;
    struct Next {
        std::uint32_t next = 0;
        std::string url;
        std::uint32_t attempts = 0;
    };
    std::optional<Next> next;
};

/// What the database does not have yet. Several changes of one row are one. Those of webhooks are bounded by their
/// queues. Not for several threads.
class Pending {
  public:
    void add(Row row);
    void change(std::uint64_t seq, const Change& change);

    /// What came later goes on top.
    void append(Pending later);

    /// Rows of a database that cannot be written: they are told from here until it can.
    void adopt(std::vector<Row> rows);
    bool isAdopted(std::uint64_t seq) const { return adopted_.contains(seq); }

    /// Rows that the database need not have, as nobody has to be told of them any more, and there is no history.
    void eraseHistory();

    /// There is no database, nor will be: changes of what is not here mean nothing.
    void eraseChanges() { changes_.clear(); }

    void follow(const ClockStep& step);

    /// Takes rows out, the oldest first, history before what is owed, until there are no more than `most`; how many
    /// were owed, and stand nowhere else.
    std::size_t shrinkTo(std::size_t most);

    /// As hooks::Spool::readOwed().
    std::vector<Row> owed(const std::string& url, std::size_t most) const;
    std::map<std::string, std::size_t> owedUrls() const;

    bool isEmpty() const { return rows_.empty() && changes_.empty() && webhooks_.isEmpty(); }

    /// How many events.
    std::size_t size() const { return rows_.size() + webhooks_.rows().size(); }

    WebhookPending& webhooks() { return webhooks_; }
    const WebhookPending& webhooks() const { return webhooks_; }
    const std::map<std::uint64_t, Row>& rows() const { return rows_; }
    const std::map<std::uint64_t, Change>& changes() const { return changes_; }

  private:
    std::map<std::uint64_t, Row> rows_;
    std::set<std::uint64_t> adopted_;         ///< of those rows
    std::map<std::uint64_t, Change> changes_; ///< of rows that are not here
    WebhookPending webhooks_;
};

} // namespace hookcast::spool
