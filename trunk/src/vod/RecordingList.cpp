#include "vod/RecordingList.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

namespace hookcast::vod {

base::Result<files::ServedFile> RecordedFile::open() const {
    auto file = files::ServedFile::open(folder, path);
    if (file && fileIdOf(file.value().realPath(), file.value().sizeBytes(), file.value().changedAtUnixS()) != id)
        return base::Error{"the file has changed"};
    return file;
}

/// The last one to begin is not always the last one to end.
std::int64_t RecordedRange::toUnixMs() const {
    std::int64_t latest = files.front()->endedUnixMs();
    for (const RecordedFilePtr& file : files) latest = std::max(latest, file->endedUnixMs());
    return latest;
}

std::int64_t RecordedRange::durationMs() const {
    std::int64_t sum = 0;
    for (const RecordedFilePtr& file : files) sum += file->durationMs;
    return sum;
}

std::uint64_t RecordedRange::sizeBytes() const {
    std::uint64_t sum = 0;
    for (const RecordedFilePtr& file : files) sum += file->sizeBytes;
    return sum;
}

std::vector<RecordedRange> rangesOf(std::vector<RecordedFilePtr> files) {
    const auto orderOf = [](const RecordedFilePtr& file) {
        // Of two that were begun at once the later one has a number, and so the longer name.
        return std::tuple(std::tie(file->key, file->beganUnixMs, file->folder), file->path.size(),
                          std::string_view(file->path));
    };
    std::ranges::sort(files,
                      [&](const RecordedFilePtr& a, const RecordedFilePtr& b) { return orderOf(a) < orderOf(b); });
    std::vector<RecordedRange> ranges;
    std::int64_t endMs = 0; ///< of the newest one
    for (RecordedFilePtr& file : files) {
        const bool follows = !ranges.empty() && ranges.back().files.back()->key == file->key &&
                             file->beganUnixMs - endMs <= kLongestJoinMs;
        if (!follows) ranges.emplace_back();
        endMs = follows ? std::max(endMs, file->endedUnixMs()) : file->endedUnixMs();
        ranges.back().files.push_back(std::move(file));
    }
    return ranges;
}

std::string fileIdOf(const std::string& realPath, std::uint64_t sizeBytes, std::int64_t changedAtUnixS) {
    constexpr std::size_t kIdBytes = 8;
    const std::string text = fmt::format("{} {} {}", sizeBytes, changedAtUnixS, realPath);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string id;
    for (std::size_t i = 0; i < kIdBytes; ++i) id += fmt::format("{:02x}", digest[i]);
    return id;
}

} // namespace hookcast::vod
