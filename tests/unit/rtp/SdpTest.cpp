#include "rtp/Sdp.h"

#include "rtp/SdpWriter.h"
#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp {
namespace {

using support::errorOf;
using support::hex;
using testing::SizeIs;

const base::Bytes kSps = hex("67640028ACD940780227E5C044000003000400000300F03C60C658");
const base::Bytes kPps = hex("68EBE3CB22C0");

Sdp parsed(std::string_view text) {
    auto sdp = parseSdp(text);
    EXPECT_EQ(errorOf(sdp), "");
    return sdp.ok() ? sdp.take() : Sdp();
}

/// As FFmpeg announces H.264 and AAC.
constexpr std::string_view kFfmpeg =
    "v=0\r\n"
    "o=- 0 0 IN IP4 127.0.0.1\r\n"
    "s=No Name\r\n"
    "c=IN IP4 127.0.0.1\r\n"
    "t=0 0\r\n"
    "a=tool:libavformat 59.27.100\r\n"
    "m=video 0 RTP/AVP 96\r\n"
    "a=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z2QAKKzZQHgCJ+XARAAAAwAEAAADA"
    "PA8YMZY,aOvjyyLA; profile-level-id=640028\r\n"
    "a=control:streamid=0\r\n"
    "m=audio 0 RTP/AVP 97\r\n"
    "b=AS:128\r\n"
    "a=rtpmap:97 MPEG4-GENERIC/44100/2\r\n"
    "a=fmtp:97 profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;"
    "indexdeltalength=3; config=121056E500\r\n"
    "a=control:streamid=1\r\n";

TEST(Sdp, ReadsWhatFfmpegAnnounces) {
    const Sdp sdp = parsed(kFfmpeg);
    EXPECT_EQ(sdp.sessionName, "No Name");
    EXPECT_EQ(sdp.control, "");
    ASSERT_THAT(sdp.media, SizeIs(2));
    const SdpMedia& video = sdp.media[0];
    EXPECT_EQ(video.kind, SdpKind::Video);
    EXPECT_EQ(video.protocol, "RTP/AVP");
    EXPECT_EQ(video.payloadType, 96);
    EXPECT_EQ(video.encodingName, "H264");
    EXPECT_EQ(video.codec(), media::Codec::Avc);
    EXPECT_EQ(video.clockRate, 90000U);
    EXPECT_EQ(video.control, "streamid=0");
    EXPECT_EQ(video.parameters.get("Profile-Level-ID"), "640028");
    EXPECT_EQ(video.parameters.number("packetization-mode", 0), 1U);
    media::AvcConfig config;
    config.sps.push_back(kSps);
    config.pps.push_back(kPps);
    EXPECT_EQ(video.avcConfig(), config);
    const SdpMedia& audio = sdp.media[1];
    EXPECT_EQ(audio.codec(), media::Codec::Aac);
    EXPECT_EQ(audio.clockRate, 44100U);
    EXPECT_EQ(audio.channels, 2U);
    EXPECT_EQ(audio.aacConfig(), hex("121056E500"));
    EXPECT_EQ(video.text + audio.text, kFfmpeg.substr(kFfmpeg.find("m=")));
}

TEST(Sdp, IsLenient) {
    // LF only, no v=, unknown lines, attributes for other payload types, no rtpmap, control at the session.
    const Sdp sdp = parsed("a=control:rtsp://cam/stream\n"
                           "garbage\n"
                           "=\n"
                           "\n"
                           "x=unknown\n"
                           "m=video 5000/2 RTP/AVP 97 98\n"
                           "a=rtpmap:98 VP8/90000\n"
                           "a=rtpmap:97 h265/90000\n"
                           "a=fmtp:98 x=y\n"
                           "a=fmtp:97 flag; sprop-vps=!!! ;a=b=c\n"
                           "a=control:  track1 \n"
                           "m=audio 0 RTP/AVP 0\n"
                           "m=application 0 UDP chat\n"
                           "m=application 9 RTP/AVP 107\n"
                           "m=audio 0 RTP/AVP 99\n"
                           "a=rtpmap:99 PCMA/0/999\n"
                           "a=sendrecv");
    EXPECT_EQ(sdp.control, "rtsp://cam/stream");
    ASSERT_THAT(sdp.media, SizeIs(5));
    EXPECT_EQ(sdp.media[0].port, 5000);
    EXPECT_EQ(sdp.media[0].codec(), media::Codec::Hevc);
    EXPECT_EQ(sdp.media[0].parameters.entries().size(), 3U);
    EXPECT_EQ(sdp.media[0].parameters.get("a"), "b=c");
    EXPECT_EQ(sdp.media[0].parameters.get("flag"), "");
    EXPECT_FALSE(sdp.media[0].hevcConfig().complete());
    EXPECT_EQ(sdp.media[0].control, "track1");
    EXPECT_EQ(sdp.media[1].codec(), media::Codec::G711U);
    EXPECT_EQ(sdp.media[1].clockRate, 8000U);
    EXPECT_EQ(sdp.media[2].kind, SdpKind::Other);
    EXPECT_EQ(sdp.media[2].protocol, "UDP");
    EXPECT_EQ(sdp.media[2].codec(), media::Codec::None);
    EXPECT_EQ(sdp.media[3].payloadType, 107);
    EXPECT_EQ(sdp.media[3].clockRate, 90000U);
    EXPECT_EQ(sdp.media[4].clockRate, 8000U);
    EXPECT_EQ(sdp.media[4].channels, 255U);
    EXPECT_EQ(sdp.media[4].text, "m=audio 0 RTP/AVP 99\na=rtpmap:99 PCMA/0/999\na=sendrecv");
}

TEST(Sdp, KnowsTheStaticPayloadTypes) {
    const auto codecOf = [](std::string_view line) { return parsed(line).media.at(0).codec(); };
    EXPECT_EQ(codecOf("m=audio 0 RTP/AVP 0"), media::Codec::G711U);
    EXPECT_EQ(codecOf("m=audio 0 RTP/AVP 8"), media::Codec::G711A);
    EXPECT_EQ(codecOf("m=audio 0 RTP/AVP 14"), media::Codec::Mp3);
    const SdpMedia l16 = parsed("m=audio 0 RTP/AVP 10").media.at(0);
    EXPECT_EQ(l16.codec(), media::Codec::None);
    EXPECT_EQ(l16.encodingName, "L16");
    EXPECT_EQ(l16.clockRate, 44100U);
    EXPECT_EQ(l16.channels, 2U);
}

TEST(Sdp, Mpeg4GenericIsAacOnlyWhenItSaysSo) {
    const auto codecOf = [](std::string_view kind, std::string_view parameters) {
        return parsed("m=" + std::string(kind) + " 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/90000\na=fmtp:96 " +
                      std::string(parameters))
            .media.at(0)
            .codec();
    };
    EXPECT_EQ(codecOf("audio", "mode=aac-HBR;config=1210"), media::Codec::Aac);
    EXPECT_EQ(codecOf("audio", "mode=AAC-lbr"), media::Codec::Aac);
    EXPECT_EQ(codecOf("audio", "config=1210"), media::Codec::Aac);
    EXPECT_EQ(codecOf("audio", "mode=CELP-cbr;config=1210"), media::Codec::None);
    EXPECT_EQ(codecOf("video", "mode=AAC-hbr;config=1210"), media::Codec::None);
}

TEST(Sdp, HasLimits) {
    EXPECT_EQ(errorOf(parseSdp(std::string(101, 'a'), {100, 10, 2})), "an SDP of 101 bytes; the limit is 100");
    EXPECT_EQ(errorOf(parseSdp(std::string(11, '\n'), {100, 10, 2})), "an SDP of more than 10 lines");
    EXPECT_EQ(errorOf(parseSdp("m=a 0 b c\nm=a 0 b c\nm=a 0 b c", {100, 10, 2})),
              "an SDP of more than 2 media sections");
    EXPECT_EQ(errorOf(parseSdp("m=a 0 b c\nm=a 0 b c", {100, 2, 2})), "");
}

TEST(Sdp, AMediaLineThatMakesNoSenseIsAnError) {
    for (const char* line : {"m=video", "m=video 0", "m=video x RTP/AVP 96", "m=video 0 RTP/AVP",
                             "m=video 0 RTP/AVP 128", "m=video 0 RTP/AVP x", "m=video 65536 RTP/AVP 96"}) {
        EXPECT_EQ(errorOf(parseSdp(line)), std::string("SDP: \"") + line + "\" makes no sense");
    }
}

TEST(SdpWriter, DescribesH264AndAac) {
    media::AvcConfig config;
    config.sps.push_back(kSps);
    config.pps.push_back(kPps);
    const std::vector<TrackDescription> tracks{describeAvc(config, 96), describeAac(hex("1210"), 97).value()};
    EXPECT_EQ(writeSdp({7, "live/cam", "192.0.2.1"}, tracks),
              "v=0\r\n"
              "o=- 7 1 IN IP4 192.0.2.1\r\n"
              "s=live/cam\r\n"
              "c=IN IP4 0.0.0.0\r\n"
              "t=0 0\r\n"
              "a=control:*\r\n"
              "a=range:npt=now-\r\n"
              "m=video 0 RTP/AVP 96\r\n"
              "a=rtpmap:96 H264/90000\r\n"
              "a=fmtp:96 packetization-mode=1;profile-level-id=640028;sprop-parameter-sets="
              "Z2QAKKzZQHgCJ+XARAAAAwAEAAADAPA8YMZY,aOvjyyLA\r\n"
              "a=control:trackID=0\r\n"
              "m=audio 0 RTP/AVP 97\r\n"
              "a=rtpmap:97 MPEG4-GENERIC/44100/2\r\n"
              "a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;"
              "indexdeltalength=3;config=1210\r\n"
              "a=control:trackID=1\r\n");
}

TEST(SdpWriter, WhatItDescribesIsReadBack) {
    media::AvcConfig avc;
    avc.sps.push_back(kSps);
    avc.pps.push_back(kPps);
    media::HevcConfig hevc;
    hevc.vps.push_back(hex("40010C01FFFF016000000300900000030000030078959809"));
    hevc.sps.push_back(hex("420101016000000300900000030000030078A003C08010E596566924CAF0168080000003008000000F04"));
    hevc.pps.push_back(hex("4401C172B46240"));
    const std::vector<TrackDescription> tracks{describeAvc(avc, 96),
                                               describeAvc({}, 96),
                                               describeHevc(hevc, 96),
                                               describeHevc({}, 96),
                                               describeAac(hex("2B920800"), 97).value(),
                                               describeOpus(97),
                                               describeG711(media::Codec::G711A),
                                               describeG711(media::Codec::G711U),
                                               describeMp3()};
    const Sdp sdp = parsed(writeSdp({1, "a\r\nm=evil 0 x 1", "::1"}, tracks));
    EXPECT_EQ(sdp.sessionName, "a  m=evil 0 x 1");
    EXPECT_EQ(sdp.control, "*");
    ASSERT_EQ(sdp.media.size(), tracks.size());
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        EXPECT_EQ(sdp.media[i].codec(), tracks[i].codec) << i;
        EXPECT_EQ(sdp.media[i].payloadType, tracks[i].payloadType) << i;
        EXPECT_EQ(sdp.media[i].clockRate, tracks[i].clockRate) << i;
        EXPECT_EQ(sdp.media[i].control, trackControl(i));
    }
    EXPECT_EQ(sdp.media[0].avcConfig(), avc);
    EXPECT_FALSE(sdp.media[1].avcConfig().complete());
    EXPECT_EQ(sdp.media[2].hevcConfig(), hevc);
    EXPECT_EQ(sdp.media[4].clockRate, 44100U);
    EXPECT_EQ(sdp.media[5].channels, 2U);
    EXPECT_EQ(sdp.media[6].payloadType, 8);
    EXPECT_EQ(sdp.media[7].payloadType, 0);
    EXPECT_EQ(sdp.media[8].payloadType, 14);
}

TEST(SdpWriter, AnAacConfigThatMakesNoSenseIsAnError) {
    EXPECT_EQ(errorOf(describeAac({}, 97)), "an AudioSpecificConfig cut short at 0 bytes");
}

TEST(SdpWriter, PassesAnUnknownCodecOn) {
    const auto track = describeOpaque("m=video 5004 RTP/AVP 98 99\n"
                                      "c=IN IP4 10.0.0.1\n"
                                      "b=AS:500\n"
                                      "a=rtpmap:98 VP8/90000\n"
                                      "a=fmtp:98 max-fr=30\n"
                                      "a=control:streamid=3\n"
                                      "a=sendonly\n"
                                      "a=x-odd:\x01\x1b\n"
                                      " a=indented\n");
    ASSERT_EQ(errorOf(track), "");
    EXPECT_EQ(track.value().codec, media::Codec::None);
    EXPECT_EQ(track.value().payloadType, 98);
    EXPECT_EQ(track.value().clockRate, 90000U);
    EXPECT_EQ(track.value().section, "m=video 0 RTP/AVP 98\r\n"
                                     "b=AS:500\r\n"
                                     "a=rtpmap:98 VP8/90000\r\n"
                                     "a=fmtp:98 max-fr=30\r\n");
    EXPECT_EQ(errorOf(describeOpaque("")), "not one media section");
    EXPECT_EQ(errorOf(describeOpaque("m=video 0 x 1\nm=video 0 x 1")), "not one media section");
    EXPECT_EQ(errorOf(describeOpaque("m=application 0 UDP chat")), "a media section without RTP");
    EXPECT_EQ(errorOf(describeOpaque("m=video")), "SDP: \"m=video\" makes no sense");
}

/// What players get is not what came, and the key of one is nothing to the others.
TEST(SdpWriter, APublishersKeyIsItsOwn) {
    const auto track = describeOpaque("m=video 0 RTP/SAVP 98\r\n"
                                      "a=rtpmap:98 VP8/90000\r\n"
                                      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcH\r\n"
                                      "a=key-mgmt:mikey AAAA\r\n");
    ASSERT_EQ(errorOf(track), "");
    EXPECT_EQ(track.value().section, "m=video 0 RTP/AVP 98\r\na=rtpmap:98 VP8/90000\r\n");
    const auto feedback = describeOpaque("m=video 0 RTP/SAVPF 98\r\n");
    EXPECT_EQ(feedback.value().section, "m=video 0 RTP/AVPF 98\r\n");
}

TEST(SdpWriter, ATrackCanBeOfSrtp) {
    TrackDescription track = describeOpus(97);
    protect(track, "a=key-mgmt:mikey AAAA\r\n");
    EXPECT_EQ(track.section, "m=audio 0 RTP/SAVP 97\r\na=rtpmap:97 opus/48000/2\r\na=key-mgmt:mikey AAAA\r\n");
}

} // namespace
} // namespace hookcast::rtp
