#include "hls/SegmentWindow.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kUsPerMs = 1000;
/// A live playlist is never shorter (RFC 8216, 6.2.2).
constexpr std::int64_t kLeastTargetDurations = 3;

} // namespace

std::uint64_t WindowView::nextSequence() const {
    if (open != nullptr) return open->sequence;
    return segments.empty() ? 0 : segments.back()->sequence + 1;
}

void WindowView::slide(std::int64_t listedMs) {
    const std::int64_t wantedUs = std::max(listedMs, kLeastTargetDurations * targetDurationMs) * kUsPerMs;
    std::size_t first = segments.size();
    for (std::int64_t us = 0; first > 0 && us < wantedUs;) us += segments[--first]->durationUs;
    if (first < segments.size()) firstListed = std::max(firstListed, segments[first]->sequence);
}

std::size_t WindowView::firstListedIndex() const {
    const auto first = std::ranges::lower_bound(segments, firstListed, {}, &Segment::sequence);
    return static_cast<std::size_t>(first - segments.begin());
}

bool WindowView::has(std::uint64_t sequence, std::size_t part) const {
    if (open != nullptr && open->sequence == sequence) return part < open->parts.size();
    if (segments.empty() || sequence > segments.back()->sequence) return false;
    const Segment& newest = *segments.back();
    return sequence < newest.sequence || part < newest.parts.size() || (open != nullptr && !open->parts.empty());
}

SegmentPtr WindowView::find(std::uint64_t sequence) const {
    if (open != nullptr && open->sequence == sequence) return open;
    const auto found = std::ranges::lower_bound(segments, sequence, {}, &Segment::sequence);
    return found == segments.end() || (*found)->sequence != sequence ? nullptr : *found;
}

template <typename Change>
void SegmentWindow::change(Change apply, const SegmentPtr& completed) {
    WindowViewPtr view;
    std::vector<std::shared_ptr<WindowListener>> listeners;
    {
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<WindowView>(*view_);
        apply(*next);
        view_ = next;
        view = std::move(next);
        std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
        for (const auto& listener : listeners_)
            if (auto one = listener.lock()) listeners.push_back(std::move(one));
    }
    for (const auto& listener : listeners) {
        if (completed != nullptr) listener->onSegment(completed);
        listener->onChange(view);
    }
}

void SegmentWindow::setLimits(Limits limits) {
    const std::lock_guard lock(mutex_);
    limits_ = limits;
}

void SegmentWindow::addListener(const std::weak_ptr<WindowListener>& listener) {
    const std::lock_guard lock(mutex_);
    listeners_.push_back(listener);
}

void SegmentWindow::update(SegmentPtr open) {
    change([&](WindowView& view) { view.open = std::move(open); });
}

void SegmentWindow::complete(SegmentPtr segment, SegmentPtr next) {
    const SegmentPtr completed = segment;
    change(
        [&](WindowView& view) {
            nextSequence_ = segment->sequence + 1;
            discontinuities_ = segment->discontinuities;
            sizeBytes_ += segment->sizeBytes;
            if (segment->durationUs > 0)
                view.bitsPerSecond =
                    std::max<std::uint64_t>(view.bitsPerSecond, segment->sizeBytes * 8 * 1'000'000 /
                                                                    static_cast<std::uint64_t>(segment->durationUs));
            view.segments.push_back(std::move(segment));
            view.open = std::move(next);
            trim(view);
        },
        completed);
}

/// The oldest go while what is left is long enough, or too much.
void SegmentWindow::trim(WindowView& view) {
    const std::int64_t listedUs = std::max(limits_.windowMs, kLeastTargetDurations * view.targetDurationMs) * kUsPerMs;
    const std::int64_t keptUs = 2 * listedUs + view.targetDurationMs * kUsPerMs;
    std::int64_t lengthUs = 0;
    for (const SegmentPtr& segment : view.segments) lengthUs += segment->durationUs;
    std::size_t gone = 0;
    while (gone + 1 < view.segments.size()) {
        const Segment& oldest = *view.segments[gone];
        const bool isSuperfluous = lengthUs - oldest.durationUs >= keptUs;
        if (!isSuperfluous && sizeBytes_ <= limits_.sizeBytes) break;
        lengthUs -= oldest.durationUs;
        sizeBytes_ -= oldest.sizeBytes;
        ++gone;
    }
    view.segments.erase(view.segments.begin(), view.segments.begin() + static_cast<std::ptrdiff_t>(gone));
    view.slide(limits_.listedMs);
}

void SegmentWindow::describe(const std::string& codecs, std::uint32_t width, std::uint32_t height) {
    change([&](WindowView& view) {
        view.codecs = codecs;
        view.width = width;
        view.height = height;
    });
}

void SegmentWindow::raiseTargetDuration(std::int64_t targetDurationMs) {
    if (targetDurationMs <= view()->targetDurationMs) return;
    change([&](WindowView& view) { view.targetDurationMs = targetDurationMs; });
}

void SegmentWindow::raisePartTarget(std::int64_t partTargetMs) {
    if (partTargetMs <= view()->partTargetMs) return;
    change([&](WindowView& view) { view.partTargetMs = partTargetMs; });
}

void SegmentWindow::setEnded(bool hasEnded) {
    change([&](WindowView& view) {
        view.hasEnded = hasEnded;
        if (hasEnded) view.open = nullptr;
    });
}

void SegmentWindow::recover(std::vector<SegmentPtr> segments, std::uint64_t nextSequence,
                            std::uint64_t discontinuities) {
    change([&](WindowView& view) {
        if (nextSequence_ != 0) return;
        nextSequence_ = nextSequence;
        discontinuities_ = discontinuities;
        for (const SegmentPtr& segment : segments) sizeBytes_ += segment->sizeBytes;
        view.firstListed = segments.empty() ? nextSequence : segments.front()->sequence;
        view.segments = std::move(segments);
    });
}

void SegmentWindow::clear() {
    change([&](WindowView& view) {
        view.segments.clear();
        view.open = nullptr;
        sizeBytes_ = 0;
    });
}

void SegmentWindow::release(std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::lower_bound(view_->segments, sequence, {}, &Segment::sequence);
    if (found == view_->segments.end() || (*found)->sequence != sequence) return;
    auto released = std::make_shared<Segment>(**found);
    for (Part& part : released->parts) part.bytes = nullptr;
    sizeBytes_ -= std::exchange(released->sizeBytes, 0);
    auto next = std::make_shared<WindowView>(*view_);
    next->segments[static_cast<std::size_t>(found - view_->segments.begin())] = std::move(released);
    view_ = std::move(next);
}

std::uint64_t SegmentWindow::dropOldest() {
    const std::lock_guard lock(mutex_);
    if (view_->segments.size() < 2 || view_->segments.front()->sizeBytes == 0) return 0;
    auto next = std::make_shared<WindowView>(*view_);
    const std::uint64_t oldestBytes = next->segments.front()->sizeBytes;
    next->segments.erase(next->segments.begin());
    sizeBytes_ -= oldestBytes;
    view_ = std::move(next);
    return oldestBytes;
}

WindowViewPtr SegmentWindow::view() const {
    const std::lock_guard lock(mutex_);
    return view_;
}

std::uint64_t SegmentWindow::nextSequence() const {
    const std::lock_guard lock(mutex_);
    return nextSequence_;
}

std::uint64_t SegmentWindow::discontinuities() const {
    const std::lock_guard lock(mutex_);
    return discontinuities_;
}

std::uint64_t SegmentWindow::sizeBytes() const {
    const std::lock_guard lock(mutex_);
    return sizeBytes_;
}

} // namespace hookcast::hls
