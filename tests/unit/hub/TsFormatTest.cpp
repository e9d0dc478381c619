#include "hub/TsFormat.h"

#include "hub/WireLog.h"
#include "media/TsMuxer.h"
#include "unit/media/TsFrames.h"
#include "unit/media/TsPackets.h"

#include <gtest/gtest.h>

#include <memory>

namespace hookcast::hub {
namespace {

using media::Codec;
using media::Frame;

media::FramePtr shared(Frame frame) {
    return std::make_shared<const Frame>(std::move(frame));
}

StreamHeaders avcAac() {
    StreamHeaders headers;
    headers.videoConfig = shared(media::videoConfig(Codec::Avc));
    headers.audioConfig = shared(media::aacConfig());
    return headers;
}

class TsFormatTest : public ::testing::Test {
  protected:
    /// The packets of one frame's entry.
    media::TsPackets append(const Frame& frame) {
        const std::uint64_t begin = log_.endOffset();
        encoder_->append(frame, log_);
        log_.endEntry(frame);
        std::array<iovec, WireLog::kMaxRanges> space{};
        media::TsPackets packets;
        for (const iovec& range : log_.bytes(begin, log_.endOffset(), space))
            packets.add({static_cast<const std::uint8_t*>(range.iov_base), range.iov_len});
        EXPECT_EQ(packets.broken, 0U);
        return packets;
    }

    TsFormat format_;
    std::unique_ptr<WireEncoder> encoder_ = format_.makeEncoder();
    WireLog log_;
};

TEST_F(TsFormatTest, AnEncoderThatComesLaterBeginsWithAKeyframe) {
    encoder_->begin(avcAac());
    const media::TsPackets key = append(media::videoFrame(Codec::Avc, 5000, true));
    EXPECT_TRUE(key.beginsWithTables());
    EXPECT_EQ(key.streamTypes, (std::set{0x0F, 0x1B}));
    EXPECT_TRUE(encoder_->preamble(avcAac(), 5000).empty());
    EXPECT_EQ(append(media::aacFrame(5010)).lastDts.at(0x101), 5010 * 90);
}

TEST_F(TsFormatTest, ConfigurationsLeaveNoTrace) {
    append(media::videoConfig(Codec::Avc));
    append(media::aacConfig());
    append(media::metadata(7, 10));
    EXPECT_TRUE(log_.empty());
    EXPECT_FALSE(append(media::videoFrame(Codec::Avc, 0, true)).pids.empty());
}

TEST_F(TsFormatTest, SoundAloneHasItsTablesAsPreamble) {
    StreamHeaders headers;
    headers.audioConfig = shared(media::aacConfig());
    encoder_->begin(headers);
    append(media::aacFrame(0));
    append(media::aacFrame(23));
    media::TsPackets preamble;
    preamble.add(encoder_->preamble(headers, 23));
    EXPECT_TRUE(preamble.beginsWithTables());
    EXPECT_EQ(preamble.streamTypes, std::set{0x0F});
}

TEST_F(TsFormatTest, SoundWithoutConfigurationIsKnownByItsSample) {
    StreamHeaders headers;
    headers.videoConfig = shared(media::videoConfig(Codec::Avc));
    headers.audioSample = shared(media::audioFrame(Codec::Mp3, 0, base::Bytes(400, 1)));
    encoder_->begin(headers);
    EXPECT_EQ(append(media::videoFrame(Codec::Avc, 0, true)).streamTypes, (std::set{0x03, 0x1B}));
}

TEST(TsFormatLeftOut, NamesWhatPlayersMiss) {
    EXPECT_EQ(TsFormat::leftOut(avcAac()), "");
    EXPECT_EQ(TsFormat::leftOut({}), "");
    StreamHeaders headers = avcAac();
    headers.audioConfig = nullptr;
    headers.audioSample = shared(media::audioFrame(Codec::G711A, 0, base::Bytes(160, 1)));
    EXPECT_EQ(TsFormat::leftOut(headers), "G711A");
    const base::Bytes config = {0x81, 0, 0, 0};
    headers.videoConfig = shared(media::frameOf(
        media::FrameKind::Video, 0, media::writeVideoBody({Codec::Av1, media::BodyPart::Config, true, 0, config})));
    EXPECT_EQ(TsFormat::leftOut(headers), "AV1, G711A");
}

} // namespace
} // namespace hookcast::hub
