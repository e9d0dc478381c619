#include "http/WebSocket.h"
#include "hub/WireLog.h"
#include "live/AudioFormats.h"
#include "live/FlvFormat.h"
#include "live/WebSocketFormat.h"
#include "media/FlvBody.h"

#include <gmock/gmock.h>

#include <array>
#include <memory>
#include <string>

namespace hookcast::live {
namespace {

using testing::ElementsAre;

media::FramePtr frame(media::FrameKind kind, media::FrameRole role, std::int64_t dtsMs, base::Bytes body,
                      media::Carriage carriage = media::Carriage::Flv) {
    auto made = std::make_shared<media::Frame>();
    made->kind = kind;
    made->role = role;
    made->dtsMs = dtsMs;
    made->carriage = carriage;
    made->body = std::move(body);
    return made;
}

media::FramePtr sound(media::Codec codec, media::BodyPart part, base::ByteSpan payload) {
    media::AudioBody body;
    body.codec = codec;
    body.part = part;
    body.sampleRate = 44100;
    body.channels = 2;
    body.payload = payload;
    const bool isConfig = part == media::BodyPart::Config;
    return frame(media::FrameKind::Audio, isConfig ? media::FrameRole::CodecConfig : media::FrameRole::Media, 0,
                 media::writeAudioBody(body));
}

/// AAC-LC, 44.1 kHz, stereo.
constexpr std::array<std::uint8_t, 2> kAacConfig = {0x12, 0x10};

base::Bytes written(hub::WireEncoder& encoder, const media::Frame& frame) {
    hub::WireLog log;
    encoder.append(frame, log);
    base::Bytes bytes;
    if (!log.endEntry(frame)) return bytes;
    std::array<iovec, hub::WireLog::kMaxRanges> space{};
    for (const iovec& range : log.bytes(0, log.endOffset(), space)) {
        const auto* begin = static_cast<const std::uint8_t*>(range.iov_base);
        bytes.insert(bytes.end(), begin, begin + range.iov_len);
    }
    return bytes;
}

TEST(FlvFormatTest, WritesATag) {
    const auto encoder = FlvFormat().makeEncoder();
    EXPECT_THAT(written(*encoder, *frame(media::FrameKind::Video, media::FrameRole::Media, 0x12345678, {1, 2, 3})),
                ElementsAre(9, 0, 0, 3, 0x34, 0x56, 0x78, 0x12, 0, 0, 0, 1, 2, 3, 0, 0, 0, 14));
    EXPECT_EQ(written(*encoder, *frame(media::FrameKind::Audio, media::FrameRole::Media, 0, {1})).front(), 8);
    EXPECT_EQ(written(*encoder, *frame(media::FrameKind::Data, media::FrameRole::Other, 5, {1})).at(6), 5);
}

TEST(FlvFormatTest, MetadataHasNoTime) {
    const auto encoder = FlvFormat().makeEncoder();
    EXPECT_THAT(written(*encoder, *frame(media::FrameKind::Data, media::FrameRole::Metadata, 77, {1})),
                ElementsAre(18, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 12));
}

TEST(FlvFormatTest, LeavesOutWhatItCannotCarry) {
    const auto encoder = FlvFormat().makeEncoder();
    EXPECT_THAT(
        written(*encoder, *frame(media::FrameKind::Audio, media::FrameRole::Media, 0, {1}, media::Carriage::Rtp)),
        testing::IsEmpty());
    EXPECT_THAT(written(*encoder, *frame(media::FrameKind::Video, media::FrameRole::Media, 0, base::Bytes(0x1000000))),
                testing::IsEmpty());
}

TEST(FlvFormatTest, ThePreambleHoldsTheHeadersAtThePlayersTime) {
    hub::StreamHeaders headers;
    headers.metadata = frame(media::FrameKind::Data, media::FrameRole::Metadata, 0, {0xD});
    headers.videoConfig = frame(media::FrameKind::Video, media::FrameRole::CodecConfig, 0, {0xE});
    headers.hasPictures = true;
    const auto encoder = FlvFormat().makeEncoder();
    encoder->begin(headers);
    const base::Bytes preamble = encoder->preamble(headers, 7);
    EXPECT_THAT(preamble, ElementsAre(18, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xD, 0, 0, 0, 12, //
                                      9, 0, 0, 1, 0, 0, 7, 0, 0, 0, 0, 0xE, 0, 0, 0, 12));
}

TEST(FlvFormatTest, AConfigurationGoesWithTheFirstFrameOfItsTrack) {
    const auto encoder = FlvFormat().makeEncoder();
    hub::StreamHeaders headers;
    headers.audioConfig = frame(media::FrameKind::Audio, media::FrameRole::CodecConfig, 0, {0xAF, 0});
    headers.videoConfig = frame(media::FrameKind::Video, media::FrameRole::CodecConfig, 0, {0x17, 0});
    encoder->begin({});
    EXPECT_THAT(written(*encoder, *headers.videoConfig), testing::IsEmpty());
    EXPECT_THAT(written(*encoder, *headers.audioConfig), testing::IsEmpty());
    const auto key = frame(media::FrameKind::Video, media::FrameRole::Keyframe, 0, {0x17, 1});
    EXPECT_EQ(written(*encoder, *key).size(), 15U + 2) << "its configuration is in the preamble";
    EXPECT_THAT(encoder->preamble(headers, 0), ElementsAre(9, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x17, 0, 0, 0, 0, 13))
        << "and no sound's";
    const auto sound = frame(media::FrameKind::Audio, media::FrameRole::Media, 9, {0xAF, 1});
    EXPECT_EQ(written(*encoder, *sound).size(), 2 * (15U + 2)) << "for those who play already";
    EXPECT_EQ(written(*encoder, *sound).size(), 15U + 2);
    EXPECT_EQ(encoder->preamble(headers, 0).size(), 2 * (15U + 2));
}

TEST(FlvFormatTest, APictureThatComesLaterBringsItsConfigurationOnce) {
    const auto encoder = FlvFormat().makeEncoder();
    hub::StreamHeaders headers;
    headers.videoConfig = frame(media::FrameKind::Video, media::FrameRole::CodecConfig, 0, {0x17, 0});
    const auto sound = frame(media::FrameKind::Audio, media::FrameRole::Media, 0, {0x2F, 1});
    EXPECT_EQ(written(*encoder, *sound).size(), 15U + 2);
    EXPECT_THAT(written(*encoder, *headers.videoConfig), testing::IsEmpty());
    const auto key = frame(media::FrameKind::Video, media::FrameRole::Keyframe, 5, {0x17, 1});
    EXPECT_EQ(written(*encoder, *key).size(), 2 * (15U + 2));
    EXPECT_THAT(encoder->preamble(headers, 5), testing::IsEmpty()) << "who begins here has it from the frame";
    EXPECT_EQ(written(*encoder, *key).size(), 15U + 2);
    EXPECT_EQ(encoder->preamble(headers, 5).size(), 15U + 2);
}

TEST(FlvFormatTest, TheFileHeaderAnnouncesTheTracks) {
    EXPECT_THAT(flvFileHeader({}), ElementsAre('F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0));
    EXPECT_EQ(flvFileHeader({true, false}).at(4), 4);
    EXPECT_EQ(flvFileHeader({false, true}).at(4), 1);
    EXPECT_EQ(flvFileHeader({false, false}).at(4), 0);
}

TEST(FlvFormatTest, LeavesOutTheTrackThatIsNotAnnounced) {
    const FlvFormat format({false, true});
    const auto encoder = format.makeEncoder();
    const auto audio = frame(media::FrameKind::Audio, media::FrameRole::Media, 0, {0xAF, 1});
    EXPECT_THAT(written(*encoder, *audio), testing::IsEmpty());
    EXPECT_EQ(written(*encoder, *frame(media::FrameKind::Video, media::FrameRole::Media, 0, {1})).front(), 9);
    hub::StreamHeaders headers;
    headers.metadata = frame(media::FrameKind::Data, media::FrameRole::Metadata, 0,
                             media::writeMetadata(media::Codec::Avc, media::Codec::Aac));
    headers.audioConfig = frame(media::FrameKind::Audio, media::FrameRole::CodecConfig, 0, {0xAF, 0});
    const base::Bytes preamble = encoder->preamble(headers, 0);
    EXPECT_EQ(preamble.size(), 15 + media::writeMetadata(media::Codec::Avc, media::Codec::None).size())
        << "metadata alone, without its sound";
    EXPECT_TRUE(encoder->carriesVideo());
    EXPECT_FALSE(FlvFormat({true, false}).makeEncoder()->carriesVideo()) << "a player may begin at each frame";
    EXPECT_NE(format.name(), FlvFormat().name()) << "each has a log of its own";
}

TEST(AacFormatTest, PutsAHeaderBeforeEachFrame) {
    const auto encoder = AacFormat().makeEncoder();
    hub::StreamHeaders headers;
    headers.audioConfig = sound(media::Codec::Aac, media::BodyPart::Config, kAacConfig);
    encoder->begin(headers);
    const base::Bytes payload = {0xAA, 0xBB, 0xCC};
    // ISO/IEC 13818-7, 6.2: sync, MPEG-4, no CRC; LC, 44.1 kHz, stereo; 10 bytes in all.
    EXPECT_THAT(written(*encoder, *sound(media::Codec::Aac, media::BodyPart::Frame, payload)),
                ElementsAre(0xFF, 0xF1, 0x50, 0x80, 0x01, 0x5F, 0xFC, 0xAA, 0xBB, 0xCC));
}

TEST(AacFormatTest, WaitsForAConfigurationThatItUnderstands) {
    const auto encoder = AacFormat().makeEncoder();
    encoder->begin({});
    const base::Bytes payload = {0xAA};
    const auto media = sound(media::Codec::Aac, media::BodyPart::Frame, payload);
    EXPECT_THAT(written(*encoder, *media), testing::IsEmpty());
    EXPECT_THAT(written(*encoder, *sound(media::Codec::Aac, media::BodyPart::Config, kAacConfig)), testing::IsEmpty());
    EXPECT_THAT(written(*encoder, *media), testing::SizeIs(8));
    EXPECT_THAT(written(*encoder, *sound(media::Codec::Aac, media::BodyPart::Config, payload)), testing::IsEmpty());
    EXPECT_THAT(written(*encoder, *media), testing::IsEmpty()) << "the new one is broken";
}

TEST(AudioFormatsTest, LeaveOutEverythingElse) {
    const base::Bytes payload = {0xAA};
    const auto aac = sound(media::Codec::Aac, media::BodyPart::Frame, payload);
    const auto mp3 = sound(media::Codec::Mp3, media::BodyPart::Frame, payload);
    const auto video = frame(media::FrameKind::Video, media::FrameRole::Keyframe, 0, {0x2F, 0xAA});
    const auto rtp = frame(media::FrameKind::Audio, media::FrameRole::Media, 0, {0x2F, 0xAA}, media::Carriage::Rtp);
    const auto mp3Encoder = Mp3Format().makeEncoder();
    EXPECT_THAT(written(*mp3Encoder, *mp3), ElementsAre(0xAA));
    for (const auto& other : {aac, video, rtp}) EXPECT_THAT(written(*mp3Encoder, *other), testing::IsEmpty());
    const auto aacEncoder = AacFormat().makeEncoder();
    written(*aacEncoder, *sound(media::Codec::Aac, media::BodyPart::Config, kAacConfig));
    for (const auto& other : {mp3, video, rtp}) EXPECT_THAT(written(*aacEncoder, *other), testing::IsEmpty());
    EXPECT_FALSE(aacEncoder->carriesVideo());
    EXPECT_FALSE(mp3Encoder->carriesVideo());
}

TEST(WebSocketFormatTest, MakesEachEntryAFrame) {
    const FlvFormat flv;
    const WebSocketFormat format(flv);
    EXPECT_EQ(format.name(), "flv-ws");
    const auto encoder = format.makeEncoder();
    const auto plain = flv.makeEncoder();
    EXPECT_TRUE(encoder->carriesVideo());
    for (const std::size_t bodyBytes : {std::size_t{1}, std::size_t{200}, std::size_t{70000}, std::size_t{900000}}) {
        const auto media = frame(media::FrameKind::Video, media::FrameRole::Media, 0, base::Bytes(bodyBytes, 0x27));
        EXPECT_EQ(written(*encoder, *media),
                  http::webSocketFrame(http::WebSocketOpcode::Binary, written(*plain, *media)));
    }
    const auto rtp = frame(media::FrameKind::Audio, media::FrameRole::Media, 0, {1}, media::Carriage::Rtp);
    EXPECT_THAT(written(*encoder, *rtp), testing::IsEmpty());
}

TEST(WebSocketFormatTest, MakesThePreambleAFrame) {
    const FlvFormat flv;
    hub::StreamHeaders headers;
    const auto encoder = WebSocketFormat(flv).makeEncoder();
    EXPECT_THAT(encoder->preamble(headers, 0), testing::IsEmpty());
    headers.metadata = frame(media::FrameKind::Data, media::FrameRole::Metadata, 0, {0xE});
    EXPECT_EQ(encoder->preamble(headers, 7),
              http::webSocketFrame(http::WebSocketOpcode::Binary, flv.makeEncoder()->preamble(headers, 7)));
}

TEST(WebSocketFormatTest, IsOfSoundAloneWhereTheInnerOneIs) {
    const Mp3Format mp3;
    EXPECT_FALSE(WebSocketFormat(mp3).makeEncoder()->carriesVideo());
}

} // namespace
} // namespace hookcast::live
