#include "hls/DashText.h"

#include "hls/NumberedNames.h"
#include "unit/hls/SegmentedStream.h"

#include <gtest/gtest.h>

namespace hookcast::hls {
namespace {

using testing::HasSubstr;
using testing::Not;

class DashTextTest : public SegmentedStream {
  protected:
    DashTextTest() {
        hls().enabled = false;
        vhost_->dash.enabled = true;
        vhost_->dash.fragmentMs = 2000;
        terms_.fragmentMs = 2000;
        terms_.nowUnixMs = 1'700'000'000'000;
        terms_.prefix = "../";
        terms_.query = "hls_ctx=a";
        terms_.location = "/live/one.mpd?x=1&hls_ctx=a";
    }

    std::string manifest() { return dashManifest(*view(), terms_).value_or("none"); }

    ManifestTerms terms_;
};

TEST_F(DashTextTest, SaysWhereTheSegmentsAreAndWhen) {
    begin();
    play(0, 6040);
    EXPECT_EQ(manifest(),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" "
              "type=\"dynamic\" availabilityStartTime=\"1970-01-01T00:00:00Z\" "
              "publishTime=\"2023-11-14T22:30:06.000Z\" minBufferTime=\"PT2.000S\" timeShiftBufferDepth=\"PT6.000S\" "
              "suggestedPresentationDelay=\"PT6.000S\" minimumUpdatePeriod=\"PT5.000S\">\n"
              "<Location>/live/one.mpd?x=1&amp;hls_ctx=a</Location>\n"
              "<Period id=\"0\" start=\"PT1700001000.000S\">\n"
              "<AdaptationSet mimeType=\"video/mp4\" segmentAlignment=\"true\">\n"
              "<SegmentTemplate timescale=\"1000\" presentationTimeOffset=\"7000\" startNumber=\"0\" "
              "initialization=\"../live/one/init.mp4?hls_ctx=a\" media=\"../live/one-$Number$.m4s?hls_ctx=a\">\n"
              "<SegmentTimeline>\n"
              "<S t=\"7000\" d=\"2000\"/>\n<S d=\"2000\"/>\n<S d=\"2000\"/>\n"
              "</SegmentTimeline>\n</SegmentTemplate>\n"
              "<Representation id=\"0\" bandwidth=\"" +
                  std::to_string(view()->bitsPerSecond) +
                  "\" codecs=\"avc1.64000c,mp4a.40.2\" width=\"320\" height=\"180\"/>\n"
                  "</AdaptationSet>\n</Period>\n"
                  "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:direct:2014\" value=\"2023-11-14T22:13:20.000Z\"/>\n"
                  "</MPD>\n");
}

TEST_F(DashTextTest, IsAsLongAsTheWindowAndAPeriodKeepsItsBeginning) {
    begin();
    play(0, 30'040);
    EXPECT_THAT(manifest(), HasSubstr("start=\"PT1700001000.000S\""));
    EXPECT_THAT(manifest(), HasSubstr("presentationTimeOffset=\"7000\" startNumber=\"10\""));
    terms_.dash.timeshiftMs = 3000;
    EXPECT_THAT(manifest(), HasSubstr("timeShiftBufferDepth=\"PT3.000S\""));
}

TEST_F(DashTextTest, ADiscontinuityIsAPeriod) {
    begin();
    play(0, 4000);
    end();
    clock_.advanceMs(10'000);
    soundMs_ = 0;
    begin();
    play(0, 2040);
    EXPECT_THAT(manifest(), HasSubstr("<Period id=\"0\" start=\"PT1700001000.000S\">"));
    EXPECT_THAT(manifest(), HasSubstr("<Period id=\"1\" start=\"PT1700001010.000S\">"));
}

TEST_F(DashTextTest, TheEndIsSaid) {
    begin();
    play(0, 4000);
    end();
    stream_->window().setEnded(true);
    EXPECT_THAT(manifest(), HasSubstr("mediaPresentationDuration=\"PT1700001004.000S\""));
    EXPECT_THAT(manifest(), Not(HasSubstr("minimumUpdatePeriod")));
}

TEST_F(DashTextTest, NamesThatHaveMoreThanANumberCannotBeSaid) {
    hls().fmp4File = terms_.dash.segmentFile = "[app]/[stream]-[timestamp].m4s";
    begin();
    play(0, 6040);
    EXPECT_EQ(manifest(), "none");
}

/// The first manifest says what the later ones say.
TEST_F(DashTextTest, ThePatternTellsWhereTheNumberStands) {
    const auto numbered = [](std::uint64_t sequence, const std::string& name) {
        auto segment = std::make_shared<Segment>();
        segment->sequence = sequence;
        segment->name = name;
        return SegmentPtr(std::move(segment));
    };
    const auto pieces = [&](const std::string& pattern, std::uint64_t sequence, const std::string& name) {
        const std::vector<SegmentPtr> run = {numbered(sequence, name)};
        return piecesAroundNumber(pattern, run).value_or(std::vector<std::string>{"none"});
    };
    using testing::ElementsAre;
    EXPECT_THAT(pieces("[app]/[stream]-[seq].m4s", 4, "live/da-4.m4s"), ElementsAre("live/da-", ".m4s"));
    EXPECT_THAT(pieces("./[app]/[seq]/[stream].m4s", 4, "a4/b/4/4.m4s"), ElementsAre("a4/b/", "/4.m4s"));
    EXPECT_THAT(pieces("[app]/[stream]/[seq]-[stream].m4s", 1, "1/1/1-1.m4s"), ElementsAre("1/1/", "-1.m4s"));
    EXPECT_THAT(pieces("[app]/[seq]/[stream]-[seq].mp4", 4, "4/4/4-4.mp4"), ElementsAre("4/", "/4-", ".mp4"));
    EXPECT_THAT(pieces("[app]/[stream]-[timestamp].m4s", 4, "live/da-4.m4s"), ElementsAre("none"));
    EXPECT_THAT(pieces("[app]/[stream]-[duration]-[seq].m4s", 4, "live/da-4-4.m4s"), ElementsAre("none"));
    EXPECT_THAT(pieces("[app]/[stream]-[seq].m4s", 4, "live/da-5.m4s"), ElementsAre("none")) << "not its own";
    EXPECT_THAT(pieces("[app][stream][app]x[stream][seq]", 4, std::string(4000, 'a')), ElementsAre("none"))
        << "and soon";
}

} // namespace
} // namespace hookcast::hls
