#pragma once

#include "inputs/SourceKind.h"
#include "inputs/SourcePace.h"
#include "inputs/SourceReader.h"
#include "media/LibavHandles.h"
#include "media/PacketConverter.h"
#include "media/TrackChooser.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::inputs {

/// Reads a source by libavformat, on a thread of its own, as libavformat's calls block. Packets are not transcoded:
/// they become frames as RTMP has them. A file is read at the speed of its times, again and again; its times go on.
///
/// Of RTMP, and of FLV over HTTP, libavformat brings the bytes only: their tags are frames already, and those of codecs
/// that its demuxer does not know, such as HEVC, stay what they are.
class LibavReader final : public SourceReader {
  public:
    LibavReader(SourceOptions options, Output output);
    ~LibavReader() override;
    LibavReader(const LibavReader&) = delete;
    LibavReader& operator=(const LibavReader&) = delete;

    void stop() override;
    void taken(std::size_t bytes) override;

  private:
    using Converters = std::vector<std::unique_ptr<media::PacketConverter>>;

    static int isInterrupted(void* self);
    void run();
    bool tellEnd(const base::Result<void>& result);
    base::Result<void> read();
    void setOptions(media::AvOptions& options) const;
    std::string url() const;
    base::Result<bool> openBytes();
    base::Result<void> readFlv();
    base::Result<void> open();
    base::Result<void> makeConverters();
    base::Result<void> readPackets();
    bool rewind();
    void shift(AVPacket& packet);
    void keepPace(const AVPacket& packet);
    bool handOut(std::vector<media::ConvertedFrame> frames);
    bool waitUntil(std::int64_t monotonicMs);
    void allow(std::int64_t ms);
    base::Error failure(const char* what, int code) const;

    // given
    SourceOptions options_;
    SourceKind kind_;
    Output output_;
    // state, shared
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t untakenBytes_ = 0;
    std::atomic<bool> stopping_{false};
    // state, the reader's thread only
    std::int64_t deadlineMs_ = 0; ///< of the call of libavformat at hand
    media::AvFilePtr bytes_;      ///< where the source may be FLV: what input_ reads from, if that is needed
    media::AvInputPtr input_;
    Converters converters_;               ///< by libavformat's index; null: the track is left out
    std::int64_t shiftUs_ = 0;            ///< of a file's times, by the rounds before
    std::int64_t latestUs_ = 0;           ///< the largest time so far, shift included
    std::optional<std::int64_t> firstUs_; ///< the first time of all
    SourcePace pace_;
    bool hasJumped_ = false;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::inputs
