#include "vod/RecordingScan.h"

#include "config/RecordingPattern.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace hookcast::vod {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLogName = "recordings";
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerS = 1'000'000'000;

bool isHidden(const fs::path& path) {
    return path.filename().native().starts_with('.');
}

} // namespace

std::shared_ptr<const RecordingPlaces> RecordingPlaces::of(const std::shared_ptr<const config::Config>& config,
                                                           const RecordingPlaces* earlier) {
    auto places = std::make_shared<RecordingPlaces>();
    places->config = config;
    places->files =
        std::make_shared<const files::RecordedFiles>(*config, earlier == nullptr ? nullptr : earlier->files.get());
    for (const auto& vhost : config->vhosts) {
        if (!vhost->mayHaveRecordings()) continue;
        const config::RecordingPattern pattern(vhost->dvr.path, vhost->name, vhost->dvr.timeZone);
        if (!pattern.namesStreams()) continue;
        Place place{pattern.folder(), pattern.ending()};
        if (std::ranges::find(places->places, place) == places->places.end())
            places->places.push_back(std::move(place));
    }
    return places;
}

std::vector<RecordedFilePtr> RecordingScan::find(const std::shared_ptr<const RecordingPlaces>& places,
                                                 const IsWanted& isWanted, const TimeRange& range) {
    refresh(places);
    std::vector<RecordedFilePtr> found;
    for (auto& [realPath, seen] : seen_) {
        if (!seen.key || !isWanted(*seen.key)) continue;
        if (!mayOverlap(seen, range)) continue;
        const RecordedFilePtr& file = fileOf(seen);
        if (file != nullptr && range.overlaps(file->beganUnixMs, file->endedUnixMs())) found.push_back(file);
    }
    return found;
}

/// False for what begins behind the range, or was last written before it: that has not to be read.
bool RecordingScan::mayOverlap(const Seen& seen, const TimeRange& range) {
    if (range.toUnixMs && seen.beganUnixMs && *seen.beganUnixMs >= *range.toUnixMs) return false;
    constexpr std::int64_t kToleranceMs = 60'000;
    return !range.fromUnixMs || seen.changedAtNs / kNsPerMs + kToleranceMs >= *range.fromUnixMs;
}

RecordedFilePtr RecordingScan::findFile(const std::shared_ptr<const RecordingPlaces>& places,
                                        const hooks::StreamKey& key, const std::string& id) {
    const auto search = [&]() -> RecordedFilePtr {
        for (const auto& [realPath, seen] : seen_)
            if (seen.file != nullptr && seen.file->id == id && seen.file->key == key) return seen.file;
        return nullptr;
    };
    // Who asks has a playlist, which has been made of what was seen.
    if (places_ == places)
        if (RecordedFilePtr file = search()) return file;
    find(places, [&key](const hooks::StreamKey& other) { return other == key; }, {});
    return search();
}

void RecordingScan::refresh(const std::shared_ptr<const RecordingPlaces>& places) {
    const std::int64_t beganMs = clock_.monotonicMs();
    if (places_ == places && freshUntilMs_ && beganMs < *freshUntilMs_) return;
    // Whose a file is may be another matter by another configuration.
    if (places_ != places) seen_.clear();
    places_ = places;
    ++round_;
    entries_ = 0;
    for (const RecordingPlaces::Place& place : places->places) look(*places, place);
    std::erase_if(seen_, [this](const auto& entry) { return entry.second.round != round_; });
    const std::int64_t endedMs = clock_.monotonicMs();
    freshUntilMs_ = endedMs + std::max(kFreshMs, 10 * (endedMs - beganMs));
}

void RecordingScan::look(const RecordingPlaces& places, const RecordingPlaces::Place& place) {
    std::error_code error;
    std::string real = config::realPathOf(place.folder);
    if (!real.ends_with('/')) real += '/';
    fs::recursive_directory_iterator entry(real, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (++entries_ > kMostEntries) {
            if (!std::exchange(toldTooMany_, true))
                log_.warn(kLogName, "'{}' has more than {} entries: not all recordings are found",
                          base::printable(place.folder), kMostEntries);
            return;
        }
        if (isHidden(entry->path())) {
            entry.disable_recursion_pending();
            continue;
        }
        const std::string& path = entry->path().native();
        std::error_code ignored;
        if (!path.ends_with(place.ending) || entry->is_symlink(ignored) || !entry->is_regular_file(ignored)) continue;
        note(places, place.folder, path, path.substr(real.size()));
    }
}

void RecordingScan::note(const RecordingPlaces& places, const std::string& folder, const std::string& realPath,
                         const std::string& path) {
    struct stat status {};
    if (::stat(realPath.c_str(), &status) != 0) return;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::int64_t changedAtNs = status.st_mtim.tv_sec * kNsPerS + status.st_mtim.tv_nsec;
    Seen& seen = seen_[realPath];
    const bool isNew = seen.round == 0;
    seen.round = round_;
    if (!isNew && seen.sizeBytes == size && seen.changedAtNs == changedAtNs) return;
    seen.isRead = false;
    seen.file.reset();
    seen.sizeBytes = size;
    seen.changedAtNs = changedAtNs;
    if (!isNew) return;
    seen.folder = folder;
    seen.path = path;
    const auto claim = places.files->find(realPath);
    if (!claim || claim->vhost == nullptr) return;
    seen.key = hooks::StreamKey{claim->vhost->name, claim->stream.app, claim->stream.name};
    seen.beganUnixMs = claim->beganUnixMs;
}

const RecordedFilePtr& RecordingScan::fileOf(Seen& seen) {
    if (seen.isRead) return seen.file;
    seen.isRead = true;
    const auto opened = files::ServedFile::open(seen.folder, seen.path);
    const auto length =
        opened ? readerFor(seen.path).length(opened.value()) : base::Result<MediaLength>(opened.error());
    if (!length) {
        log_.warn(kLogName, "a recording of '{}' cannot be read: {}", base::printable(seen.key->text()),
                  length.error().message);
        return seen.file;
    }
    RecordedFile file;
    file.key = *seen.key;
    file.folder = seen.folder;
    file.path = seen.path;
    file.id = fileIdOf(opened.value().realPath(), opened.value().sizeBytes(), opened.value().changedAtUnixS());
    file.durationMs = length.value().durationMs;
    file.beganUnixMs = seen.beganUnixMs.value_or(seen.changedAtNs / kNsPerMs - file.durationMs);
    file.sizeBytes = opened.value().sizeBytes();
    seen.file = std::make_shared<const RecordedFile>(std::move(file));
    return seen.file;
}

base::Result<IndexedFile> RecordingScan::indexOf(const RecordedFilePtr& file) {
    if (auto known = cache_.find(file->key, file->id)) return *known;
    const auto opened = file->open();
    if (!opened) return opened.error();
    auto made = readerFor(file->path).index(opened.value());
    if (!made) return made.error();
    IndexedFile indexed{file, std::make_shared<const MediaIndex>(made.take())};
    cache_.put(indexed);
    return indexed;
}

} // namespace hookcast::vod
