#include "vod/FlvMedia.h"

#include "media/FlvBody.h"
#include "media/FlvStreamReader.h"
#include "media/FlvTag.h"
#include "vod/FlvWalk.h"
#include "vod/PointCollector.h"

#include <algorithm>
#include <utility>

namespace hookcast::vod {

namespace {

using media::FrameKind;
using media::FrameRole;

constexpr std::size_t kLongestConfig = 64 * 1024;
constexpr std::size_t kReadBytes = 256 * 1024;
/// Of FlvStreamReader: what a stream begins with, before its first tag.
constexpr std::array<std::uint8_t, 13> kFileHeader = {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0};

FrameRole roleOf(const FlvWalk::Tag& tag) {
    if (tag.kind == FrameKind::Data) return FrameRole::Other;
    return tag.kind == FrameKind::Video ? media::videoRole(tag.start) : media::audioRole(tag.start);
}

bool isMedia(const FlvWalk::Tag& tag, FrameRole role) {
    return tag.kind != FrameKind::Data && (role == FrameRole::Media || role == FrameRole::Keyframe);
}

/// Of track 0, which is the one that is played.
media::Codec codecOf(FrameKind kind, base::ByteSpan body) {
    if (kind == FrameKind::Video) {
        const auto video = media::readVideoBody(body);
        return video ? video->codec : media::Codec::None;
    }
    const auto audio = media::readAudioBody(body);
    return audio ? audio->codec : media::Codec::None;
}

/// What an index is being made of.
class Indexing {
  public:
    explicit Indexing(const files::ServedFile& file) : walk_(file) {}

    base::Result<MediaIndex> run() {
        if (const auto begun = walk_.begin(); !begun) return begun.error();
        for (;;) {
            const auto tag = walk_.next();
            if (!tag) return tag.error();
            if (!tag.value()) break;
            if (const auto taken = take(*tag.value()); !taken) return taken.error();
        }
        index_.endOffset = walk_.offset();
        return points_.finish(std::move(index_));
    }

  private:
    base::Result<void> take(const FlvWalk::Tag& tag) {
        const FrameRole role = roleOf(tag);
        if (role == FrameRole::CodecConfig) return takeConfig(tag);
        if (!isMedia(tag, role)) return {};
        media::Codec& codec = tag.kind == FrameKind::Video ? index_.video : index_.audio;
        if (codec == media::Codec::None) codec = codecOf(tag.kind, tag.start);
        points_.take(tag.kind, role == FrameRole::Keyframe, tag.timeMs, tag.offset,
                     static_cast<std::uint32_t>(index_.configs.size() - 1));
        return {};
    }

    base::Result<void> takeConfig(const FlvWalk::Tag& tag) {
        if (tag.bodyBytes > kLongestConfig || index_.configs.size() > kMostPoints) return {};
        const auto body = walk_.bodyOf(tag);
        if (!body) return body.error();
        const media::Codec codec = codecOf(tag.kind, body.value());
        if (codec == media::Codec::None) return {};
        const bool isVideo = tag.kind == FrameKind::Video;
        (isVideo ? index_.video : index_.audio) = codec;
        MediaIndex::Configs configs = index_.configs.back();
        configs[isVideo ? 0 : 1] = tag.offset;
        index_.configs.push_back(configs);
        return {};
    }

    // owned
    FlvWalk walk_;
    PointCollector points_;
    // state
    MediaIndex index_;
};

/// Reads ranges of a file as one stream.
class Cutting {
  public:
    /// Frames count from what the file calls `beginsMs`.
    Cutting(const files::ServedFile& file, std::int64_t beginsMs, std::size_t mostBytes)
        : file_(file), beginsMs_(beginsMs), mostBytes_(mostBytes) {}

    base::Result<void> begin() { return feed(kFileHeader); }

    base::Result<void> take(std::uint64_t from, std::uint64_t to) {
        while (from < to) {
            base::Bytes bytes;
            const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(to - from, kReadBytes));
            if (const auto read = file_.read(from, most, bytes); !read) return read.error();
            if (bytes.size() < most) return base::Error{"it has become shorter"};
            if (const auto fed = feed(bytes); !fed) return fed.error();
            from += most;
        }
        return {};
    }

    /// The tag at `offset`, alone.
    base::Result<void> takeTag(std::uint64_t offset) {
        base::Bytes header;
        if (const auto read = file_.read(offset, FlvWalk::kTagHeaderBytes, header); !read) return read.error();
        if (header.size() < FlvWalk::kTagHeaderBytes) return base::Error{"it has become shorter"};
        const std::size_t body = (std::size_t{header[1]} << 16U) | (std::size_t{header[2]} << 8U) | header[3];
        return take(offset, offset + FlvWalk::kTagHeaderBytes + body + FlvWalk::kTagEndBytes);
    }

    MediaFrames takeFrames() { return std::move(frames_); }

  private:
    base::Result<void> feed(base::ByteSpan bytes) {
        for (;;) {
            auto next = reader_.next(bytes);
            if (!next) return next.error();
            if (!next.value()) return {};
            media::ConvertedFrame& converted = *next.value();
            usedBytes_ += converted.body.size();
            if (usedBytes_ > mostBytes_) return base::Error{"too much between two keyframes"};
            media::Frame frame;
            frame.kind = converted.kind;
            frame.role = converted.role;
            frame.dtsMs = std::int64_t{converted.timestampMs} - beginsMs_;
            frame.body = std::move(converted.body);
            frames_.push_back(std::move(frame));
        }
    }

    // given
    const files::ServedFile& file_;
    std::int64_t beginsMs_;
    std::size_t mostBytes_;
    // owned
    media::FlvStreamReader reader_;
    // state
    MediaFrames frames_;
    std::size_t usedBytes_ = 0;
};

} // namespace

base::Result<MediaLength> FlvMedia::length(const files::ServedFile& file) const {
    FlvWalk walk(file);
    if (const auto begun = walk.begin(); !begun) return begun.error();
    std::optional<std::uint32_t> firstMs;
    while (!firstMs) {
        const auto tag = walk.next();
        if (!tag) return tag.error();
        if (!tag.value()) return base::Error{"there is neither picture nor sound in it"};
        if (isMedia(*tag.value(), roleOf(*tag.value()))) firstMs = tag.value()->timeMs;
    }
    const auto last = walk.last();
    if (!last) return last.error();
    // One that was not completed ends anywhere.
    if (!last.value()) {
        const auto whole = index(file);
        if (!whole) return whole.error();
        return MediaLength{whole.value().endMs};
    }
    return MediaLength{std::max<std::int64_t>(0, std::int64_t{last.value()->timeMs} - *firstMs)};
}

base::Result<MediaIndex> FlvMedia::index(const files::ServedFile& file) const {
    return Indexing(file).run();
}

base::Result<MediaFrames> FlvMedia::read(const files::ServedFile& file, const MediaIndex& index, std::size_t first,
                                         std::size_t last, std::size_t mostBytes) const {
    const MediaIndex::Point& point = index.points.at(first);
    const std::uint64_t end = last < index.points.size() ? index.points[last].offset : index.endOffset;
    Cutting cutting(file, index.fileMs(first), mostBytes);
    if (const auto begun = cutting.begin(); !begun) return begun.error();
    for (const std::uint64_t config : index.configs.at(point.configs)) {
        if (config == 0) continue;
        if (const auto taken = cutting.takeTag(config); !taken) return taken.error();
    }
    if (const auto taken = cutting.take(point.offset, end); !taken) return taken.error();
    return cutting.takeFrames();
}

} // namespace hookcast::vod
