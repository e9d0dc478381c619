#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/Codec.h"
#include "media/LibavHandles.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hookcast::media {

/// What a transport stream's program consists of: at most one video and one audio track.
struct TsProgram {
    Codec video = Codec::None;
    Codec audio = Codec::None;
    bool isMpeg2Audio = false; ///< MP3 only: sample rates under 32 kHz
    base::Bytes opusHead;      ///< Opus only: empty means stereo

    bool empty() const { return video == Codec::None && audio == Codec::None; }
    bool operator==(const TsProgram&) const = default;
};

/// One access unit as MPEG-TS has it: H.264 and HEVC as a byte stream, AAC with ADTS headers, the rest as it is.
struct TsUnit {
    base::ByteSpan bytes;
    std::int64_t dts90kHz = 0;
    std::int64_t pts90kHz = 0; ///< not before dts
    bool isVideo = false;
    bool isKeyframe = false;
    bool wantsTables = false; ///< PAT and PMT in front
};

/// One program of MPEG-TS packets (ISO/IEC 13818-1), made by libavformat's muxer into memory. Each access unit is a
/// PES packet of its own and leaves at once; nothing is delayed or buffered, and the clock reference equals the
/// decode time. The program never changes: another one needs another writer. Belongs to one thread.
class TsProgramWriter {
  public:
    TsProgramWriter(const TsProgramWriter&) = delete;
    TsProgramWriter& operator=(const TsProgramWriter&) = delete;

    static constexpr std::size_t kPacketBytes = 188;

    /// `version`: of PAT and PMT, from 0 to 31. `afterDiscontinuity`: the packets follow those of another writer.
    static base::Result<std::unique_ptr<TsProgramWriter>> create(TsProgram program, int version,
                                                                 bool afterDiscontinuity);
    /// Whole packets, valid until the next call. Where PAT and PMT are not asked for, they come every 100 ms. `unit`
    /// belongs to a track of the program, and decode times rise per track.
    base::Result<base::ByteSpan> write(const TsUnit& unit);

    const TsProgram& program() const { return program_; }

    /// The newest PAT and PMT.
    const base::Bytes& tables() const { return tables_; }

  private:
    explicit TsProgramWriter(TsProgram program);

    base::Result<void> open(int version, bool afterDiscontinuity);
    base::Result<int> addTrack(Codec codec);
    void noteTables();

    // given
    TsProgram program_;
    // owned; destroyed from the last to the first: the muxer before what it writes to
    base::Bytes out_;
    AvIoPtr io_;
    AvOutputPtr muxer_;
    AvPacketPtr packet_;
    base::Bytes tables_;
    // state
    int videoTrack_ = -1;
    int audioTrack_ = -1;
};

} // namespace hookcast::media
