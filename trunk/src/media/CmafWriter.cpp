#include "media/CmafWriter.h"

#include "base/ByteWriter.h"
#include "media/Mp4Box.h"

#include <algorithm>

namespace hookcast::media {

namespace {

constexpr std::uint32_t kMovieTimescale = 1000;
constexpr std::uint32_t kUnity = 0x00010000;

/// The unity matrix of ISO/IEC 14496-12, 8.2.2.
void writeMatrix(base::ByteWriter& writer) {
    for (const std::uint32_t number : {kUnity, 0U, 0U, 0U, kUnity, 0U, 0U, 0U, 0x40000000U}) writer.u32(number);
}

void writeZeros(base::ByteWriter& writer, unsigned count) {
    for (; count > 0; --count) writer.u8(0);
}

void writeMovieHeader(base::Bytes& out, std::size_t tracks) {
    const Mp4Box box(out, "mvhd", 0, 0);
    base::ByteWriter writer(out);
    writer.u32(0); // times of its making
    writer.u32(0);
    writer.u32(kMovieTimescale);
    writer.u32(0); // not known
    writer.u32(kUnity);
    writer.u16(0x0100);
    writeZeros(writer, 10);
    writeMatrix(writer);
    writeZeros(writer, 24);
    writer.u32(static_cast<std::uint32_t>(tracks + 1));
}

void writeTrackHeader(base::Bytes& out, const CmafTrack& track, std::uint32_t id) {
    constexpr std::uint32_t kEnabledAndInMovie = 3;
    const Mp4Box box(out, "tkhd", 0, kEnabledAndInMovie);
    base::ByteWriter writer(out);
    writer.u32(0);
    writer.u32(0);
    writer.u32(id);
    writer.u32(0);
    writer.u32(0); // not known
    writeZeros(writer, 8);
    writer.u16(0);
    writer.u16(track.isVideo ? 0 : 1); // of alternatives
    writer.u16(track.isVideo ? 0 : 0x0100);
    writer.u16(0);
    writeMatrix(writer);
    writer.u32(track.width << 16U);
    writer.u32(track.height << 16U);
}

void writeMediaHeader(base::Bytes& out, const CmafTrack& track) {
    {
        const Mp4Box box(out, "mdhd", 0, 0);
        base::ByteWriter writer(out);
        writer.u32(0);
        writer.u32(0);
        writer.u32(track.timescale);
        writer.u32(0);
        writer.u16(0x55C4); // `und`
        writer.u16(0);
    }
    const Mp4Box box(out, "hdlr", 0, 0);
    base::ByteWriter writer(out);
    writer.u32(0);
    writer.text(track.isVideo ? "vide" : "soun");
    writeZeros(writer, 12 + 1);
}

void writeSampleEntry(base::Bytes& out, const CmafTrack& track) {
    const Mp4Box box(out, track.entryType);
    base::ByteWriter writer(out);
    writeZeros(writer, 6);
    writer.u16(1); // data_reference_index
    if (track.isVideo) {
        writeZeros(writer, 16);
        writer.u16(static_cast<std::uint16_t>(track.width));
        writer.u16(static_cast<std::uint16_t>(track.height));
        writer.u32(0x00480000); // 72 dpi
        writer.u32(0x00480000);
        writer.u32(0);
        writer.u16(1);
        writeZeros(writer, 32); // compressorname
        writer.u16(0x0018);
        writer.u16(0xFFFF);
    } else {
        writeZeros(writer, 8);
        writer.u16(static_cast<std::uint16_t>(track.channels));
        writer.u16(16);
        writeZeros(writer, 4);
        writer.u32(track.timescale <= 0xFFFF ? track.timescale << 16U : 0);
    }
    const Mp4Box config(out, track.configType);
    base::ByteWriter(out).bytes(track.config);
}

void writeDataReference(base::Bytes& out) {
    constexpr std::uint32_t kInThisFile = 1;
    const Mp4Box information(out, "dinf");
    const Mp4Box references(out, "dref", 0, 0);
    base::ByteWriter(out).u32(1);
    const Mp4Box url(out, "url ", 0, kInThisFile);
}

/// Tables of the samples in the header, of which there are none.
void writeSampleTable(base::Bytes& out, const CmafTrack& track) {
    const Mp4Box table(out, "stbl");
    {
        const Mp4Box box(out, "stsd", 0, 0);
        base::ByteWriter(out).u32(1);
        writeSampleEntry(out, track);
    }
    for (const char* const type : {"stts", "stsc", "stco"}) {
        const Mp4Box box(out, type, 0, 0);
        base::ByteWriter(out).u32(0);
    }
    const Mp4Box box(out, "stsz", 0, 0);
    base::ByteWriter(out).u64(0);
}

void writeTrack(base::Bytes& out, const CmafTrack& track, std::uint32_t id) {
    const Mp4Box box(out, "trak");
    writeTrackHeader(out, track, id);
    const Mp4Box media(out, "mdia");
    writeMediaHeader(out, track);
    const Mp4Box information(out, "minf");
    if (track.isVideo) {
        const Mp4Box header(out, "vmhd", 0, 1);
        base::ByteWriter(out).u64(0);
    } else {
        const Mp4Box header(out, "smhd", 0, 0);
        base::ByteWriter(out).u32(0);
    }
    writeDataReference(out);
    writeSampleTable(out, track);
}

// Sample flags of ISO/IEC 14496-12, 8.8.3.1.
constexpr std::uint32_t kSyncFlags = 0x02000000;
constexpr std::uint32_t kDependentFlags = 0x01010000;

// Flags of `trun`.
constexpr std::uint32_t kHasDataOffset = 0x000001;
constexpr std::uint32_t kHasDurations = 0x000100;
constexpr std::uint32_t kHasSizes = 0x000200;
constexpr std::uint32_t kHasSampleFlags = 0x000400;
constexpr std::uint32_t kHasCompositionTimes = 0x000800;

/// Gives back where the offset of the run's data stands.
std::size_t writeRun(base::Bytes& out, const CmafRun& run) {
    constexpr std::uint32_t kBaseIsMoof = 0x020000;
    const Mp4Box fragment(out, "traf");
    base::ByteWriter writer(out);
    {
        const Mp4Box header(out, "tfhd", 0, kBaseIsMoof);
        writer.u32(run.trackId);
    }
    {
        const Mp4Box time(out, "tfdt", 1, 0);
        writer.u64(static_cast<std::uint64_t>(std::max<std::int64_t>(run.samples.front().dts, 0)));
    }
    const bool hasCompositionTimes =
        std::ranges::any_of(run.samples, [](const CmafSample& sample) { return sample.cts != 0; });
    const Mp4Box samples(out, "trun", 1,
                         kHasDataOffset | kHasDurations | kHasSizes | (run.isVideo ? kHasSampleFlags : 0) |
                             (hasCompositionTimes ? kHasCompositionTimes : 0));
    writer.u32(static_cast<std::uint32_t>(run.samples.size()));
    const std::size_t offsetAt = out.size();
    writer.u32(0);
    for (const CmafSample& sample : run.samples) {
        writer.u32(sample.duration);
        writer.u32(static_cast<std::uint32_t>(sample.payload.size()));
        if (run.isVideo) writer.u32(sample.isSync ? kSyncFlags : kDependentFlags);
        if (hasCompositionTimes) writer.u32(static_cast<std::uint32_t>(sample.cts));
    }
    return offsetAt;
}

} // namespace

base::Bytes writeCmafHeader(std::span<const CmafTrack> tracks) {
    base::Bytes out;
    {
        const Mp4Box box(out, "ftyp");
        base::ByteWriter writer(out);
        writer.text("iso6");
        writer.u32(1);
        for (const char* const brand : {"iso6", "cmfc", "mp41"}) writer.text(brand);
    }
    const Mp4Box movie(out, "moov");
    writeMovieHeader(out, tracks.size());
    std::uint32_t id = 0;
    for (const CmafTrack& track : tracks) writeTrack(out, track, ++id);
    const Mp4Box extends(out, "mvex");
    id = 0;
    for (const CmafTrack& track : tracks) {
        const Mp4Box box(out, "trex", 0, 0);
        base::ByteWriter writer(out);
        writer.u32(++id);
        writer.u32(1); // default_sample_description_index
        writer.u32(0);
        writer.u32(0);
        writer.u32(track.isVideo ? kDependentFlags : kSyncFlags);
    }
    return out;
}

void writeCmafFragment(std::uint32_t number, std::span<const CmafRun> runs, base::Bytes& out) {
    constexpr std::size_t kBytesPerSample = 16;
    constexpr std::size_t kBytesBeside = 256;
    std::size_t sizeBytes = kBytesBeside;
    for (const CmafRun& run : runs)
        for (const CmafSample& sample : run.samples) sizeBytes += sample.payload.size() + kBytesPerSample;
    if (sizeBytes == kBytesBeside) return;
    out.reserve(out.size() + sizeBytes);
    const std::size_t beginsAt = out.size();
    std::vector<std::size_t> offsetsAt;
    {
        const Mp4Box moof(out, "moof");
        {
            const Mp4Box header(out, "mfhd", 0, 0);
            base::ByteWriter(out).u32(number);
        }
        for (const CmafRun& run : runs)
            if (!run.samples.empty()) offsetsAt.push_back(writeRun(out, run));
    }
    const Mp4Box mdat(out, "mdat");
    auto offsetAt = offsetsAt.begin();
    for (const CmafRun& run : runs) {
        if (run.samples.empty()) continue;
        Mp4Box::setU32(out, *offsetAt++, static_cast<std::uint32_t>(out.size() - beginsAt));
        for (const CmafSample& sample : run.samples) base::ByteWriter(out).bytes(sample.payload);
    }
}

} // namespace hookcast::media
