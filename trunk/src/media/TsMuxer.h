#pragma once

#include "base/Bytes.h"
#include "media/AacConfig.h"
#include "media/AnnexBWriter.h"
#include "media/FlvBody.h"
#include "media/Frame.h"
#include "media/TsProgramWriter.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace hookcast::media {

/// Writes a stream's frames as MPEG-TS (ISO/IEC 13818-1): H.264, HEVC; AAC, MP3, Opus, AC-3, E-AC-3. A track in another
/// codec is left out.
///
/// libavformat's muxer does the writing, into memory, so that write() never waits for anything and may run on a loop;
/// what it costs is in trunk/doc/benchmarks.md.
///
/// Which tracks the program has: those whose configuration or first frame has come, and those that the metadata
/// announce (`videocodecid`, `audiocodecid`) and that may still come. Nothing is held back to wait for a second track:
/// one that comes unannounced makes a new version of the program, whose PAT and PMT come with its first frame; one that
/// was announced and is not there kAnnouncedMs after the first frame is left out by a new version likewise. So does a
/// change of codec. A change of a codec's parameters needs none: the byte stream and ADTS headers carry them.
///
/// Belongs to one thread.
class TsMuxer {
  public:
    static constexpr std::int64_t kAnnouncedMs = 3000;

    /// What comes before the first packet: nothing, or another muxer's packets, which players then know to expect.
    enum class Begin : std::uint8_t { Anew, AfterDiscontinuity };

    explicit TsMuxer(Begin begin = Begin::Anew) : begin_(begin) {}

    /// Whether MPEG-TS has a way to carry `codec`.
    static bool carries(Codec codec);

    /// Takes what the stream consists of from a codec configuration, metadata, or a frame of a codec without
    /// configuration, and writes nothing.
    void learn(const Frame& frame);

    /// The packets of a frame, whole ones, valid until the next call; PAT and PMT are in front of a video keyframe.
    /// Empty for what MPEG-TS does not carry, what has no codec configuration yet, and what is broken.
    base::ByteSpan write(const Frame& frame) { return write(frame, frame.dtsMs); }

    /// Likewise, with another time than the stream's.
    base::ByteSpan write(const Frame& frame, std::int64_t dtsMs);

    /// PAT and PMT are in front of the next packets, whatever these are.
    void repeatTables() { owesTables_ = true; }

    /// The newest PAT and PMT, which a player needs that starts at a frame other than a video keyframe. Empty before
    /// the first frame.
    base::Bytes tables() const;

    /// Whether something has been learned of which frames can be written.
    bool knowsTracks() const { return video_.codec != Codec::None || audio_.codec != Codec::None; }

    /// Frames that belong to a track and could not be written.
    std::uint64_t leftOutFrames() const { return leftOutFrames_; }

  private:
    struct Track {
        Codec codec = Codec::None;     ///< of what has come
        Codec announced = Codec::None; ///< by the metadata, as long as nothing has come
        std::int64_t latestDts90kHz = INT64_MIN;

        Codec expected() const { return codec != Codec::None ? codec : announced; }
    };

    void learnVideo(const VideoBody& video);
    void learnAudio(const AudioBody& audio);
    base::ByteSpan writeVideo(const VideoBody& video, std::int64_t dtsMs);
    base::ByteSpan writeAudio(const AudioBody& audio, std::int64_t dtsMs);
    base::ByteSpan writeUnit(Track& track, TsUnit unit);
    base::ByteSpan leaveOut();
    void forgetAbsent(std::int64_t dtsMs);
    bool prepareWriter(bool timeWentBack);
    TsProgram wantedProgram() const;

    // given
    Begin begin_;
    // owned
    std::optional<AnnexBWriter> annexB_;
    std::optional<AacConfig> aac_;
    std::unique_ptr<TsProgramWriter> writer_;
    base::Bytes adts_; ///< a frame behind its header
    // state
    Track video_;
    Track audio_;
    base::Bytes opusHead_;
    bool isMpeg2Audio_ = false; ///< of MP3
    std::optional<std::int64_t> firstDtsMs_;
    int version_ = -1;
    bool owesTables_ = false;
    std::uint64_t leftOutFrames_ = 0;
};

} // namespace hookcast::media
