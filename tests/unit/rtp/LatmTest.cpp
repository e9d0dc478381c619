// MP4A-LATM, and mpeg4-generic that tells less than it should.
#include "rtp/LatmDepacketizer.h"

#include "media/AacConfig.h"
#include "media/BitWriter.h"
#include "unit/rtp/RtpTesting.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::errorOf;
using support::hex;
using support::pattern;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

SdpMedia section(std::string_view text) {
    return parseSdp(text).value().media.at(0);
}

PacketFeed feedOf(std::string_view rtpmap, std::string_view parameters) {
    auto made = makeDepacketizer(
        section(fmt::format("m=audio 0 RTP/AVP 96\na=rtpmap:96 {}\na=fmtp:96 {}", rtpmap, parameters)), 100'000);
    EXPECT_EQ(errorOf(made), "");
    return PacketFeed(made.take());
}

/// A frame behind its size.
base::Bytes element(const base::Bytes& frame) {
    base::Bytes bytes(frame.size() / 255, 0xFF);
    bytes.push_back(static_cast<std::uint8_t>(frame.size() % 255));
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    return bytes;
}

/// What GStreamer's rtpmp4apay announces for 44,100 Hz, two channels.
constexpr std::string_view kGStreamer = "cpresent=0;config=400024203FC0;profile-level-id=2;object=2;bitrate=0";

TEST(Latm, ReadsWhatGStreamerSends) {
    const SdpMedia media =
        section("m=audio 0 RTP/AVP 96\na=rtpmap:96 MP4A-LATM/44100\na=fmtp:96 " + std::string(kGStreamer));
    EXPECT_EQ(media.codec(), media::Codec::Aac);
    PacketFeed feed = feedOf("MP4A-LATM/44100", kGStreamer);
    const base::Bytes frame = pattern(600, 1);
    const auto units = feed.push(2048, true, element(frame));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_EQ(units[0].rtpTimestamp, 2048U);
    EXPECT_TRUE(units[0].keyframe);
    EXPECT_THAT(units[0].units, ElementsAre(frame));
}

TEST(Latm, TellsAConfigurationThatIsAac) {
    // As a whole, and as some cut it short.
    const auto config = LatmConfig::read(hex("400024203FC0"));
    EXPECT_EQ(LatmConfig::read(hex("40002420")).value().audioSpecificConfig, hex("1210"));
    // With SBR's extension, which FLV's configurations from ffmpeg have, and nothing behind it.
    EXPECT_EQ(LatmConfig::read(hex("40002410ADCA00")).value().audioSpecificConfig, hex("120856E500 00"));
    ASSERT_TRUE(config) << config.error().message;
    const auto audio = media::AacConfig::read(config.value().audioSpecificConfig);
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio.value().objectType, 2);
    EXPECT_EQ(audio.value().sampleRate, 44100U);
    EXPECT_EQ(audio.value().channels, 2);
    EXPECT_EQ(config.value().audioSpecificConfig, hex("1210"));
    EXPECT_EQ(config.value().frames, 1U);
}

TEST(Latm, PutsFragmentsTogetherWithAndWithoutMarkers) {
    const base::Bytes frame = pattern(700, 2);
    const base::Bytes whole = element(frame);
    const base::Bytes first(whole.begin(), whole.begin() + 300);
    const base::Bytes second(whole.begin() + 300, whole.end());
    PacketFeed feed = feedOf("MP4A-LATM/44100", kGStreamer);
    EXPECT_THAT(feed.push(0, false, first), IsEmpty());
    EXPECT_THAT(feed.push(0, true, second).at(0).units, ElementsAre(frame));
    EXPECT_THAT(feed.push(1024, false, first), IsEmpty());
    EXPECT_THAT(feed.push(1024, false, second), IsEmpty());
    EXPECT_THAT(feed.push(2048, false, whole).at(0).units, ElementsAre(frame));
}

TEST(Latm, DiscardsAFrameOfWhichAFragmentWasLost) {
    const base::Bytes whole = element(pattern(700, 2));
    PacketFeed feed = feedOf("MP4A-LATM/44100", kGStreamer);
    EXPECT_THAT(feed.push(0, false, {whole.begin(), whole.begin() + 300}), IsEmpty());
    feed.lose();
    EXPECT_THAT(feed.push(0, true, {whole.begin() + 600, whole.end()}), IsEmpty());
    EXPECT_EQ(feed.counters().discardedUnits, 1U);
    EXPECT_THAT(feed.push(1024, true, whole), SizeIs(1));
}

/// StreamMuxConfig() of AAC-LC with 48,000 Hz and two channels, and what follows it.
void writeMuxConfig(media::BitWriter& writer, unsigned frames) {
    writer.bits(0, 1); // audioMuxVersion
    writer.bits(1, 1); // allStreamsSameTimeFraming
    writer.bits(frames - 1, 6);
    writer.bits(0, 4 + 3);
    writer.bits(0x1190, 16); // AudioSpecificConfig
    writer.bits(0, 3);       // frameLengthType
    writer.bits(0xFF, 8);
    writer.bits(0, 1 + 1); // otherDataPresent, crcCheckPresent
}

TEST(Latm, FindsItsConfigurationAmongThePackets) {
    auto made =
        makeDepacketizer(section("m=audio 0 RTP/AVP 96\na=rtpmap:96 MP4A-LATM/48000\na=fmtp:96 cpresent=1"), 100'000);
    ASSERT_EQ(errorOf(made), "");
    const std::unique_ptr<Depacketizer> depacketizer = made.take();
    EXPECT_THAT(depacketizer->audioConfig(), IsEmpty());
    base::Bytes later;
    media::BitWriter writeLater(later);
    writeLater.bits(1, 1); // useSameStreamMux
    writeLater.bits(2, 8);
    writeLater.bits(0xAABB, 16);
    EXPECT_THAT(push(*depacketizer, rtp(1, 0, true, later)), IsEmpty());

    base::Bytes bytes;
    media::BitWriter writer(bytes);
    writer.bits(0, 1);
    writeMuxConfig(writer, 2);
    writer.bits(1, 8);
    writer.bits(0xCC, 8);
    writer.bits(2, 8);
    writer.bits(0xDDEE, 16);
    const auto units = push(*depacketizer, rtp(2, 5000, true, bytes));
    ASSERT_THAT(units, SizeIs(2));
    EXPECT_THAT(units[0].units, ElementsAre(hex("CC")));
    EXPECT_THAT(units[1].units, ElementsAre(hex("DDEE")));
    EXPECT_EQ(units[1].rtpTimestamp, 6024U);
    EXPECT_THAT(depacketizer->audioConfig(), testing::ElementsAreArray(hex("1190")));
}

TEST(Latm, PassesOnWholeWhatIsNoAac) {
    for (const char* config : {"", "zz", "4000", "401024203FC0" /* several programmes */, "C0002420"}) {
        const SdpMedia media = section(
            fmt::format("m=audio 0 RTP/AVP 96\na=rtpmap:96 MP4A-LATM/44100\na=fmtp:96 cpresent=0;config={}", config));
        EXPECT_EQ(media.codec(), media::Codec::None) << config;
        EXPECT_EQ(errorOf(makeDepacketizer(media, 1000)), "") << config;
    }
}

TEST(Latm, BrokenElementsAreDropped) {
    PacketFeed feed = feedOf("MP4A-LATM/44100", kGStreamer);
    EXPECT_THAT(feed.push(0, true, hex("FF")), IsEmpty());
    EXPECT_THAT(feed.push(1, true, hex("FFFFFFFFFF00 AA")), IsEmpty());
    EXPECT_THAT(feed.push(2, true, hex("02 AA")), IsEmpty());
    EXPECT_EQ(feed.counters().malformedPackets, 3U);
    EXPECT_THAT(feed.push(3, true, hex("00")), IsEmpty());
}

/// The configuration that a section of mpeg4-generic makes.
base::Bytes configOf(std::string_view rtpmap, std::string_view parameters) {
    return section(fmt::format("m=audio 0 RTP/AVP 97\na=rtpmap:97 {}\na=fmtp:97 {}", rtpmap, parameters)).aacConfig();
}

TEST(AacWithoutConfig, IsWhatItsRateAndChannelsSay) {
    EXPECT_EQ(configOf("mpeg4-generic/44100/2", "mode=AAC-hbr;sizelength=13"), hex("1210"));
    EXPECT_EQ(configOf("mpeg4-generic/48000", "mode=AAC-hbr"), hex("1188"));
    EXPECT_EQ(configOf("mpeg4-generic/16000/1", "mode=AAC-hbr;config="), hex("1408"));
    EXPECT_EQ(configOf("mpeg4-generic/8000/1", "mode=AAC-hbr;config=zz"), hex("1588"));
    EXPECT_EQ(configOf("mpeg4-generic/44100/2", "config=1190"), hex("1190"));
    EXPECT_EQ(configOf("mpeg4-generic/90000", "mode=AAC-hbr"), base::Bytes());
    EXPECT_NE(errorOf(makeDepacketizer(
                  section("m=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/90000\na=fmtp:96 mode=AAC-hbr"), 1000)),
              "");
}

TEST(AacHeaders, HaveTheLengthsOfTheirModeWhereNoneAreTold) {
    PacketFeed high = feedOf("mpeg4-generic/44100/2", "mode=AAC-hbr");
    EXPECT_THAT(high.push(0, true, hex("0010 0018 AABBCC")).at(0).units, ElementsAre(hex("AABBCC")));
    PacketFeed low = feedOf("mpeg4-generic/44100/2", "mode=AAC-lbr");
    EXPECT_THAT(low.push(0, true, hex("0008 0C AABBCC")).at(0).units, ElementsAre(hex("AABBCC")));
    PacketFeed none = feedOf("mpeg4-generic/44100/2", "streamtype=5");
    EXPECT_THAT(none.push(0, true, hex("0010 0018 AABBCC")).at(0).units, ElementsAre(hex("AABBCC")));
}

TEST(AacHeaders, MayBeSizesAlone) {
    // 13 bits, whether an index was announced or not.
    for (const char* parameters :
         {"mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3",
          "mode=AAC-hbr;sizelength=13;indexlength=0;indexdeltalength=0", "mode=AAC-hbr;sizelength=13"}) {
        PacketFeed feed = feedOf("mpeg4-generic/44100/2", parameters);
        EXPECT_THAT(feed.push(0, true, hex("000D 0018 AABBCC")).at(0).units, ElementsAre(hex("AABBCC"))) << parameters;
        // And 16, likewise.
        EXPECT_THAT(feed.push(0, true, hex("0010 0018 AABBCC")).at(0).units, ElementsAre(hex("AABBCC"))) << parameters;
    }
    PacketFeed odd = feedOf("mpeg4-generic/44100/2", "mode=AAC-hbr;sizelength=16;indexlength=8;indexdeltalength=8");
    EXPECT_THAT(odd.push(0, true, hex("0018 000300 AABBCC")).at(0).units, ElementsAre(hex("AABBCC")));
}

TEST(FormatParametersOfAnotherType, AreThoseOfTheOnlyFormat) {
    const SdpMedia stray = section("m=audio 0 RTP/AVP 97\na=fmtp:96 mode=AAC-hbr;config=1190\n"
                                   "a=rtpmap:97 mpeg4-generic/48000/2");
    EXPECT_EQ(stray.codec(), media::Codec::Aac);
    EXPECT_EQ(stray.aacConfig(), hex("1190"));
    // Its own count, and those of a format that the section has are that one's.
    const SdpMedia both = section("m=audio 0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/48000/2\na=fmtp:96 config=1210\n"
                                  "a=fmtp:97 config=1190");
    EXPECT_EQ(both.aacConfig(), hex("1190"));
    EXPECT_EQ(both.parameters.entries().size(), 1U);
    const SdpMedia other = section("m=audio 0 RTP/AVP 97 98\na=rtpmap:97 mpeg4-generic/48000/2\na=fmtp:98 config=1210");
    EXPECT_TRUE(other.parameters.entries().empty());
}

} // namespace
} // namespace hookcast::rtp::test
