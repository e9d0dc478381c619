#include "media/TsDemuxer.h"

#include "media/TsMuxer.h"
#include "unit/media/TsFrames.h"
#include "unit/support/Event.h"

#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::media {
namespace {

constexpr TsDemuxer::Limits kLimits{4 * 1024 * 1024, 2 * 1024 * 1024};

/// A demuxer and what came out of it.
class Demuxed {
  public:
    explicit Demuxed(const TsDemuxer::Limits& limits = kLimits)
        : demuxer_(limits, {},
                   {[this](std::vector<ConvertedFrame> frames) { take(std::move(frames)); },
                    [this](base::Result<void> ended) { end(std::move(ended)); },
                    [this](const std::string& why) { leftOut_ = why; }}) {}

    TsDemuxer& demuxer() { return demuxer_; }

    /// All frames of `bytes`, which end here.
    const std::vector<ConvertedFrame>& all(base::ByteSpan bytes) {
        EXPECT_TRUE(demuxer_.push(bytes));
        demuxer_.finish();
        EXPECT_TRUE(ended_.wait());
        return frames_;
    }

    bool waitForFrames() { return came_.wait(); }
    bool waitForEnd() { return ended_.wait(); }
    const std::string& error() const { return error_; }
    const std::string& leftOut() const { return leftOut_; }

  private:
    void take(std::vector<ConvertedFrame> frames) {
        for (ConvertedFrame& frame : frames) frames_.push_back(std::move(frame));
        came_.happen();
    }
    void end(base::Result<void> ended) {
        if (!ended) error_ = ended.error().message;
        ended_.happen();
    }

    std::vector<ConvertedFrame> frames_;
    std::string error_;
    std::string leftOut_;
    support::Event came_;
    support::Event ended_;
    TsDemuxer demuxer_;
};

base::Bytes muxed(const std::vector<Frame>& frames) {
    TsMuxer muxer;
    base::Bytes bytes;
    for (const Frame& frame : frames) {
        const base::ByteSpan packets = muxer.write(frame);
        bytes.insert(bytes.end(), packets.begin(), packets.end());
    }
    return bytes;
}

/// What a test compares: the frame as the publisher sent it, and as it came back.
struct Shown {
    FrameKind kind;
    FrameRole role;
    std::int64_t timestampMs;
    base::Bytes body;

    bool operator==(const Shown&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Shown& shown) {
    return out << "kind " << int(shown.kind) << " role " << int(shown.role) << " at " << shown.timestampMs << ", "
               << shown.body.size() << " bytes";
}

template <typename Frames>
std::vector<Shown> shown(const Frames& frames, FrameKind kind) {
    std::vector<Shown> all;
    for (const auto& frame : frames) {
        if (frame.kind != kind) continue;
        std::int64_t ms = 0;
        if constexpr (std::is_same_v<std::decay_t<decltype(frame)>, Frame>)
            ms = frame.dtsMs;
        else
            ms = frame.timestampMs;
        // The time of a configuration is that of the frame it comes with.
        all.push_back({kind, frame.role, frame.role == FrameRole::CodecConfig ? 0 : ms, frame.body});
    }
    return all;
}

void expectRoundTrip(const std::vector<Frame>& frames) {
    Demuxed demuxed;
    const auto& got = demuxed.all(muxed(frames));
    EXPECT_EQ(demuxed.error(), "");
    for (const FrameKind kind : {FrameKind::Video, FrameKind::Audio}) EXPECT_EQ(shown(got, kind), shown(frames, kind));
}

std::vector<Frame> pictures(Codec codec, bool withB) {
    std::vector<Frame> frames = {videoConfig(codec)};
    for (int i = 0; i < 30; ++i) {
        const std::int32_t cts = withB ? (i % 3 == 1 ? 120 : i % 3 == 2 ? 0 : 40) : 0;
        frames.push_back(videoFrame(codec, 17 + i * 40, i % 10 == 0, cts, 300 + i * 211));
    }
    return frames;
}

TEST(TsRoundTrip, Avc) {
    expectRoundTrip(pictures(Codec::Avc, false));
}

TEST(TsRoundTrip, AvcWithBFrames) {
    expectRoundTrip(pictures(Codec::Avc, true));
}

TEST(TsRoundTrip, Hevc) {
    expectRoundTrip(pictures(Codec::Hevc, true));
}

TEST(TsRoundTrip, KeyframesLargerThanAPesPacketOfTheDemuxer) {
    expectRoundTrip({videoConfig(Codec::Avc), videoFrame(Codec::Avc, 0, true, 0, 900'000),
                     videoFrame(Codec::Avc, 40, false, 0, 250'000), videoFrame(Codec::Avc, 80, true, 0, 700)});
}

TEST(TsRoundTrip, AvcAndAac) {
    std::vector<Frame> frames = {videoConfig(Codec::Avc), aacConfig()};
    for (int i = 0; i < 40; ++i) {
        frames.push_back(videoFrame(Codec::Avc, i * 40, i % 10 == 0, 40));
        frames.push_back(aacFrame(i * 40 + 7, 90 + i * 13));
        frames.push_back(aacFrame(i * 40 + 30, 1));
    }
    expectRoundTrip(frames);
}

TEST(TsRoundTrip, Mp3) {
    std::vector<Frame> frames;
    base::Bytes sound(417, 0x11); // 128 kbit/s at 44100 Hz
    std::copy_n(fromHex("fffb9064").begin(), 4, sound.begin());
    for (int i = 0; i < 20; ++i) frames.push_back(audioFrame(Codec::Mp3, i * 26, sound));
    expectRoundTrip(frames);
}

TEST(TsRoundTrip, Ac3) {
    std::vector<Frame> frames;
    base::Bytes sound(768, 0x33); // 192 kbit/s at 48000 Hz, stereo
    std::copy_n(fromHex("0b77000014404fff").begin(), 8, sound.begin());
    for (int i = 0; i < 10; ++i) frames.push_back(audioFrame(Codec::Ac3, i * 32, sound));
    expectRoundTrip(frames);
}

TEST(TsRoundTrip, Opus) {
    const base::Bytes head = fromHex("4f707573486561640102380180bb0000000000");
    std::vector<Frame> frames = {
        frameOf(FrameKind::Audio, 0, writeAudioBody({Codec::Opus, BodyPart::Config, 0, 0, head}))};
    for (int i = 0; i < 20; ++i) {
        base::Bytes sound(60 + i * 31, 0x44);
        sound[0] = 0xFC; // one CELT frame of 20 ms, stereo
        frames.push_back(audioFrame(Codec::Opus, i * 20, sound));
    }
    Demuxed demuxed;
    const auto got = shown(demuxed.all(muxed(frames)), FrameKind::Audio);
    const auto sent = shown(frames, FrameKind::Audio);
    ASSERT_EQ(got.size(), sent.size());
    // MPEG-TS has no pre-skip; the rest of OpusHead comes back.
    const auto config = readAudioBody(got[0].body);
    ASSERT_TRUE(config);
    EXPECT_EQ(base::asText(config->payload.first(8)), "OpusHead");
    EXPECT_EQ(config->payload[9], 2);
    EXPECT_TRUE(std::equal(got.begin() + 1, got.end(), sent.begin() + 1));
}

TEST(TsRoundTrip, AChangedConfiguration) {
    std::vector<Frame> frames = pictures(Codec::Avc, false);
    base::Bytes record = avcRecord();
    record[record.size() - 5] ^= 0x40; // the PPS
    frames.push_back(frameOf(FrameKind::Video, 2000, writeVideoBody({Codec::Avc, BodyPart::Config, true, 0, record})));
    frames.push_back(videoFrame(Codec::Avc, 2000, true));
    frames.push_back(videoFrame(Codec::Avc, 2040, false));
    expectRoundTrip(frames);
}

TEST(TsRoundTrip, OverTheEndOfTheClock) {
    constexpr std::int64_t kWrapMs = (std::int64_t{1} << 33) / 90;
    std::vector<Frame> frames = {videoConfig(Codec::Avc)};
    for (int i = -10; i < 10; ++i)
        frames.push_back(videoFrame(Codec::Avc, kWrapMs + i * 40, i % 5 == 0, i % 2 * 40 + 40));
    expectRoundTrip(frames);
}

TEST(TsDemuxer, FramesComeWhileTheStreamGoesOn) {
    Demuxed demuxed;
    EXPECT_TRUE(demuxed.demuxer().push(muxed(pictures(Codec::Avc, false))));
    EXPECT_TRUE(demuxed.waitForFrames());
}

/// 0 under a sanitizer.
std::size_t allocatedBytes() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

TEST(TsDemuxer, APublisherCostsLittleMemory) {
    constexpr std::size_t kMostBytes = 2 * 1024 * 1024;
    const base::Bytes bytes = muxed(pictures(Codec::Avc, false));
    const std::size_t before = allocatedBytes();
    Demuxed demuxed;
    ASSERT_TRUE(demuxed.demuxer().push(bytes));
    ASSERT_TRUE(demuxed.waitForFrames());
    EXPECT_LT(allocatedBytes(), before + kMostBytes);
}

TEST(TsDemuxer, RefusesWhatDoesNotFitInItsQueue) {
    Demuxed demuxed({1000, 1000});
    EXPECT_FALSE(demuxed.demuxer().push(base::Bytes(1001, 0x47)));
    EXPECT_TRUE(demuxed.demuxer().push(base::Bytes(1000, 0x47)));
}

TEST(TsDemuxer, EndsAtWhatIsNoTransportStream) {
    Demuxed demuxed;
    EXPECT_TRUE(demuxed.demuxer().push(base::Bytes(3'000'000, 0x11)));
    EXPECT_TRUE(demuxed.waitForEnd());
    EXPECT_EQ(demuxed.error(), "more than message_size of the transport stream without a frame");
}

TEST(TsDemuxer, FindsTheStreamBehindWhatIsNone) {
    base::Bytes stream(500'000, 0x11);
    const base::Bytes rest = muxed(pictures(Codec::Avc, false));
    stream.insert(stream.end(), rest.begin(), rest.end());
    Demuxed demuxed;
    EXPECT_EQ(demuxed.all(stream).size(), 31U);
}

TEST(TsDemuxer, EndsAtAPictureThatDoesNotEnd) {
    Demuxed demuxed;
    const base::Bytes stream = muxed({videoConfig(Codec::Avc), videoFrame(Codec::Avc, 0, true, 0, 3'000'000)});
    EXPECT_TRUE(demuxed.demuxer().push(stream));
    EXPECT_TRUE(demuxed.waitForEnd());
    EXPECT_EQ(demuxed.error(), "more than message_size of the transport stream without a frame");
}

TEST(TsDemuxer, FindsItsWayAfterLostPackets) {
    base::Bytes stream = muxed(pictures(Codec::Avc, false));
    const auto lost = static_cast<std::ptrdiff_t>(stream.size() / 2);
    stream.erase(stream.begin() + lost, stream.begin() + lost + 1000); // not a whole number of packets
    Demuxed demuxed;
    const auto& frames = demuxed.all(stream);
    EXPECT_EQ(demuxed.error(), "");
    EXPECT_EQ(frames.back().timestampMs, 17U + 29 * 40);
}

/// libav gets no more than so much at once, as if the memory were short.
class ShortMemory {
  public:
    explicit ShortMemory(std::size_t bytes) { av_max_alloc(bytes); }
    ~ShortMemory() { av_max_alloc(INT_MAX); }
    ShortMemory(const ShortMemory&) = delete;
    ShortMemory& operator=(const ShortMemory&) = delete;
};

TEST(TsDemuxer, LeaksNothingWhenThereIsNoMemory) {
    constexpr std::size_t kStepBytes = 60;
    constexpr std::size_t kMostBytes = 1800;
    constexpr int kTimesEach = 100;
    { Demuxed().all({}); } // what is made once
    for (std::size_t bytes = kStepBytes; bytes <= kMostBytes; bytes += kStepBytes) {
        const std::size_t before = ::mallinfo2().uordblks; // 0 under a sanitizer, which sees leaks by itself
        {
            const ShortMemory memory(bytes);
            for (int i = 0; i < kTimesEach; ++i) EXPECT_TRUE(Demuxed().waitForEnd());
        }
        EXPECT_LT(::mallinfo2().uordblks, before + kTimesEach * kStepBytes) << bytes << " bytes at most";
    }
}

TEST(TsDemuxer, StopsWhileItWaits) {
    Demuxed demuxed;
    EXPECT_TRUE(demuxed.demuxer().push(muxed({videoConfig(Codec::Avc), videoFrame(Codec::Avc, 0, true)})));
    demuxed.demuxer().stop();
}

} // namespace
} // namespace hookcast::media
