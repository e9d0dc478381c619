#pragma once

#include "base/Result.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// One field of what the nodes of a cluster share. An empty value: there is none.
struct Field {
    std::string name;
    std::string value;

    bool operator==(const Field&) const = default;
};

/// Something that happens as a whole or not at all: all of `writes`, if every one of `conditions` is the case then.
struct Change {
    std::vector<Field> conditions;
    std::vector<Field> writes;
};

/// One conversation with the state: the changes, one after another, and then the news since `revision`.
struct Exchange {
    std::vector<Change> changes;
    std::uint64_t revision = 0; ///< of the newest news that is known; 0: nothing is
};

/// What came of it.
struct Outcome {
    std::vector<bool> applied; ///< of each change
    std::vector<Field> news;   ///< fields that have changed since, these changes among them
    std::uint64_t revision = 0;
    std::string history; ///< another one for each server that has answered, and each memory that it has lost
    /// What was known before need not have happened: another server answers, or this one has lost its memory; or too
    /// much has happened since. No change has been applied then, as none was meant for it, and the news are all that
    /// there is, whatever revision was asked for. So it is, too, of the first exchange.
    bool isNewHistory = false;
    bool isComplete = false;       ///< the news are all that there is: what is not among them is not there any more
    std::int64_t serverUnixMs = 0; ///< the state's clock, now; 0: it does not tell this time

    /// Of `applied`, so many from `first` on, as far as there are: an exchange has changes of several askers.
    std::vector<bool> appliedFrom(std::size_t first, std::size_t count) const {
        const std::size_t begin = std::min(first, applied.size());
        const std::size_t end = begin + std::min(count, applied.size() - begin);
        return {applied.begin() + static_cast<std::ptrdiff_t>(begin),
                applied.begin() + static_cast<std::ptrdiff_t>(end)};
    }
};

/// Fields that all nodes of a cluster read and write: the seam between what they agree on and the engine that keeps it.
class SharedState {
  public:
    using OnOutcome = std::function<void(const base::Result<Outcome>&)>;

    virtual ~SharedState() = default;

    /// Does not block. `onOutcome` is called once, on any thread; where it is told of an error, the changes may have
    /// happened or not. One at a time.
    virtual void exchange(Exchange exchange, OnOutcome onOutcome) = 0;
};

} // namespace hookcast::cluster
