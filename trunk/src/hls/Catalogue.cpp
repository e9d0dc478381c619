#include "hls/Catalogue.h"

#include "hls/Stream.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace hookcast::hls {

namespace {

/// Of the segment that is being written.
bool isPlaceholder(const Segment& segment) {
    return segment.parts.empty() && segment.durationUs == 0;
}

/// Also when it is dead.
bool isSame(const std::weak_ptr<Stream>& one, const std::weak_ptr<Stream>& other) {
    return !one.owner_before(other) && !other.owner_before(one);
}

std::string keyOf(const std::string& vhost, std::string_view name) {
    std::string key;
    key.reserve(vhost.size() + 1 + name.size());
    key += vhost;
    key += '/';
    key += name;
    return key;
}

} // namespace

Catalogue::Listing::~Listing() {
    for (const SegmentPtr& segment : known_) catalogue_.remove(vhost_, *segment, stream_);
}

void Catalogue::Listing::onChange(const WindowViewPtr& view) {
    const std::lock_guard lock(mutex_);
    const bool isEmpty = view->segments.empty() && view->open == nullptr;
    const std::uint64_t first = !view->segments.empty() ? view->segments.front()->sequence
                                : view->open != nullptr ? view->open->sequence
                                                        : 0;
    while (!known_.empty() && (isEmpty || known_.front()->sequence < first)) {
        catalogue_.remove(vhost_, *known_.front(), stream_);
        known_.pop_front();
    }
    // What was being written may have another name by its end.
    SegmentPtr finished;
    if (!known_.empty() && isPlaceholder(*known_.back()) && !view->segments.empty() &&
        known_.back()->sequence <= view->segments.back()->sequence) {
        finished = known_.back();
        known_.pop_back();
    }
    const auto isNew = [this](const SegmentPtr& segment) {
        return known_.empty() || segment->sequence > known_.back()->sequence;
    };
    const auto at = std::ranges::find_if(view->segments.rbegin(), view->segments.rend(), std::not_fn(isNew)).base();
    for (auto segment = at; segment != view->segments.end(); ++segment) {
        add(**segment);
        known_.push_back(*segment);
    }
    if (view->open != nullptr && isNew(view->open)) {
        // Without its parts: it has further ones soon, and is looked up in the window.
        auto named = std::make_shared<Segment>();
        named->sequence = view->open->sequence;
        named->name = view->open->name;
        named->init = view->open->init;
        named->key = view->open->key;
        add(*named);
        known_.push_back(std::move(named));
    }
    if (finished == nullptr) return;
    const SegmentPtr now = view->find(finished->sequence);
    if (now == nullptr || now->name != finished->name)
        catalogue_.remove(vhost_, finished->name, stream_, finished->sequence);
}

void Catalogue::Listing::add(const Segment& segment) {
    catalogue_.enter(vhost_, segment.name, {stream_, segment.sequence, Kind::Segment});
    if (segment.init != nullptr) catalogue_.enter(vhost_, segment.init->name, {stream_, segment.sequence, Kind::Init});
    if (segment.key != nullptr) catalogue_.enter(vhost_, segment.key->name, {stream_, segment.sequence, Kind::Key});
}

void Catalogue::enter(const std::string& vhost, const std::string& name, Entry entry) {
    const std::lock_guard lock(mutex_);
    const auto [place, isNew] = entries_.try_emplace(keyOf(vhost, name), entry);
    if (isNew) return;
    const bool isTaken = !isSame(place->second.stream, entry.stream) && !place->second.stream.expired();
    if (!isTaken) place->second = std::move(entry);
}

/// Unless a newer segment has it, or another stream.
void Catalogue::remove(const std::string& vhost, const std::string& name, const Owner& owner, std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(keyOf(vhost, name));
    if (found != entries_.end() && found->second.sequence == sequence && isSame(found->second.stream, owner))
        entries_.erase(found);
}

void Catalogue::remove(const std::string& vhost, const Segment& segment, const Owner& owner) {
    remove(vhost, segment.name, owner, segment.sequence);
    if (segment.init != nullptr) remove(vhost, segment.init->name, owner, segment.sequence);
    if (segment.key != nullptr) remove(vhost, segment.key->name, owner, segment.sequence);
}

Catalogue::Item Catalogue::find(const std::string& vhost, std::string_view name) const {
    Entry entry;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(keyOf(vhost, name));
        if (found == entries_.end()) return {};
        entry = found->second;
    }
    Item item;
    item.stream = entry.stream.lock();
    if (item.stream == nullptr) return {};
    const WindowViewPtr view = item.stream->window().view();
    SegmentPtr segment = view->find(entry.sequence);
    if (segment == nullptr) return {};
    item.isOpen = segment == view->open;
    switch (entry.kind) {
    case Kind::Segment: item.segment = std::move(segment); break;
    case Kind::Init: item.init = segment->init; break;
    case Kind::Key: item.key = segment->key; break;
    }
    if (item.segment == nullptr && item.init == nullptr && item.key == nullptr) return {};
    return item;
}

} // namespace hookcast::hls
