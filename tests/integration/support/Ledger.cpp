#include "support/Ledger.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <map>
#include <optional>

namespace hookcast::integration {

namespace {

const std::string kDone = "notify done";

/// What opens something, and what closes it again.
const std::map<std::string, std::string> kClosings = {{"on_connect", "on_close"},
                                                      {"on_publish", "on_unpublish"},
                                                      {"on_play", "on_stop"},
                                                      {"notify publish", kDone},
                                                      {"notify play", kDone}};

/// One client's calls, in the order in which the backend got them.
class Session {
  public:
    void add(const HookCall& call) {
        const std::string action = call.action();
        story_.push_back(fmt::format("{}{}", action, call.admits() ? "" : " (refused)"));
        if (kClosings.contains(action))
            open(call, action);
        else if (action != "notify connect")
            close(action);
    }

    void addTo(Ledger& ledger) {
        for (const std::string& action : open_) complain(action + " is never closed");
        ++ledger.sessions;
        ledger.admitted += admitted_;
        ledger.refused += refused_;
        ledger.closed += closed_;
        if (mistake_) ledger.mistakes.push_back(fmt::format("{}: {}", *mistake_, fmt::join(story_, ", ")));
    }

  private:
    void open(const HookCall& call, const std::string& action) {
        if (ended_) complain(action + " after the connection's end");
        if (!call.admits()) {
            ++refused_;
            return;
        }
        ++admitted_;
        open_.push_back(action);
    }

    void close(const std::string& action) {
        ++closed_;
        if (open_.empty() || kClosings.at(open_.back()) != action) {
            complain(action + " does not end what was opened last");
            return;
        }
        open_.pop_back();
        if (action == "on_close") ended_ = true;
    }

    void complain(const std::string& mistake) {
        if (!mistake_) mistake_ = mistake;
    }

    std::vector<std::string> open_; ///< from the first to the last
    std::vector<std::string> story_;
    std::optional<std::string> mistake_;
    std::size_t admitted_ = 0;
    std::size_t refused_ = 0;
    std::size_t closed_ = 0;
    bool ended_ = false;
};

} // namespace

Ledger settle(const HookCalls& calls) {
    std::map<std::string, Session> sessions;
    for (const HookCall& call : calls) {
        const bool isForm = call.has("call");
        sessions[isForm ? "notify " + call.text("clientid") : std::to_string(call.number("client_id"))].add(call);
    }
    Ledger ledger;
    for (auto& [client, session] : sessions) session.addTo(ledger);
    return ledger;
}

void expectBalance(const HookCalls& calls) {
    const Ledger ledger = settle(calls);
    EXPECT_THAT(ledger.mistakes, testing::IsEmpty());
    EXPECT_EQ(ledger.admitted, ledger.closed);
}

} // namespace hookcast::integration
