#pragma once

#include "api-server/Answer.h"
#include "api-server/ParsedBody.h"
#include "api-server/Rule.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::mock {

/// The rules in the order in which they were added: the first that matches and has times left decides. Any thread.
class RuleSet {
  public:
    static constexpr std::size_t kMaxRules = 1000;

    /// The rule's id; ids rise and are never used again. Error: there are kMaxRules already.
    base::Result<std::uint64_t> add(Rule rule);

    /// Changes `answer` as the deciding rule says and uses one of its times; without one the answer stays as it is.
    void apply(const Request& request, const ParsedBody& body, Answer& answer);

    /// `{"rules":[{"id","used",...as parsed}]}`
    std::string json() const;

    /// Puts `rule` in the place of the one with this id; how often that was used is kept. False: there is none.
    bool replace(std::uint64_t id, Rule rule);

    /// False: there is none.
    bool remove(std::uint64_t id);

    /// `ids`: those of all rules, each once, in their new order. False, and nothing happens, when they are not.
    bool reorder(const std::vector<std::uint64_t>& ids);

    /// How many there were.
    std::size_t clear();

  private:
    struct Entry {
        std::uint64_t id;
        std::uint64_t used;
        Rule rule;
    };

    /// Null: there is none.
    Entry* find(std::uint64_t id);

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::uint64_t nextId_ = 1;
};

} // namespace hookcast::mock
