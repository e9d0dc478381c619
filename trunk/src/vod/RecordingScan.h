#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "config/Config.h"
#include "files/RecordedFiles.h"
#include "vod/IndexCache.h"
#include "vod/RecordingList.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::vod {

/// Where recordings are, by one configuration. Immutable; any thread.
struct RecordingPlaces {
    struct Place {
        std::string folder;
        std::string ending;

        bool operator==(const Place&) const = default;
    };

    std::shared_ptr<const config::Config> config;
    std::shared_ptr<const files::RecordedFiles> files; ///< whose they are; as for those that are served
    std::vector<Place> places;

    /// `earlier`: those of the configuration before, or null.
    static std::shared_ptr<const RecordingPlaces> of(const std::shared_ptr<const config::Config>& config,
                                                     const RecordingPlaces* earlier);
};

/// Finds recordings on the disk, and keeps what it has read of them as long as the files do not change. There is no
/// database: what somebody moves, copies or deletes is so at the next look. Complete files only: what is being written
/// is called `.tmp`.
///
/// Bounds: kMostEntries of folders are looked at, which the log says when there are more; a folder is looked through
/// again no sooner than kFreshMs, or ten times what it has taken, after the last time.
///
/// On one thread, which may wait for the disk.
class RecordingScan {
  public:
    static constexpr std::size_t kMostEntries = 200'000;
    static constexpr std::int64_t kFreshMs = 1000;

    /// All outlive it.
    RecordingScan(const base::Clock& clock, base::Log& log, IndexCache& cache)
        : clock_(clock), log_(log), cache_(cache) {}

    using IsWanted = std::function<bool(const hooks::StreamKey&)>;

    /// The recordings of the wanted streams of which anything is in `range`, in no order. What cannot be read is left
    /// out, which the log says once a file.
    std::vector<RecordedFilePtr> find(const std::shared_ptr<const RecordingPlaces>& places, const IsWanted& isWanted,
                                      const TimeRange& range);

    /// The one of a stream with this id; null where there is none.
    RecordedFilePtr findFile(const std::shared_ptr<const RecordingPlaces>& places, const hooks::StreamKey& key,
                             const std::string& id);

    /// Out of the cache, or the file.
    base::Result<IndexedFile> indexOf(const RecordedFilePtr& file);

  private:
    /// A file as it was seen, and what was found out about it since.
    struct Seen {
        std::string folder;
        std::string path;
        std::uint64_t sizeBytes = 0;
        std::int64_t changedAtNs = 0;
        std::uint64_t round = 0;                 ///< of looking in which it was last seen
        std::optional<hooks::StreamKey> key;     ///< whose it is; nothing: nobody's
        std::optional<std::int64_t> beganUnixMs; ///< as its path tells
        bool isRead = false;
        RecordedFilePtr file; ///< null: not read, or it cannot be
    };

    static bool mayOverlap(const Seen& seen, const TimeRange& range);
    void refresh(const std::shared_ptr<const RecordingPlaces>& places);
    void look(const RecordingPlaces& places, const RecordingPlaces::Place& place);
    void note(const RecordingPlaces& places, const std::string& folder, const std::string& realPath,
              const std::string& path);
    const RecordedFilePtr& fileOf(Seen& seen);

    // given
    const base::Clock& clock_;
    base::Log& log_;
    IndexCache& cache_;
    // state
    std::shared_ptr<const RecordingPlaces> places_;
    std::map<std::string, Seen> seen_; ///< by the real path
    std::uint64_t round_ = 0;
    std::size_t entries_ = 0; ///< of this round
    bool toldTooMany_ = false;
    std::optional<std::int64_t> freshUntilMs_;
};

} // namespace hookcast::vod
