#include "hls/PlaylistCache.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

/// Stands for the token: nothing that is in a playlist has a control character but the end of a line.
constexpr char kGap = '\x01';

/// Spellings of one playlist's path, with and without a delta, for players of the moment and of the one before.
constexpr std::size_t kMostForms = 6;

bool areAlike(const PlaylistTerms& one, const PlaylistTerms& other) {
    return one.windowMs == other.windowMs && one.prefix == other.prefix && one.folder == other.folder &&
           one.partMs == other.partMs && one.skips == other.skips && one.query.empty() == other.query.empty();
}

} // namespace

PlaylistCache::FormPtr PlaylistCache::find(const WindowViewPtr& view, const PlaylistTerms& terms) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        forms_, [&](const FormPtr& form) { return form->view.lock() == view && areAlike(form->terms, terms); });
    return found == forms_.end() ? nullptr : *found;
}

PlaylistCache::FormPtr PlaylistCache::write(const WindowViewPtr& view, const PlaylistTerms& terms) {
    auto form = std::make_shared<Form>();
    form->view = view;
    form->terms = terms;
    if (!terms.query.empty()) form->terms.query.assign(1, kGap);
    std::string text = mediaPlaylist(*view, form->terms);
    std::size_t at = 0;
    for (std::size_t gap = text.find(kGap); gap != std::string::npos; gap = text.find(kGap, at)) {
        form->pieces.push_back(text.substr(at, gap - at));
        at = gap + 1;
    }
    form->pieces.push_back(text.substr(at));
    return form;
}

std::string PlaylistCache::media(const WindowViewPtr& view, const PlaylistTerms& terms) {
    FormPtr form = find(view, terms);
    if (form == nullptr) {
        form = write(view, terms);
        const std::lock_guard lock(mutex_);
        forms_.push_back(form);
        if (forms_.size() > kMostForms) forms_.pop_front();
    }
    std::size_t sizeBytes = 0;
    for (const std::string& piece : form->pieces) sizeBytes += piece.size() + terms.query.size();
    std::string text;
    text.reserve(sizeBytes);
    for (std::size_t i = 0; i < form->pieces.size(); ++i) {
        if (i > 0) text += terms.query;
        text += form->pieces[i];
    }
    return text;
}

} // namespace hookcast::hls
