// The tests' own checker of playlists: what it lets pass, and each rule once.
#include "shared/HlsRules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::support {
namespace {

const std::string kPlain = R"(#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z
#EXTINF:4.000,
show-7.ts
#EXTINF:3.900,
show-8.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:20.000Z
#EXTINF:4.400,
show-9.ts
)";

const std::string kLow = R"(#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:1
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.6,HOLD-BACK=3,CAN-SKIP-UNTIL=6
#EXT-X-PART-INF:PART-TARGET=0.2
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z
#EXTINF:1.000,
1.m4s
#EXTINF:1.000,
2.m4s
#EXTINF:1.000,
3.m4s
#EXT-X-PART:DURATION=0.2,URI="4.m4s?part=0",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.19,URI="4.m4s?part=1"
#EXT-X-PART:DURATION=0.1,URI="4.m4s?part=2"
#EXTINF:0.490,
4.m4s
#EXT-X-PART:DURATION=0.2,URI="5.m4s?part=0",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="5.m4s?part=1"
#EXT-X-RENDITION-REPORT:URI="../audio/audio.m3u8",LAST-MSN=5,LAST-PART=0
)";

const std::string kMaster = R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=1600000,AVERAGE-BANDWIDTH=1500000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=320x180
show.m3u8
)";

/// `text` with one thing replaced, which is there.
std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct Case {
    std::string text;
    std::string words; ///< of the one thing that is wrong
};

void expectEach(const std::vector<Case>& cases, Violations (*check)(const std::string&)) {
    for (const Case& one : cases) EXPECT_THAT(joined(check(one.text)), testing::HasSubstr(one.words)) << one.text;
}

TEST(PlaylistRulesTest, whatIsRightPasses) {
    EXPECT_EQ(joined(checkHlsPlaylist(kPlain)), "");
    EXPECT_EQ(joined(checkHlsPlaylist(kLow)), "");
    EXPECT_EQ(joined(checkHlsPlaylist(kPlain + "#EXT-X-ENDLIST\n")), "");
    EXPECT_EQ(joined(checkHlsPlaylist(with(kPlain, "#EXTINF:4.000,\n", "# a comment\n\n#EXTINF:4.000,a title\n"))), "");
    EXPECT_EQ(joined(checkHlsPlaylist(with(kPlain, "05.000Z", "05+01:00"))), "");
    EXPECT_EQ(joined(checkHlsMaster(kMaster)), "");
}

TEST(PlaylistRulesTest, theForm) {
    const std::string inf = "#EXTINF:4.000,\n";
    expectEach(
        {
            {with(kPlain, "#EXTM3U\n", ""), "the first line is not EXTM3U"},
            {"\xEF\xBB\xBF" + kPlain, "the first line is not EXTM3U"},
            {kPlain + "#EXTM3U\n", "EXTM3U stands there twice"},
            {with(kPlain, "show-7", "sh\x01w-7"), "control characters"},
            {kPlain + "#EXT-X-ENDLIST", "the last line does not end"},
            {kPlain + "#EXT-X-STREAM-INF:BANDWIDTH=1\n", "EXT-X-STREAM-INF is no tag of a media playlist"},
            {kPlain + "#EXT-X-UNKNOWN\n", "EXT-X-UNKNOWN is no tag"},
            {kPlain + "#EXT-X-ALLOW-CACHE:YES\n", "EXT-X-ALLOW-CACHE was taken back"},
            {with(kPlain, "#EXT-X-VERSION:3\n", "#EXT-X-VERSION:3\n#EXT-X-VERSION:3\n"),
             "EXT-X-VERSION stands there twice"},
            {with(kPlain, "VERSION:3", "VERSION:3.1"), "EXT-X-VERSION has no decimal integer"},
            {with(kPlain, "SEGMENTS", "SEGMENTS:YES"), "EXT-X-INDEPENDENT-SEGMENTS has a value"},
            {with(kPlain, inf, ""), "show-7.ts has no EXTINF"},
            {with(kPlain, inf, inf + inf), "EXTINF stands there twice for one segment"},
            {with(kPlain, inf, "#EXTINF:4.000\n"), "EXTINF has no comma"},
            {with(kPlain, inf, "#EXTINF:four,\n"), "EXTINF has no duration"},
            {with(kPlain, inf, "#EXTINF:-4.0,\n"), "EXTINF has no duration"},
            {kPlain + inf, "an EXTINF has no segment"},
            {with(kPlain, "show-7", "show 7"), "a URI has white space"},
            {kPlain + "#EXT-X-MEDIA-SEQUENCE:7\n", "EXT-X-MEDIA-SEQUENCE stands behind a segment"},
            {kPlain + "#EXT-X-DISCONTINUITY-SEQUENCE:1\n", "EXT-X-DISCONTINUITY-SEQUENCE stands behind a segment"},
            {with(kPlain, "#EXT-X-DISC", "#EXT-X-DISCONTINUITY\n#EXT-X-DISC"), "twice for one segment"},
            {with(kPlain, "05.000Z", "05.000"), "no date with a time zone"},
            {with(kPlain, "2026-01-02T", "2026-01-02 "), "no date with a time zone"},
        },
        checkHlsPlaylist);
}

TEST(PlaylistRulesTest, attributeLists) {
    const std::string map = "#EXT-X-MAP:URI=\"init.mp4\"";
    expectEach({{with(kLow, map, "#EXT-X-MAP:URI"), "a name without a value"},
                {with(kLow, map, "#EXT-X-MAP:uri=\"init.mp4\""), "a name that is none"},
                {with(kLow, map, "#EXT-X-MAP:URI=\"init.mp4"), "quotes that do not end"},
                {with(kLow, map, "#EXT-X-MAP:URI="), "a value that is none"},
                {with(kLow, map, map + ",URI=\"init.mp4\""), "a name twice"},
                {with(kLow, map, map + ","), "more behind a value"},
                {with(kLow, map, map + " "), "more behind a value"},
                {with(kLow, map, "#EXT-X-MAP:URI=init.mp4"), "EXT-X-MAP has no URI"}},
               checkHlsPlaylist);
}

TEST(PlaylistRulesTest, mediaPlaylists) {
    const std::string vod = with(kPlain, "#EXT-X-MEDIA-SEQUENCE:7\n", "#EXT-X-PLAYLIST-TYPE:VOD\n");
    const std::string inf = "#EXTINF:4.000,\n";
    expectEach(
        {
            {with(kPlain, "#EXT-X-TARGETDURATION:4\n", ""), "EXT-X-TARGETDURATION is missing"},
            {with(kPlain, "DURATION:4\n", "DURATION:0\n"), "EXT-X-TARGETDURATION is 0"},
            {with(kPlain, "4.400", "4.500"), "segment 9 is longer than the target duration"},
            {with(kPlain, "VERSION:3", "VERSION:2"), "it needs 3"},
            {with(kPlain, inf, "#EXT-X-MAP:URI=\"i.mp4\"\n" + inf), "it needs 6"},
            {with(kPlain, inf, "#EXT-X-MAP:URI=\"i.mp4\"\n" + inf), "segment 7 is MPEG-TS and has an EXT-X-MAP"},
            {with(kPlain, "show-8.ts", "show-8.m4s"), "segment 8 has no EXT-X-MAP"},
            {with(kPlain, "show-8", "show-7"), "a URI stands there twice: show-7.ts"},
            {with(kPlain, "#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z\n", ""), "no EXT-X-PROGRAM-DATE-TIME"},
            {with(kPlain, "04:20.000Z", "04:04.000Z"), "the date of segment 9 goes back"},
            {with(kPlain, "#EXT-X-DISCONTINUITY\n", ""), "the date of segment 9 is 7100 ms off"},
            {vod, "a VOD has no EXT-X-ENDLIST"},
            {with(vod, "VOD", "LIVE"), "neither VOD nor EVENT"},
            {with(kPlain, "#EXT-X-MED", "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-MED"), "a segment was removed"},
            {with(kPlain, inf, "#EXT-X-KEY:METHOD=AES-128\n" + inf), "EXT-X-KEY has no URI"},
            {with(kPlain, inf, "#EXT-X-KEY:METHOD=ROT13,URI=\"k\"\n" + inf), "no METHOD that is known"},
            {with(kPlain, inf, "#EXT-X-KEY:METHOD=NONE,URI=\"k\"\n" + inf), "METHOD=NONE has more"},
            {with(kPlain, inf, "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x12\n" + inf), "IV is not 128 bits"},
            {with(kPlain, inf, "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"identity\"\n" + inf), "it needs 5"},
        },
        checkHlsPlaylist);
}

TEST(PlaylistRulesTest, parts) {
    const std::string hint = "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"5.m4s?part=1\"\n";
    const std::string first = "#EXT-X-PART:DURATION=0.2,URI=\"4.m4s?part=0\",INDEPENDENT=YES\n";
    expectEach(
        {
            {with(kLow, "#EXT-X-PART-INF:PART-TARGET=0.2\n", ""), "there are parts, and no EXT-X-PART-INF"},
            {with(kLow, "PART-TARGET=0.2", "PART=0.2"), "EXT-X-PART-INF has no PART-TARGET"},
            {with(kLow, "#EXT-X-PART-INF:PART-TARGET=0.2", "#EXT-X-PART-INF:PART-TARGET=0.15"),
             "part 0 of segment 4 is longer than PART-TARGET"},
            {with(kLow, "=0.19", "=0.16"), "part 1 of segment 4 is shorter than 85%"},
            {with(kLow, "0.490", "0.600"), "the parts of segment 4 are 0.49 s"},
            {with(kLow, first, with(first, ",INDEPENDENT=YES", "")), "the first part of segment 4 is not INDEPENDENT"},
            {with(kLow, first, with(first, "=YES", "=NO")), "EXT-X-PART's INDEPENDENT is not YES"},
            {with(kLow, first, with(first, "DURATION=0.2,", "")), "EXT-X-PART has no DURATION"},
            {with(kLow, first, "#EXT-X-PART:DURATION=0.2,INDEPENDENT=YES\n"), "EXT-X-PART has no URI"},
            {with(kLow, "4.m4s?part=1", "4.m4s?part=0"), "a URI stands there twice"},
            {with(kLow, "#EXTINF:1.000,\n",
                  "#EXT-X-PART:DURATION=1,URI=\"1.m4s?part=0\",INDEPENDENT=YES\n#EXTINF:1.000,\n"),
             "part 0 of segment 1 is longer"},
            {with(with(kLow, "#EXTINF:1.000,\n2", "#EXTINF:1.400,\n2"), "#EXTINF:1.000,\n1",
                  "#EXT-X-PART:DURATION=0.2,URI=\"1.m4s?part=0\",INDEPENDENT=YES\n#EXTINF:0.200,\n1"),
             "segment 1 is more than three target durations old, and still has parts"},
            {with(kLow, hint, ""), "no EXT-X-PRELOAD-HINT of the next"},
            {with(kLow, hint, hint + hint), "two EXT-X-PRELOAD-HINT have the type PART"},
            {with(kLow, hint, with(hint, "PART", "KEY")), "no TYPE that is known"},
            {with(kLow, hint, with(hint, "5.m4s?part=1", "5.m4s?part=0")), "names a part that is there already"},
            {with(kLow, hint, "#EXT-X-PRELOAD-HINT:TYPE=PART\n"), "EXT-X-PRELOAD-HINT has no URI"},
            {kLow + "#EXT-X-ENDLIST\n", "what has ended has an EXT-X-PRELOAD-HINT"},
            {kLow + "#EXT-X-ENDLIST\n", "what has ended has a segment that is not complete"},
            {with(kLow, "#EXT-X-MAP:URI=\"init.mp4\"\n", ""), "segment 5 has no EXT-X-MAP"},
            {with(kLow, first, first + "#EXT-X-DISCONTINUITY\n"), "stands behind a part of its segment"},
        },
        checkHlsPlaylist);
}

TEST(PlaylistRulesTest, serverControl) {
    const std::string line =
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.6,HOLD-BACK=3,CAN-SKIP-UNTIL=6\n";
    expectEach({{with(kLow, line, ""), "no EXT-X-SERVER-CONTROL"},
                {with(kLow, "PART-HOLD-BACK=0.6", "PART-HOLD-BACK=0.5"), "PART-HOLD-BACK is less than three times"},
                {with(kLow, "PART-HOLD-BACK=0.6,", ""), "PART-HOLD-BACK is less than three times"},
                {with(kLow, ",HOLD-BACK=3", ",HOLD-BACK=2.9"), "HOLD-BACK is less than three target durations"},
                {with(kLow, "CAN-SKIP-UNTIL=6", "CAN-SKIP-UNTIL=5"), "CAN-SKIP-UNTIL is less than six"},
                {with(kLow, "CAN-SKIP-UNTIL=6", "CAN-SKIP-DATERANGES=YES"), "CAN-SKIP-DATERANGES"},
                {with(kLow, "CAN-BLOCK-RELOAD=YES,", ""), "has to have CAN-BLOCK-RELOAD=YES"},
                {with(kLow, "CAN-BLOCK-RELOAD=YES", "CAN-BLOCK-RELOAD=NO"), "CAN-BLOCK-RELOAD is not YES"},
                {with(kLow, "../audio/", "http://other.example/"), "URI is not relative"},
                {with(kLow, ",LAST-MSN=5", ""), "has no LAST-MSN"},
                {with(kLow, ",LAST-PART=0", ""), "has no LAST-PART"}},
               checkHlsPlaylist);
}

TEST(PlaylistRulesTest, masterPlaylists) {
    const std::string uri = "show.m3u8\n";
    expectEach({{with(kMaster, uri, ""), "no URI on the next line"},
                {kMaster + "other.m3u8\n", "other.m3u8 has no EXT-X-STREAM-INF"},
                {"#EXTM3U\n", "there is no variant"},
                {kMaster + "#EXTINF:4,\n", "EXTINF is no tag of a master playlist"},
                {with(kMaster, ":BANDWIDTH=1600000,", ":"), "no BANDWIDTH"},
                {with(kMaster, "=1500000", "=1700000"), "AVERAGE-BANDWIDTH is more than BANDWIDTH"},
                {with(kMaster, "CODECS=\"avc1.64001f,mp4a.40.2\",", ""), "no CODECS"},
                {with(kMaster, "mp4a.40.2", " mp4a"), "CODECS is no list of codecs"},
                {with(kMaster, ",RESOLUTION=320x180", ""), "a variant with pictures has no RESOLUTION"},
                {with(kMaster, "320x180", "320x0"), "RESOLUTION is none"},
                {with(kMaster, "320x180", "320x180,AUDIO=\"a\""), "there is no group a of the type AUDIO"},
                {kMaster + "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"a\"\n", "EXT-X-MEDIA has no GROUP-ID"}},
               checkHlsMaster);
}

/// What is wrong with `next` behind `first`, which is right.
std::string behind(const std::string& first, const std::string& next) {
    HlsReloads reloads;
    EXPECT_EQ(joined(reloads.look(first)), "");
    return joined(reloads.look(next));
}

TEST(PlaylistRulesTest, whatFollows) {
    const std::string next = "#EXTINF:4.000,\nshow-10.ts\n";
    EXPECT_EQ(behind(kPlain, kPlain), "");
    EXPECT_EQ(behind(kPlain, kPlain + next), "");
    EXPECT_EQ(behind(kPlain, kPlain + next + "#EXT-X-ENDLIST\n"), "");
    const std::string slid =
        with(with(with(kPlain + next, "SEQUENCE:7", "SEQUENCE:8"), "#EXTINF:4.000,\nshow-7.ts\n", ""), "04:05.000Z",
             "04:09.000Z");
    EXPECT_EQ(behind(kPlain, slid), "");
    const std::vector<Case> cases = {
        {with(kPlain, "TARGETDURATION:4", "TARGETDURATION:5"), "the target duration changed"},
        {with(kPlain, "SEQUENCE:7", "SEQUENCE:6"), "the media sequence number fell"},
        {with(kPlain, "SEQUENCE:7", "SEQUENCE:8"), "segment 8: its URI changed"},
        {with(kPlain, "3.900", "3.901"), "segment 8: its duration changed"},
        {with(kPlain, "04:20.000Z", "04:20.001Z"), "segment 9: its date changed"},
        {with(kPlain, "#EXT-X-DISCONTINUITY\n", ""), "segment 9: its EXT-X-DISCONTINUITY changed"},
        {with(kPlain, "#EXT-X-MED", "#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-MED"),
         "segment 7: its discontinuity sequence number changed"},
        {with(kPlain, "#EXTINF:4.000", "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:4.000"), "its EXT-X-KEY changed"},
        {with(kPlain, "#EXTINF:4.400,\nshow-9.ts\n", ""), "segments at the end went away"},
        {with(slid, "#EXTINF:3.900,\nshow-8.ts\n", ""), "segment 8: its URI changed"},
        {with(with(slid, "SEQUENCE:8", "SEQUENCE:9"), "#EXTINF:3.900,\nshow-8.ts\n", ""),
         "less than three target durations"},
        {with(kPlain, "SEQUENCE:7", "SEQUENCE:11"), "segments came and went between two answers: 10 to 10"},
    };
    for (const Case& one : cases) EXPECT_THAT(behind(kPlain, one.text), testing::HasSubstr(one.words)) << one.text;
    EXPECT_THAT(behind(kPlain + "#EXT-X-ENDLIST\n", kPlain), testing::HasSubstr("what had ended went on"));
}

TEST(PlaylistRulesTest, whatHasEndedMayGoOnWhenThePublisherIsBack) {
    HlsReloads reloads;
    reloads.look(kPlain + "#EXT-X-ENDLIST\n");
    reloads.goOn();
    EXPECT_EQ(joined(reloads.look(kPlain + "#EXTINF:4.000,\nshow-10.ts\n")), "");
}

TEST(PlaylistRulesTest, whatFollowsParts) {
    const std::string hint = "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"5.m4s?part=1\"\n";
    const std::string grown = with(kLow, hint,
                                   "#EXT-X-PART:DURATION=0.2,URI=\"5.m4s?part=1\"\n"
                                   "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"5.m4s?part=2\"\n");
    EXPECT_EQ(behind(kLow, grown), "");
    const std::string closed =
        with(kLow, hint,
             "#EXTINF:0.200,\n5.m4s\n#EXT-X-PART:DURATION=0.2,URI=\"6.m4s?part=0\",INDEPENDENT=YES\n"
             "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"6.m4s?part=1\"\n");
    EXPECT_THAT(behind(kLow, closed), testing::HasSubstr("the next part was to be 5.m4s?part=1, and is 6.m4s?part=0"));
    EXPECT_THAT(behind(kLow, with(grown, "URI=\"5.m4s?part=1\"", "URI=\"5.m4s?part=9\"")),
                testing::HasSubstr("the next part was to be"));
    EXPECT_THAT(behind(kLow, with(kLow, "DURATION=0.2,URI=\"5", "DURATION=0.18,URI=\"5")),
                testing::HasSubstr("segment 5: its parts changed"));
    EXPECT_THAT(behind(kLow, with(with(kLow, "PART-TARGET=0.2", "PART-TARGET=0.21"), "BACK=0.6", "BACK=0.7")),
                testing::HasSubstr("PART-TARGET changed"));
    EXPECT_THAT(behind(kLow, with(kLow, "init.mp4", "init-1.mp4")), testing::HasSubstr("its EXT-X-MAP changed"));
}

/// A playlist of `count` segments of a second, those before `from` left out.
std::string delta(unsigned count, unsigned skipped) {
    std::string text = "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n"
                       "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=6\n#EXT-X-MEDIA-SEQUENCE:0\n";
    if (skipped != 0) text += "#EXT-X-SKIP:SKIPPED-SEGMENTS=" + std::to_string(skipped) + "\n";
    if (skipped == 0) text += "#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z\n";
    for (unsigned i = skipped; i < count; ++i) text += "#EXTINF:1.000,\nshow-" + std::to_string(i) + ".ts\n";
    return text;
}

TEST(PlaylistRulesTest, deltaUpdates) {
    EXPECT_EQ(joined(checkHlsDelta(delta(10, 4), delta(10, 0))), "");
    const std::vector<std::pair<std::string, std::string>> cases = {
        {delta(10, 5), "newer than CAN-SKIP-UNTIL"},
        {delta(10, 0), "a delta update has no EXT-X-SKIP"},
        {with(delta(10, 4), "SEGMENTS=4", "SEGMENTS=3"), "numbers shift"},
        {with(delta(10, 4), "SEQUENCE:0", "SEQUENCE:1"), "its media sequence number is another"},
        {with(delta(10, 4), "show-7", "show-77"), "segment 7: its URI changed"},
        {with(delta(10, 4), "SEGMENTS=4", "SEGMENTS=0"), "EXT-X-SKIP has no SKIPPED-SEGMENTS"},
        {with(delta(10, 4), "VERSION:9", "VERSION:8"), "it needs 9"},
        {with(delta(10, 4), ",CAN-SKIP-UNTIL=6", ""), "and no CAN-SKIP-UNTIL"},
    };
    for (const auto& [text, words] : cases)
        EXPECT_THAT(joined(checkHlsDelta(text, delta(10, 0))), testing::HasSubstr(words)) << text;
}

} // namespace
} // namespace hookcast::support
