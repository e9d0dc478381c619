#include "hls/FileOwners.h"

#include "config/RecordingPattern.h"

#include <algorithm>

namespace hookcast::hls {

namespace {

/// Links in the folders are followed. What the name itself stands for is replaced when it is written, link or not.
std::string realPathOf(const std::string& folder, const std::string& name) {
    const std::string whole = folder + '/' + name;
    const std::size_t slash = whole.rfind('/');
    // Of a folder that is not there yet a slash at its end would stay.
    const std::size_t folderEnd = whole.find_last_not_of('/', slash) + 1;
    return config::realPathOf(whole.substr(0, std::max<std::size_t>(folderEnd, 1))) + whole.substr(slash);
}

} // namespace

std::optional<hooks::StreamKey> FileOwners::ownerOf(const std::string& folder, const std::string& name) const {
    const std::string path = realPathOf(folder, name);
    const std::lock_guard lock(mutex_);
    const auto found = owners_.find(path);
    return found == owners_.end() ? std::nullopt : std::optional(found->second.key);
}

base::Result<void> FileClaims::take(const std::string& folder, const std::string& name) {
    std::string path = realPathOf(folder, name);
    {
        const std::lock_guard lock(owners_->mutex_);
        FileOwners::Owner& owner = owners_->owners_.try_emplace(path, FileOwners::Owner{key_, this}).first->second;
        if (owner.key != key_) return base::Error{path + " is a file of the stream " + owner.key.text()};
        owner.writer = this;
    }
    std::string& known = paths_[{folder, name}];
    if (!known.empty() && known != path) release(known);
    known = std::move(path);
    return {};
}

void FileClaims::giveBack(const std::string& folder, const std::string& name) {
    const auto found = paths_.find({folder, name});
    if (found == paths_.end()) return;
    release(found->second);
    paths_.erase(found);
}

void FileClaims::clear() {
    for (const auto& [name, path] : paths_) release(path);
    paths_.clear();
}

void FileClaims::release(const std::string& path) {
    const std::lock_guard lock(owners_->mutex_);
    const auto found = owners_->owners_.find(path);
    if (found != owners_->owners_.end() && found->second.writer == this) owners_->owners_.erase(found);
}

} // namespace hookcast::hls
