#include "hls/DiskStream.h"

#include "base/PercentEncoding.h"
#include "hls/FileNames.h"
#include "hls/PlaylistText.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kUsPerMs = 1000;
constexpr std::size_t kMostPlaylistBytes = 16 * 1024 * 1024;
constexpr std::size_t kMostInitBytes = 1024 * 1024;
constexpr std::size_t kKeyBytes = 16;

/// As kWriterLine tells it: on one line, whatever it is called.
std::string writerOf(const hooks::StreamKey& key) {
    return base::percentEncodedPath(key.text());
}

/// The playlist with the stream that it is of.
std::string marked(const std::string& playlist, const hooks::StreamKey& key) {
    const std::size_t secondLine = playlist.find('\n') + 1;
    std::string text = playlist.substr(0, secondLine);
    text += kWriterLine;
    text += writerOf(key);
    text += '\n';
    return text.append(playlist, secondLine);
}

/// The default of RFC 8216, 5.2.
std::array<std::uint8_t, kKeyBytes> vectorOf(std::uint64_t sequence) {
    std::array<std::uint8_t, kKeyBytes> bytes{};
    for (std::size_t i = 0; i < sizeof(sequence); ++i)
        bytes[kKeyBytes - 1 - i] = static_cast<std::uint8_t>(sequence >> (8 * i));
    return bytes;
}

/// The names of the files that it needs beside its own; empty: none.
std::string_view keyOf(const Segment& segment) {
    return segment.key == nullptr ? std::string_view() : segment.key->name;
}

std::string_view initOf(const Segment& segment) {
    return segment.init == nullptr ? std::string_view() : segment.init->name;
}

/// Its number is what stands before the name's ending, so that the next one gets another name.
std::shared_ptr<const InitSegment> initNamed(const std::string& name, BytesPtr bytes) {
    constexpr std::size_t kMostDigits = 9;
    const std::string stem = name.substr(0, name.rfind('.'));
    std::size_t first = stem.size();
    while (first > 0 && stem.size() - first < kMostDigits && stem[first - 1] >= '0' && stem[first - 1] <= '9') --first;
    std::uint64_t number = 0;
    for (const char digit : stem.substr(first)) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    return std::make_shared<const InitSegment>(InitSegment{number, name, std::move(bytes)});
}

} // namespace

DiskStream::DiskStream(const hooks::StreamKey& key, std::shared_ptr<FileOwners> owners, Terms terms)
    : key_(key), terms_(std::move(terms)), claims_(std::move(owners), key), files_(terms_.path), keys_(terms_.keyPath) {
}

void DiskStream::setTerms(Terms terms) {
    if (terms == terms_) return;
    const bool isSamePlace =
        terms.path == terms_.path && terms.keyPath == terms_.keyPath && terms.playlist == terms_.playlist;
    terms_ = std::move(terms);
    files_ = Folder(terms_.path);
    keys_ = Folder(terms_.keyPath);
    if (isSamePlace) return;
    claims_.clear();
    listed_.segments.clear();
    writtenKey_.clear();
    writtenInit_ = nullptr;
    hasPlaylist_ = false;
}

/// Nothing that another stream writes.
base::Result<void> DiskStream::write(const Folder& folder, const std::string& name,
                                     std::span<const base::ByteSpan> content) {
    const bool isNew = !claims_.has(folder.path(), name);
    if (auto claimed = claims_.take(folder.path(), name); !claimed) return claimed;
    base::Result<void> written = folder.write(name, content);
    if (!written && isNew) claims_.giveBack(folder.path(), name);
    return written;
}

base::Result<void> DiskStream::writeOne(const Folder& folder, const std::string& name, base::ByteSpan bytes) {
    return write(folder, name, {&bytes, 1});
}

/// Unless it is another stream's.
base::Result<void> DiskStream::remove(const Folder& folder, const std::string& name) {
    if (!claims_.has(folder.path(), name)) return {};
    base::Result<void> removed = folder.remove(name);
    claims_.giveBack(folder.path(), name);
    return removed;
}

base::Result<void> DiskStream::add(const Segment& segment) {
    base::Result<void> written = claims_.take(files_.path(), terms_.playlist);
    if (written) written = writeFiles(segment);
    list(segment, !written);
    return written;
}

base::Result<void> DiskStream::writeFiles(const Segment& segment) {
    if (segment.init != nullptr && segment.init != writtenInit_) {
        if (auto written = writeOne(files_, segment.init->name, *segment.init->bytes); !written) return written;
        writtenInit_ = segment.init;
    }
    if (segment.key != nullptr && segment.key->name != writtenKey_) {
        if (auto written = writeOne(keys_, segment.key->name, segment.key->key); !written) return written;
        writtenKey_ = segment.key->name;
    }
    std::vector<base::ByteSpan> content;
    content.reserve(segment.parts.size());
    for (const Part& part : segment.parts) content.emplace_back(*part.bytes);
    return write(files_, segment.name, content);
}

void DiskStream::list(const Segment& segment, bool isGap) {
    // What is between the numbers of two that are listed would shift those of all that follow: the list begins anew.
    if (!listed_.segments.empty() && listed_.segments.back()->sequence + 1 != segment.sequence)
        static_cast<void>(removeFirst(listed_.segments.size()));
    auto entry = std::make_shared<Segment>(segment);
    entry->isGap = isGap;
    for (Part& part : entry->parts) part.bytes = nullptr;
    entry->parts.resize(std::min<std::size_t>(entry->parts.size(), 1));
    listed_.segments.push_back(std::move(entry));
}

base::Result<void> DiskStream::writePlaylist(std::int64_t targetDurationMs, bool hasEnded) {
    listed_.targetDurationMs = std::max(listed_.targetDurationMs, targetDurationMs);
    listed_.hasEnded = hasEnded;
    listed_.slide(terms_.windowMs);
    PlaylistTerms terms;
    terms.prefix = terms_.prefix;
    terms.folder = folderOf(terms_.playlist);
    const std::string text = marked(mediaPlaylist(listed_, terms), key_);
    if (auto written = writeOne(files_, terms_.playlist, base::asBytes(text)); !written) return written;
    hasPlaylist_ = true;
    return cleanUp();
}

base::Result<void> DiskStream::cleanUp() {
    const std::size_t first = listed_.firstListedIndex();
    std::int64_t listedUs = 0;
    for (std::size_t i = first; i < listed_.segments.size(); ++i) listedUs += listed_.segments[i]->durationUs;
    std::int64_t goneUs = 0;
    std::size_t kept = first;
    for (; kept > 0 && goneUs < listedUs; --kept) goneUs += listed_.segments[kept - 1]->durationUs;
    if (terms_.cleansUp) return removeFirst(kept);
    // For as long they are this stream's, as they can still be fetched.
    leaveFirst(kept);
    return {};
}

template <typename Each>
void DiskStream::forEachFileOfFirst(std::size_t count, Each each) const {
    for (std::size_t i = 0; i < count; ++i) {
        const Segment& segment = *listed_.segments[i];
        if (!segment.isGap) each(files_, segment.name);
        // The last one that needs it takes it along.
        const Segment* next = i + 1 == listed_.segments.size() ? nullptr : listed_.segments[i + 1].get();
        if (segment.key != nullptr && (next == nullptr || keyOf(*next) != keyOf(segment)))
            each(keys_, segment.key->name);
        if (segment.init != nullptr && (next == nullptr || initOf(*next) != initOf(segment)))
            each(files_, segment.init->name);
    }
}

base::Result<void> DiskStream::removeFirst(std::size_t count) {
    base::Result<void> outcome;
    forEachFileOfFirst(count, [&](const Folder& folder, const std::string& name) {
        base::Result<void> removed = remove(folder, name);
        if (!removed && outcome) outcome = std::move(removed);
    });
    listed_.segments.erase(listed_.segments.begin(), listed_.segments.begin() + static_cast<std::ptrdiff_t>(count));
    return outcome;
}

/// They stay, and are not this stream's any more.
void DiskStream::leaveFirst(std::size_t count) {
    forEachFileOfFirst(
        count, [this](const Folder& folder, const std::string& name) { claims_.giveBack(folder.path(), name); });
    listed_.segments.erase(listed_.segments.begin(), listed_.segments.begin() + static_cast<std::ptrdiff_t>(count));
}

base::Result<void> DiskStream::dispose() {
    if (!terms_.cleansUp) leaveFirst(listed_.firstListedIndex());
    base::Result<void> outcome = removeFirst(listed_.segments.size());
    if (hasPlaylist_) {
        base::Result<void> removed = remove(files_, terms_.playlist);
        if (!removed && outcome) outcome = std::move(removed);
    }
    claims_.clear();
    hasPlaylist_ = false;
    writtenKey_.clear();
    writtenInit_ = nullptr;
    return outcome;
}

/// Empty for what this stream cannot have written, or another one writes; else it is this one's from now on.
std::string DiskStream::ownName(const Folder& folder, const std::string& uri, const std::string& prefix) {
    std::string name = nameOfUri(uri, folderOf(terms_.playlist), prefix);
    const auto isOwn = [&](const std::string& pattern) { return isNameOf(pattern, key_, name); };
    if (std::ranges::none_of(terms_.patterns, isOwn)) return {};
    return claims_.take(folder.path(), name) ? name : std::string();
}

base::Result<std::optional<ListedPlaylist>> DiskStream::readListed(Unmarked unmarked) {
    if (const auto claimed = claims_.take(files_.path(), terms_.playlist); !claimed) return claimed.error();
    if (!files_.sizeOf(terms_.playlist)) return std::optional<ListedPlaylist>();
    const base::Result<base::Bytes> text = files_.read(terms_.playlist, kMostPlaylistBytes);
    if (!text) return text.error();
    base::Result<ListedPlaylist> listed = readPlaylist(base::asText(text.value()));
    if (!listed) return base::Error{files_.path() + "/" + terms_.playlist + ": " + listed.error().message};
    const std::string& writer = listed.value().writer;
    const std::string where = files_.path() + "/" + terms_.playlist;
    if (writer.empty() && unmarked == Unmarked::IsForeign)
        return base::Error{where + " does not say which stream's it is, and may be another one's"};
    if (!writer.empty() && writer != writerOf(key_)) return base::Error{where + " is of another stream, " + writer};
    return std::optional<ListedPlaylist>(listed.take());
}

/// From now on these are in the list, from the first on behind which all could be this stream's files.
void DiskStream::takeOver(const ListedPlaylist& playlist) {
    std::map<const std::string*, std::shared_ptr<const InitSegment>> inits;
    std::uint64_t discontinuities = playlist.discontinuitySequence;
    std::int64_t startUnixMs = 0;
    for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
        const ListedSegment& one = playlist.segments[i];
        auto segment = std::make_shared<Segment>();
        segment->sequence = playlist.mediaSequence + i;
        if (one.isDiscontinuous) ++discontinuities;
        segment->isDiscontinuous = one.isDiscontinuous;
        segment->discontinuities = discontinuities;
        segment->startUnixMs = one.startUnixMs != 0 ? one.startUnixMs : startUnixMs;
        segment->durationUs = one.durationUs;
        startUnixMs = segment->startUnixMs + one.durationUs / kUsPerMs;
        segment->name = ownName(files_, one.uri, terms_.prefix);
        segment->isGap = one.isGap;
        segment->parts = {Part{nullptr, one.durationUs, true}};
        bool isOwn = !segment->name.empty();
        if (one.initUri != nullptr) {
            auto& init = inits[one.initUri.get()];
            if (init == nullptr) init = initNamed(ownName(files_, *one.initUri, terms_.prefix), nullptr);
            segment->init = init;
            isOwn = isOwn && !init->name.empty();
        }
        if (one.keyUri != nullptr) {
            SegmentKey key;
            const std::string& uri = *one.keyUri;
            key.name = ownName(
                keys_, uri, terms_.keyUrl.empty() ? terms_.prefix : terms_.keyUrl.substr(0, terms_.keyUrl.find('?')));
            // What is not elsewhere is written relative to HLS's root.
            key.url = uri.starts_with('/') || uri.find("://") != std::string::npos ? uri : key.name;
            key.iv = one.iv.value_or(vectorOf(segment->sequence));
            isOwn = isOwn && !key.name.empty();
            segment->key = std::make_shared<const SegmentKey>(std::move(key));
        }
        if (isOwn)
            listed_.segments.push_back(std::move(segment));
        else
            listed_.segments.clear();
    }
    listed_.targetDurationMs = playlist.targetDurationMs;
    listed_.firstListed = playlist.mediaSequence;
    hasPlaylist_ = true;
}

void DiskStream::forget(Unmarked unmarked) {
    const auto listed = readListed(unmarked);
    if (!listed || !listed.value()) return;
    takeOver(*listed.value());
    // What cannot be removed is in nobody's way.
    static_cast<void>(removeFirst(listed_.segments.size()));
    static_cast<void>(dispose());
    listed_ = {};
}

base::Result<std::optional<RecoveredStream>> DiskStream::recover(std::size_t mostBytes, Unmarked unmarked) {
    const auto listed = readListed(unmarked);
    if (!listed) return listed.error();
    if (!listed.value()) return std::optional<RecoveredStream>();
    takeOver(*listed.value());
    RecoveredStream recovered;
    recovered.nextSequence = listed.value()->mediaSequence + listed.value()->segments.size();
    recovered.discontinuities =
        listed_.segments.empty() ? listed.value()->discontinuitySequence : listed_.segments.back()->discontinuities;
    recovered.targetDurationMs = listed_.targetDurationMs;
    std::map<std::string, std::shared_ptr<const InitSegment>> inits;
    for (auto one = listed_.segments.rbegin(); one != listed_.segments.rend() && !(*one)->isGap; ++one) {
        SegmentPtr loaded = load(**one, mostBytes, inits);
        if (loaded == nullptr) break;
        mostBytes -= std::min<std::size_t>(mostBytes, loaded->sizeBytes);
        recovered.segments.push_back(std::move(loaded));
    }
    std::ranges::reverse(recovered.segments);
    return std::optional<RecoveredStream>(std::move(recovered));
}

/// With its bytes; null where they are not all there.
SegmentPtr DiskStream::load(const Segment& segment, std::size_t mostBytes,
                            std::map<std::string, std::shared_ptr<const InitSegment>>& inits) const {
    auto loaded = std::make_shared<Segment>(segment);
    auto bytes = files_.read(segment.name, mostBytes);
    if (!bytes) return nullptr;
    loaded->sizeBytes = bytes.value().size();
    loaded->parts.front().bytes = std::make_shared<const base::Bytes>(bytes.take());
    if (segment.init != nullptr) {
        auto& init = inits[segment.init->name];
        if (init == nullptr) {
            auto header = files_.read(segment.init->name, kMostInitBytes);
            if (!header) return nullptr;
            init = initNamed(segment.init->name, std::make_shared<const base::Bytes>(header.take()));
        }
        loaded->init = init;
    }
    if (segment.key != nullptr) {
        const auto read = keys_.read(segment.key->name, kKeyBytes);
        if (!read || read.value().size() != kKeyBytes) return nullptr;
        auto key = std::make_shared<SegmentKey>(*segment.key);
        std::ranges::copy(read.value(), key->key.begin());
        loaded->key = std::move(key);
    }
    return loaded;
}

} // namespace hookcast::hls
