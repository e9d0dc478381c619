#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// What all nodes keep of the events of one webhook, seen from one node. Events come out in the order in which they
/// went in; one node at a time, which holds the right to it, takes them out.
class EventStore {
  public:
    /// How it stands with the events of the node that asks.
    struct Standing {
        std::string birth;         ///< another one than before: all that was there is gone
        std::uint64_t waiting = 0; ///< are there
        std::uint64_t told = 0;    ///< confirmed, since the birth
    };

    struct NumberedEvent {
        std::uint64_t number = 0;
        std::shared_ptr<const std::string> text;
    };

    struct Addition {
        std::string node;
        std::string run;         ///< of the process: numbers rise within one
        std::uint32_t limit = 0; ///< of this node's events
        std::vector<NumberedEvent> events;
    };

    struct AdditionOutcome {
        Standing standing;
        std::uint64_t pushedOut = 0; ///< of this node, the oldest, as it had more than its limit
    };

    enum class Wish : std::uint8_t {
        Look, ///< only tell
        Take, ///< hold the right, or go on holding it
        Leave ///< give it up
    };

    struct EntryName {
        std::string id;
        std::string node;
    };

    struct Turn {
        std::string node;
        std::string holder; ///< as which this process may hold the right
        Wish wish = Wish::Look;
        std::string deadBeat; ///< the right of whoever has held it at this beat is void; empty: everybody lives
        std::size_t most = 0; ///< events to take; 0: none now
        std::vector<EntryName> told;
    };

    struct Entry {
        EntryName name;
        std::string text;
    };

    struct TurnOutcome {
        Standing standing;
        std::string holder;         ///< now; empty: nobody
        std::string beat;           ///< rises with each turn of a holder
        std::uint64_t strange = 0;  ///< entries that were no events, and have been taken out
        std::vector<Entry> entries; ///< the oldest; those that were taken before and not told come first, and alone
    };

    virtual ~EventStore() = default;

    /// Puts events in, unless their numbers say that they are there. Both wait, and throw std::exception when it is not
    /// known whether it has happened: then the same may be asked again.
    virtual AdditionOutcome add(const std::string& webhook, const Addition& addition) = 0;

    /// Takes out what has been told, settles who holds the right, and gives the holder what is next.
    virtual TurnOutcome serve(const std::string& webhook, const Turn& turn) = 0;
};

} // namespace hookcast::cluster
