#include "rtp/Packetizer.h"

#include "rtp/AvcDepacketizer.h"
#include "rtp/SdpWriter.h"
#include "unit/rtp/RtpTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::errorOf;
using support::hex;
using support::join;
using support::pattern;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMtuBytes = 100;

PacketizerOptions options() {
    return {96, 2, 0x01020304, 65534, kMtuBytes};
}

PacketKeeper written(Packetizer& packetizer, const std::vector<base::Bytes>& units, std::uint32_t timestamp) {
    PacketKeeper keeper;
    packetizer.write(views(units), timestamp, keeper);
    return keeper;
}

std::vector<AccessUnit> depacketized(Depacketizer& depacketizer, const PacketKeeper& keeper) {
    std::vector<AccessUnit> units;
    for (const base::Bytes& packet : keeper.packets) {
        for (AccessUnit& unit : push(depacketizer, packet)) units.push_back(std::move(unit));
    }
    return units;
}

std::unique_ptr<Depacketizer> depacketizerFor(const TrackDescription& track) {
    return makeDepacketizer(mediaSection(track.section), 1'000'000).take();
}

/// One NAL unit, frame or packet of `size` bytes that the codec takes for one.
base::Bytes unitOf(media::Codec codec, std::size_t size) {
    base::Bytes bytes = pattern(size);
    const base::Bytes head = codec == media::Codec::Avc    ? hex("65 88")
                             : codec == media::Codec::Hevc ? hex("2601 AF")
                                                           : base::Bytes();
    std::copy_n(head.begin(), std::min(head.size(), size), bytes.begin());
    return bytes;
}

TEST(Packetizer, WritesInterleavedFrames) {
    const auto packetizer = makePacketizer(media::Codec::Avc, options());
    base::Bytes out = hex("FF");
    BytesSink sink(out);
    const std::vector<base::Bytes> units{hex("65 88 01"), hex("65 40")};
    packetizer->write(views(units), 3000, sink);
    EXPECT_EQ(out, hex("FF"
                       "24 02 000F 80 60 FFFE 00000BB8 01020304 658801"
                       "24 02 000E 80 E0 FFFF 00000BB8 01020304 6540"));
    EXPECT_EQ(packetizer->nextSequence(), 0);
    EXPECT_EQ(packetizer->counters().packets, 2U);
    EXPECT_EQ(packetizer->counters().payloadBytes, 5U);
    EXPECT_EQ(packetizer->ssrc(), 0x01020304U);
    EXPECT_EQ(packetizer->channel(), 2);
}

TEST(Packetizer, ThePayloadIsAViewOfWhatIsWritten) {
    class Recorder final : public PacketSink {
      public:
        void packet(base::ByteSpan, base::ByteSpan payload) override { payloads.push_back(payload); }
        std::vector<base::ByteSpan> payloads;
    };
    const auto packetizer = makePacketizer(media::Codec::Avc, options());
    const base::Bytes unit = unitOf(media::Codec::Avc, 250);
    Recorder recorder;
    const std::vector<base::ByteSpan> units{unit};
    packetizer->write(units, 0, recorder);
    ASSERT_THAT(recorder.payloads, SizeIs(3));
    EXPECT_EQ(recorder.payloads[0].data(), unit.data() + 1);
    EXPECT_EQ(recorder.payloads[1].data(), unit.data() + 1 + 98);
    EXPECT_EQ(recorder.payloads[2].size(), 249U - 2 * 98);
}

TEST(Packetizer, WritesFuA) {
    const auto packetizer = makePacketizer(media::Codec::Avc, options());
    const PacketKeeper keeper = written(*packetizer, {unitOf(media::Codec::Avc, 250)}, 0);
    ASSERT_THAT(keeper.packets, SizeIs(3));
    const auto fuBytes = [&keeper](std::size_t i) { return base::Bytes{keeper.packets[i][12], keeper.packets[i][13]}; };
    EXPECT_EQ(fuBytes(0), hex("7C 85"));
    EXPECT_EQ(fuBytes(1), hex("7C 05"));
    EXPECT_EQ(fuBytes(2), hex("7C 45"));
    EXPECT_EQ(keeper.packets[0][1], 96);
    EXPECT_EQ(keeper.packets[2][1], 0x80 | 96);
}

TEST(Packetizer, WritesHevcFragments) {
    const auto packetizer = makePacketizer(media::Codec::Hevc, options());
    base::Bytes unit = unitOf(media::Codec::Hevc, 250);
    unit[1] = 0x0B; // layer and temporal id are kept
    const PacketKeeper keeper = written(*packetizer, {unit}, 0);
    ASSERT_THAT(keeper.packets, SizeIs(3));
    const auto head = [&keeper](std::size_t i) {
        return base::Bytes(keeper.packets[i].begin() + 12, keeper.packets[i].begin() + 15);
    };
    EXPECT_EQ(head(0), hex("620B 93"));
    EXPECT_EQ(head(1), hex("620B 13"));
    EXPECT_EQ(head(2), hex("620B 53"));
}

TEST(Packetizer, EmptyUnitsAreLeftOut) {
    const auto packetizer = makePacketizer(media::Codec::Avc, options());
    const PacketKeeper keeper = written(*packetizer, {{}, hex("6588"), {}}, 0);
    ASSERT_THAT(keeper.packets, SizeIs(1));
    EXPECT_EQ(keeper.packets[0][1], 0x80 | 96);
    for (const media::Codec codec : {media::Codec::None, media::Codec::Avc, media::Codec::Hevc, media::Codec::Aac,
                                     media::Codec::Opus, media::Codec::G711A, media::Codec::Mp3}) {
        EXPECT_THAT(written(*makePacketizer(codec, options()), {}, 0).packets, IsEmpty());
        EXPECT_THAT(written(*makePacketizer(codec, options()), {{}}, 0).packets, IsEmpty());
    }
}

class PacketizerRoundTrip : public testing::TestWithParam<media::Codec> {
  protected:
    static TrackDescription trackOf(media::Codec codec) {
        switch (codec) {
        case media::Codec::Avc: return describeAvc({}, 96);
        case media::Codec::Hevc: return describeHevc({}, 96);
        case media::Codec::Aac: return describeAac(hex("1210"), 97).value();
        case media::Codec::Opus: return describeOpus(97);
        default: return describeG711(codec);
        }
    }
};

TEST_P(PacketizerRoundTrip, WhatIsCutIsPutTogetherAgain) {
    for (std::size_t size = 4; size < 4 * kMtuBytes; ++size) {
        const auto packetizer = makePacketizer(GetParam(), options());
        const auto depacketizer = depacketizerFor(trackOf(GetParam()));
        const base::Bytes unit = unitOf(GetParam(), size);
        const PacketKeeper keeper = written(*packetizer, {unit}, 90000);
        for (std::size_t i = 0; i < keeper.packets.size(); ++i) {
            if (GetParam() != media::Codec::Opus) {
                EXPECT_LE(keeper.packets[i].size(), RtpHeader::kSizeBytes + kMtuBytes);
            }
            EXPECT_EQ(keeper.interleavedHeaders[i],
                      (base::Bytes{'$', 2, static_cast<std::uint8_t>(keeper.packets[i].size() >> 8U),
                                   static_cast<std::uint8_t>(keeper.packets[i].size())}));
        }
        base::Bytes together;
        for (const AccessUnit& each : depacketized(*depacketizer, keeper)) {
            EXPECT_EQ(each.rtpTimestamp, 90000 + together.size() * (each.units[0].size() < size ? 1U : 0U));
            together = join({together, each.units.at(0)});
        }
        EXPECT_EQ(together, unit) << size;
        EXPECT_EQ(depacketizer->counters().malformedPackets, 0U);
        EXPECT_EQ(depacketizer->counters().lostPackets, 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(Codecs, PacketizerRoundTrip,
                         testing::Values(media::Codec::Avc, media::Codec::Hevc, media::Codec::Aac, media::Codec::Opus,
                                         media::Codec::G711A, media::Codec::G711U),
                         [](const auto& info) { return std::string(1, static_cast<char>('A' + info.index)); });

TEST(Packetizer, AnAccessUnitOfSeveralNalUnitsSurvives) {
    for (const media::Codec codec : {media::Codec::Avc, media::Codec::Hevc}) {
        const bool isAvc = codec == media::Codec::Avc;
        const auto depacketizer = depacketizerFor(isAvc ? describeAvc({}, 96) : describeHevc({}, 96));
        const auto packetizer = makePacketizer(codec, options());
        const std::vector<base::Bytes> units{isAvc ? hex("67 42C00DD9") : hex("4001 0C01"), unitOf(codec, 333),
                                             unitOf(codec, 99), unitOf(codec, 1000)};
        const auto out = depacketized(*depacketizer, written(*packetizer, units, 7));
        ASSERT_THAT(out, SizeIs(1));
        EXPECT_EQ(out[0].units, units);
        EXPECT_TRUE(out[0].keyframe);
        EXPECT_TRUE(out[0].hasParameterSets);
    }
}

TEST(Packetizer, Mp3FramesSurvive) {
    // 32 kbit/s to 320 kbit/s at 44.1 kHz: 104 to 1044 bytes.
    for (unsigned bitRateIndex = 1; bitRateIndex < 15; ++bitRateIndex) {
        base::Bytes frame = pattern(1044);
        const base::Bytes head{0xFF, 0xFB, static_cast<std::uint8_t>(bitRateIndex << 4U), 0x64};
        std::copy(head.begin(), head.end(), frame.begin());
        constexpr std::array<unsigned, 15> kKilobits{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
        frame.resize(std::size_t{144} * kKilobits[bitRateIndex] * 1000 / 44100);
        const auto packetizer = makePacketizer(media::Codec::Mp3, options());
        const auto depacketizer = depacketizerFor(describeMp3());
        const PacketKeeper keeper = written(*packetizer, {frame, frame}, 5);
        const auto units = depacketized(*depacketizer, keeper);
        ASSERT_THAT(units, SizeIs(2));
        EXPECT_THAT(units[0].units, ElementsAre(frame));
        EXPECT_THAT(units[1].units, ElementsAre(frame));
    }
}

TEST(Packetizer, WhatAFormatCannotCarryIsDropped) {
    const auto aac = makePacketizer(media::Codec::Aac, options());
    EXPECT_THAT(written(*aac, {base::Bytes(8191)}, 0).packets, SizeIs(86));
    EXPECT_THAT(written(*aac, {base::Bytes(8192)}, 0).packets, IsEmpty());
    EXPECT_EQ(aac->counters().droppedUnits, 1U);
    const auto opus = makePacketizer(media::Codec::Opus, options());
    EXPECT_THAT(written(*opus, {base::Bytes(65523)}, 0).packets, SizeIs(1));
    EXPECT_THAT(written(*opus, {base::Bytes(65524)}, 0).packets, IsEmpty());
    const auto mp3 = makePacketizer(media::Codec::Mp3, options());
    EXPECT_THAT(written(*mp3, {base::Bytes(65536)}, 0).packets, IsEmpty());
    EXPECT_EQ(makePacketizer(media::Codec::Av1, options()), nullptr);
}

TEST(Packetizer, TheLargestPacketFitsAnInterleavedFrame) {
    PacketizerOptions huge = options();
    huge.mtuBytes = 1'000'000;
    const auto packetizer = makePacketizer(media::Codec::Avc, huge);
    const PacketKeeper keeper = written(*packetizer, {unitOf(media::Codec::Avc, 100'000)}, 0);
    ASSERT_THAT(keeper.packets, SizeIs(2));
    EXPECT_THAT(keeper.packets[0], SizeIs(65535));
    EXPECT_EQ(keeper.interleavedHeaders[0], hex("24 02 FFFF"));
}

TEST(OpaquePacketizer, GivesPacketsItsOwnHeader) {
    const auto packetizer = makePacketizer(media::Codec::None, options());
    // Marker, two CSRCs, an extension, padding.
    const base::Bytes rich = hex("B2 E2 0010 00000100 AABBCCDD 11111111 22222222 BEDE 0001 AAAAAAAA 0102 0002");
    const base::Bytes plain = hex("80 62 0011 00000130 AABBCCDD 03");
    const PacketKeeper keeper = written(*packetizer, {rich, plain, hex("0102")}, 9000);
    EXPECT_THAT(keeper.packets,
                ElementsAre(hex("92 E0 FFFE 00002328 01020304 11111111 22222222 BEDE 0001 AAAAAAAA 0102"),
                            hex("80 60 FFFF 00002358 01020304 03")));
    EXPECT_EQ(packetizer->counters().droppedUnits, 1U);
}

TEST(OpaquePacketizer, KeepsGapsAndNotJumps) {
    const auto packetizer = makePacketizer(media::Codec::None, options());
    const auto sequenceOf = [&packetizer](std::uint16_t sequence) {
        const PacketKeeper keeper = written(*packetizer, {rtp(sequence, 0, true, hex("01"))}, 0);
        return RtpPacketView::parse(keeper.packets.at(0)).value().header.sequence;
    };
    EXPECT_EQ(sequenceOf(100), 65534);
    EXPECT_EQ(sequenceOf(101), 65535);
    EXPECT_EQ(sequenceOf(104), 2); // two were lost
    EXPECT_EQ(sequenceOf(20000), 3);
    EXPECT_EQ(sequenceOf(5), 4);
}

} // namespace
} // namespace hookcast::rtp::test
