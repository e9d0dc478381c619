#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/ClockUnwrapper.h"
#include "media/PacketConverter.h"
#include "media/TrackChooser.h"
#include "media/TsPidBytes.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace hookcast::media {

/// Turns an MPEG-TS byte stream (ISO/IEC 13818-1) into frames, by libavformat's demuxer. That demuxer asks for input
/// when it wants some and cannot be left in between, so it runs on a thread of its own per publisher; the thread sleeps
/// unless there is input.
///
/// Of several programmes, pictures or sounds one is taken, as a TrackChooser has it.
///
/// Bounds: the input queue, beyond which push() refuses, as a publisher cannot be told to wait; and what a track may
/// gather before a frame comes out of it. A video frame comes out when the one after it has begun.
///
/// The methods are for one thread, a loop. Teardown: stop(), which tells the thread to end and does not wait; the
/// destructor joins it, which takes no longer than the demuxer needs for the packet at hand.
class TsDemuxer {
  public:
    struct Limits {
        std::size_t queueBytes;  ///< input that waits for the thread
        std::size_t gatherBytes; ///< input of one track without a frame
    };

    /// What came out, in order; called on the demuxer's thread. Several frames that are there at once come together.
    using OnFrames = std::function<void(std::vector<ConvertedFrame>)>;

    /// Called once on the demuxer's thread, after the last frames: an error when the input is none that can be used,
    /// else finish() was called and everything has come out. Not after stop(). Again where it has thrown
    /// std::bad_alloc: whoever waits for the end must hear of it.
    using OnEnd = std::function<void(const base::Result<void>&)>;

    /// Told, on the demuxer's thread, about each track that is left out for its codec, and once about what is left out
    /// by choice.
    using OnLeftOut = std::function<void(std::string)>;

    struct Output {
        OnFrames onFrames;
        OnEnd onEnd;
        OnLeftOut onLeftOut;
    };

    TsDemuxer(const Limits& limits, const TrackChooser::Wish& wish, Output output);
    ~TsDemuxer();
    TsDemuxer(const TsDemuxer&) = delete;
    TsDemuxer& operator=(const TsDemuxer&) = delete;

    /// Queues input. False when the queue is full: the demuxer has fallen behind, and nothing of `bytes` was taken.
    [[nodiscard]] bool push(base::ByteSpan bytes);

    /// No more input comes: what is inside comes out, then onEnd is called.
    void finish();

    void stop();

  private:
    /// Where the frames of one of libavformat's streams go; without a converter, they are left out.
    struct Track {
        AVCodecID codecId = AV_CODEC_ID_NONE;
        std::unique_ptr<PacketConverter> converter;
    };

    static int readInput(void* self, std::uint8_t* buffer, int size);
    static int isStopping(void* self);
    void run();
    bool tellEnd(const base::Result<void>& ended);
    base::Result<void> demux();
    int read(std::uint8_t* buffer, int size);
    void take(AVPacket& packet, const AVFormatContext& source);
    bool isChosen(const AVFormatContext& source, int index);
    Track& trackOf(const AVStream& stream);
    void noteWaiting(base::ByteSpan bytes);
    void handOut();

    // given
    Limits limits_;
    Output output_;
    // state, shared
    std::mutex mutex_;
    std::condition_variable changed_;
    base::Bytes queue_;
    bool finished_ = false;
    std::atomic<bool> stopping_{false};
    // state, the demuxer's thread only
    base::Bytes input_; ///< taken from the queue, and read up to inputRead_
    std::size_t inputRead_ = 0;
    TsPidBytes waiting_;
    std::vector<int> pids_;           ///< of audio and video
    std::size_t sinceLastPacket_ = 0; ///< bytes of any PID
    bool gatheredTooMuch_ = false;
    std::exception_ptr failure_; ///< what was thrown below libavformat
    TrackChooser chooser_;
    bool toldChoice_ = false;
    ClockUnwrapper clock_;
    std::unordered_map<int, Track> tracks_; ///< by libavformat's index
    std::vector<ConvertedFrame> frames_;    ///< to be handed out
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::media
