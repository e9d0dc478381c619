#pragma once

#include "hls/DiskStream.h"
#include "hls/FileNames.h"
#include "unit/support/TempDir.h"

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::hls {

inline BytesPtr bytesOf(const std::string& text) {
    return std::make_shared<const base::Bytes>(text.begin(), text.end());
}

/// Two seconds, called live/one-SEQUENCE.ts.
inline Segment diskSegment(std::uint64_t sequence, const std::string& content = "") {
    Segment segment;
    segment.sequence = sequence;
    segment.durationUs = 2'000'000;
    segment.startUnixMs = 1'700'000'000'000 + static_cast<std::int64_t>(sequence) * 2000;
    segment.name = "live/one-" + std::to_string(sequence) + ".ts";
    const std::string text = content.empty() ? "segment " + std::to_string(sequence) : content;
    segment.parts = {Part{bytesOf(text), segment.durationUs, true}};
    segment.sizeBytes = text.size();
    return segment;
}

inline std::shared_ptr<const SegmentKey> diskKey(const std::string& name, std::uint8_t letter) {
    SegmentKey key;
    key.name = name;
    key.url = name;
    key.key.fill(letter);
    key.iv.fill(0x11);
    return std::make_shared<const SegmentKey>(key);
}

/// The stream live/one below a folder that goes with the test, with six seconds in its playlist.
struct DiskPlace {
    DiskStream::Terms terms() const {
        DiskStream::Terms terms;
        terms.path = terms.keyPath = folder.file("hls");
        terms.playlist = "live/one.m3u8";
        terms.windowMs = 6000;
        terms.patterns = {"[app]/[stream]-[seq].ts", "[app]/[stream]-[seq].m4s", "[app]/[stream]/init.mp4",
                          "[app]/[stream]-[seq].key"};
        return terms;
    }
    std::string file(const std::string& name) const { return folder.file("hls/" + name); }
    bool has(const std::string& name) const { return std::filesystem::exists(file(name)); }
    std::string playlist() const { return support::contentOf(file("live/one.m3u8")); }

    support::TempDir folder;
    std::shared_ptr<FileOwners> owners = std::make_shared<FileOwners>();
};

inline hooks::StreamKey diskKeyOfStream() {
    return {"__defaultVhost__", "live", "one"};
}

} // namespace hookcast::hls
