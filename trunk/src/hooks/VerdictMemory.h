#pragma once

#include "hooks/AnswerData.h"
#include "hooks/HookEvent.h"
#include "hooks/Judgement.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hookcast::hooks {

/// What a verdict is about: the same for whoever asks the same again. Of tokens and passwords there is a digest alone.
struct VerdictKey {
    std::string url;
    std::string vhost;
    std::string ip;
    std::string stream;   ///< a digest of application and stream
    std::string question; ///< a digest of all of it
};

/// Of `event`, an opening, as `url` is asked about it.
VerdictKey verdictKeyOf(const std::string& url, const HookEvent& event);

/// As in VerdictKey.
std::string streamDigest(std::string_view app, std::string_view stream);

/// What a backend has said about an opening.
struct KeptVerdict {
    Judgement judged;
    std::string forClient; ///< what the backend wants a client to read that it refuses
    AnswerData data;       ///< what it says beside yes

    /// The digest of the stream that the yes has named in place of that in the key; empty where it has named none.
    std::string otherStream{};
};

/// Which verdicts are meant: those of which all that is set is true.
struct VerdictFilter {
    std::optional<std::string> vhost = {};
    std::optional<std::string> stream =
        {};                         ///< as in VerdictKey, see streamDigest(), or by the name that a yes has given
    std::set<std::string> ips = {}; ///< any of them; none: of all

    bool matches(const VerdictKey& key, const KeptVerdict& verdict) const;
};

/// Verdicts of backends, each for its time, so many of each URL; the one that was wanted longest ago makes room. Times
/// are monotonic. Any thread.
class VerdictMemory {
  public:
    std::optional<KeptVerdict> find(const VerdictKey& key, std::int64_t nowMs);

    /// Changes when something is forgotten.
    std::uint64_t generation() const;

    /// `most`: so many of this URL. Does nothing where something has been forgotten since `generation`, as it is not
    /// known whether this belongs to it.
    void keep(const VerdictKey& key, KeptVerdict verdict, std::int64_t untilMs, std::size_t most,
              std::uint64_t generation);

    /// Returns how many.
    std::size_t forget(const VerdictFilter& filter);

    std::size_t size() const;

  private:
    struct Entry {
        VerdictKey key;
        KeptVerdict verdict;
        std::int64_t untilMs = 0;
    };
    /// The one that was wanted last comes first.
    using Entries = std::list<Entry>;

    /// Of one URL and vhost.
    struct Shelf {
        Entries entries;
        std::unordered_map<std::string_view, Entries::iterator> byQuestion; ///< the text is the entry's own
    };

    static void erase(Shelf& shelf, Entries::iterator entry);

    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Shelf> shelves_; ///< by vhost and URL; none is empty
    std::uint64_t generation_ = 0;
};

} // namespace hookcast::hooks
