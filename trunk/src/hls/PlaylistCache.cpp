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
    return one.prefix == other.prefix && one.folder == other.folder && one.partMs == other.partMs &&
           one.skips == other.skips && one.query.empty() == other.query.empty();
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
    const std::string text = mediaPlaylist(*view, form->terms);
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(kGap, at), text.size());
        const base::ByteSpan piece = base::asBytes(text).subspan(at, end - at);
        form->pieces.push_back(std::make_shared<const base::Bytes>(piece.begin(), piece.end()));
        at = end + 1;
    }
    return form;
}

BytesPtr PlaylistCache::media(const WindowViewPtr& view, const PlaylistTerms& terms) {
    FormPtr form = find(view, terms);
    if (form == nullptr) {
        form = write(view, terms);
        const std::lock_guard lock(mutex_);
        forms_.push_back(form);
        if (forms_.size() > kMostForms) forms_.pop_front();
    }
    if (form->pieces.size() == 1) return form->pieces.front();
    const base::ByteSpan token = base::asBytes(terms.query);
    std::size_t sizeBytes = 0;
    for (const BytesPtr& piece : form->pieces) sizeBytes += piece->size() + token.size();
    auto bytes = std::make_shared<base::Bytes>();
    bytes->reserve(sizeBytes);
    for (std::size_t i = 0; i < form->pieces.size(); ++i) {
        if (i > 0) bytes->insert(bytes->end(), token.begin(), token.end());
        bytes->insert(bytes->end(), form->pieces[i]->begin(), form->pieces[i]->end());
    }
    return bytes;
}

} // namespace hookcast::hls
