#include "vod/IndexCache.h"

#include <algorithm>
#include <utility>

namespace hookcast::vod {

std::optional<IndexedFile> IndexCache::find(const hooks::StreamKey& key, const std::string& fileId) {
    const std::lock_guard lock(mutex_);
    const auto isIt = [&](const IndexedFile& one) { return one.file->id == fileId && one.file->key == key; };
    const auto found = std::ranges::find_if(files_, isIt);
    if (found == files_.end()) return std::nullopt;
    files_.splice(files_.begin(), files_, found);
    return *found;
}

void IndexCache::put(IndexedFile file) {
    const std::lock_guard lock(mutex_);
    bytes_ += file.index->sizeBytes();
    files_.push_front(std::move(file));
    while (bytes_ > kMostBytes && files_.size() > 1) {
        bytes_ -= files_.back().index->sizeBytes();
        files_.pop_back();
    }
}

void IndexCache::clear() {
    const std::lock_guard lock(mutex_);
    files_.clear();
    bytes_ = 0;
}

} // namespace hookcast::vod
