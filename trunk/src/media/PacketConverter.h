#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/AacConfig.h"
#include "media/AvcConfig.h"
#include "media/FlvBody.h"
#include "media/Frame.h"
#include "media/HevcConfig.h"
#include "media/LibavHandles.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hookcast::media {

/// A frame as hub::Publication::write() takes it.
struct ConvertedFrame {
    FrameKind kind = FrameKind::Data;
    FrameRole role = FrameRole::Other;
    std::uint32_t timestampMs = 0; ///< decode time, modulo 2^32
    base::Bytes body;              ///< of an FLV tag
};

/// Turns the packets of one track of a libavformat source into frames, whatever form the source has: H.264 and HEVC as
/// a byte stream or behind lengths, AAC with ADTS headers or raw; MP3, Opus, AC-3, E-AC-3, G.711 at 8 kHz.
///
/// A configuration frame comes before the first frame that needs it, and again when it changes: from the source's
/// extradata, or from parameter sets and headers in band, which the frames then do without (access unit delimiters
/// are left out too). Frames that come before there is a configuration are dropped. Belongs to one thread.
class PacketConverter {
  public:
    /// An error for a codec that frames cannot carry.
    static base::Result<std::unique_ptr<PacketConverter>> create(const AVCodecParameters& parameters,
                                                                 AVRational timeBase);

    /// Whether frames can carry such a track.
    static bool carries(const AVCodecParameters& parameters);

    /// Appends the packet's frames to `out`: none, one, or a configuration and one. What is broken gives none.
    void convert(const AVPacket& packet, std::vector<ConvertedFrame>& out);

    AVCodecID codecId() const { return codecId_; }

  private:
    /// How the source writes the track.
    enum class Form : std::uint8_t { LengthPrefixed, ByteStream, Adts, RawAac, Plain };

    struct Times {
        std::int64_t dtsMs;
        std::int32_t ctsMs;
    };

    PacketConverter(AVCodecID id, Codec codec, AVRational timeBase);

    void readExtradata(base::ByteSpan extradata);
    Times timesOf(const AVPacket& packet);
    void noteSamples(std::uint32_t samples);
    void convertByteStream(const AVPacket& packet, const Times& times, std::vector<ConvertedFrame>& out);
    void convertAdts(const AVPacket& packet, const Times& times, std::vector<ConvertedFrame>& out);
    void convertPlainAudio(const AVPacket& packet, const Times& times, std::vector<ConvertedFrame>& out);
    bool adoptParameterSet(base::ByteSpan unit);
    bool isDelimiter(base::ByteSpan unit) const;
    base::Result<base::Bytes> writeRecord() const;
    void emitConfig(const Times& times, std::vector<ConvertedFrame>& out);
    void emitVideo(base::ByteSpan payload, bool isKeyframe, const Times& times, std::vector<ConvertedFrame>& out) const;
    void emitAudio(base::ByteSpan payload, const Times& times, std::vector<ConvertedFrame>& out) const;
    bool isVideo() const { return codec_ == Codec::Avc || codec_ == Codec::Hevc; }

    // given
    AVCodecID codecId_;
    Codec codec_;
    AVRational timeBase_;
    // state
    Form form_ = Form::Plain;
    AvcConfig avc_;   ///< of a byte stream
    HevcConfig hevc_; ///< likewise
    std::optional<AacConfig> aac_;
    std::uint32_t sampleRate_ = 0;
    std::uint8_t channels_ = 0;
    base::Bytes config_;         ///< what a configuration frame holds; empty: unknown, or there is none
    bool configChanged_ = false; ///< and has not been handed out
    std::int64_t latestDts_ = 0;
    std::int64_t duration_ = 0;         ///< of the packet before, in timeBase_; 0: not known
    std::vector<base::ByteSpan> units_; ///< of the packet at hand
};

} // namespace hookcast::media
