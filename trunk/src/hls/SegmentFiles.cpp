#include "hls/SegmentFiles.h"

#include "hls/Folder.h"

#include <exception>
#include <utility>

namespace hookcast::hls {

namespace {

/// Of one segment: more than any that a server made.
constexpr std::size_t kMostBytes = std::size_t{1024} * 1024 * 1024;

/// So many names are kept before those are looked for that nobody needs any more.
constexpr std::size_t kMostNames = 1000;

} // namespace

void SegmentFiles::read(const std::string& vhost, const std::string& folder, const std::string& name, net::Loop& loop,
                        const std::weak_ptr<const void>& alive, OnRead onRead) {
    disk_.post([this, vhost, folder, name, &loop, alive, onRead = std::move(onRead)]() mutable {
        if (alive.expired()) return;
        base::Result<BytesPtr> bytes = base::Error{"no memory"};
        try {
            bytes = load(vhost, folder, name);
        } catch (const std::exception& e) {
            bytes = base::Error{e.what()};
        }
        loop.post([alive, onRead = std::move(onRead), bytes = std::move(bytes)] {
            if (!alive.expired()) onRead(bytes);
        });
    });
}

base::Result<BytesPtr> SegmentFiles::load(const std::string& vhost, const std::string& folder,
                                          const std::string& name) {
    const auto owner = owners_->ownerOf(folder, name);
    if (!owner || owner->vhost != vhost) return base::Error{"no stream of the vhost has this file"};
    std::weak_ptr<const base::Bytes>& present = present_[folder + '/' + name];
    if (BytesPtr bytes = present.lock()) return bytes;
    base::Result<base::Bytes> read = Folder(folder).read(name, kMostBytes);
    if (!read) return read.error();
    BytesPtr bytes = std::make_shared<const base::Bytes>(read.take());
    present = bytes;
    if (present_.size() > kMostNames) std::erase_if(present_, [](const auto& one) { return one.second.expired(); });
    return bytes;
}

} // namespace hookcast::hls
