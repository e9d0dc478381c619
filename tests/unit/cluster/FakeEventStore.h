#pragma once

#include "cluster/EventStore.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hookcast::cluster {

/// The events that nodes share, in the test's memory; what Redis does with them is the scripts' own test.
class FakeEvents {
  public:
    EventStore::AdditionOutcome add(const EventStore::Addition& addition) {
        Books& books = books_[addition.node];
        if (std::exchange(books.run, addition.run) != addition.run) books.last = 0;
        for (const EventStore::NumberedEvent& event : addition.events) {
            if (event.number <= books.last) continue;
            books.last = event.number;
            entries_.push_back({{{std::to_string(++lastId_), addition.node}, *event.text}, false});
            added_.push_back(*event.text);
        }
        EventStore::AdditionOutcome outcome;
        while (countOf(addition.node) > addition.limit) {
            entries_.erase(std::ranges::find_if(
                entries_, [&](const Kept& kept) { return kept.entry.name.node == addition.node; }));
            ++outcome.pushedOut;
        }
        outcome.standing = standingOf(addition.node);
        return outcome;
    }

    EventStore::TurnOutcome serve(const EventStore::Turn& turn) {
        for (const EventStore::EntryName& name : turn.told) {
            const auto isIt = [&](const Kept& kept) { return kept.entry.name.id == name.id; };
            if (std::erase_if(entries_, isIt) == 1) ++books_[name.node].told;
        }
        if (turn.wish == EventStore::Wish::Leave && holder_ == turn.holder) holder_.clear();
        const bool isFree = holder_.empty() || holder_ == turn.holder || std::to_string(beat_) == turn.deadBeat;
        EventStore::TurnOutcome outcome;
        if (turn.wish == EventStore::Wish::Take && isFree) {
            holder_ = turn.holder;
            ++beat_;
            outcome.entries = next(turn.most);
        }
        outcome.standing = standingOf(turn.node);
        outcome.holder = holder_;
        outcome.beat = std::to_string(beat_);
        return outcome;
    }

    /// Everything is gone.
    void lose() {
        entries_.clear();
        books_.clear();
        holder_.clear();
        beat_ = 0;
        ++birth_;
    }

    /// As somebody else would put it there.
    void put(const std::string& node, const std::string& text) {
        entries_.push_back({{{std::to_string(++lastId_), node}, text}, false});
    }

    std::size_t size() const { return entries_.size(); }
    const std::string& holder() const { return holder_; }

    /// All that ever came, in order.
    const std::vector<std::string>& added() const { return added_; }

  private:
    struct Kept {
        EventStore::Entry entry;
        bool isTaken = false;
    };
    struct Books {
        std::string run;
        std::uint64_t last = 0;
        std::uint64_t told = 0;
    };

    std::vector<EventStore::Entry> next(std::size_t most) {
        const bool again = std::ranges::any_of(entries_, &Kept::isTaken);
        std::vector<EventStore::Entry> taken;
        for (Kept& kept : entries_) {
            if (taken.size() == most) break;
            if (kept.isTaken != again) continue;
            kept.isTaken = true;
            taken.push_back(kept.entry);
        }
        return taken;
    }

    std::size_t countOf(const std::string& node) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(entries_, [&](const Kept& kept) { return kept.entry.name.node == node; }));
    }

    EventStore::Standing standingOf(const std::string& node) const {
        const auto books = books_.find(node);
        return {std::to_string(birth_), countOf(node), books == books_.end() ? 0 : books->second.told};
    }

    std::deque<Kept> entries_;
    std::map<std::string, Books> books_;
    std::string holder_;
    std::uint64_t beat_ = 0;
    std::uint64_t lastId_ = 0;
    int birth_ = 1;
    std::vector<std::string> added_;
};

/// One node's way to them.
class FakeEventStore final : public EventStore {
  public:
    enum class Mood { Answers, Fails, LosesAnswers };

    explicit FakeEventStore(FakeEvents& events) : events_(events) {}

    AdditionOutcome add(const std::string& /*webhook*/, const Addition& addition) override {
        return tell([&] { return events_.add(addition); });
    }

    TurnOutcome serve(const std::string& /*webhook*/, const Turn& turn) override {
        return tell([&] { return events_.serve(turn); });
    }

    Mood mood = Mood::Answers;
    int calls = 0;

  private:
    template <typename F>
    std::invoke_result_t<F> tell(F ask) {
        ++calls;
        if (mood == Mood::Fails) throw std::runtime_error("nobody there");
        auto outcome = ask();
        if (mood == Mood::LosesAnswers) throw std::runtime_error("no answer");
        return outcome;
    }

    FakeEvents& events_;
};

/// An envelope with as much in it as a test wants to know again.
inline std::string envelopeOf(const std::string& node, std::uint64_t number) {
    return R"({"data":{},"device":"mediaserver","event":"service:pulse","pid":1,"seq":)" + std::to_string(number) +
           R"(,"server":")" + node + R"(","timestamp":1})";
}

} // namespace hookcast::cluster
