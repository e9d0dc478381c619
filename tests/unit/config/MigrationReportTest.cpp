#include "config/MigrationReport.h"

#include "config/Consequences.h"
#include "config/DirectiveTable.h"
#include "unit/config/Support.h"

#include <gmock/gmock.h>

#include <string>

namespace hookcast::config {
namespace {

using test::load;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string reportOf(const std::string& text) {
    return migrationReport(load(text));
}

TEST(MigrationReport, CountsAndListsInTheOrderOfTheFile) {
    EXPECT_EQ(reportOf("listen 1935;\nvhost a {\n    gop_cache off;\n    hls {\n        enabled on;\n    }\n"
                       "    chunk_size 5000;\n}\n"),
              "4 directives work, 1 have no effect, 0 are refused; the configuration is usable\n"
              "test.conf:1:1  works      listen\n"
              "test.conf:2:1  works      vhost\n"
              "test.conf:3:5  works      vhost.play.gop_cache  was 'gop_cache'\n"
              "test.conf:4:5  no effect  vhost.hls             no HLS is made; browsers play HTTP-FLV over http_remux\n"
              "test.conf:7:5  works      vhost.chunk_size\n");
}

TEST(MigrationReport, FindingsStandBelowTheirDirective) {
    const std::string report = reportOf("listen 1935;\nvhost a {\n    chunk_size 9;\n}\nmax_connections x;\n");
    EXPECT_THAT(report, HasSubstr("vhost.chunk_size\n    test.conf:3:5: warning: "));
    EXPECT_THAT(report, ContainsRegex("max_connections\n    test.conf:5:1: [a-z]+: "));
}

TEST(MigrationReport, WhatHasNoDirectiveStandsLast) {
    const std::string report = reportOf("listen 1935;\nchunk_sise 1;\nvhost a { }\n");
    EXPECT_THAT(report,
                StartsWith("2 directives work, 0 have no effect, 0 are refused; the configuration is not usable"));
    EXPECT_THAT(report, HasSubstr("    test.conf:2:1: error: unknown directive 'chunk_sise'"));
}

TEST(MigrationReport, TellsOfRefusedDirectives) {
    EXPECT_THAT(reportOf("listen 1935;\nis_full on;\nvhost a { }\n"), HasSubstr("refused    is_full  it is an error"));
}

TEST(MigrationReport, ABlockWithoutEffectStandsForWhatItHolds) {
    const std::string report =
        reportOf("listen 1935;\nvhost a {\n  transcode {\n    ffmpeg x;\n    engine b { }\n  }\n}\n");
    EXPECT_THAT(report, HasSubstr("no effect  vhost.transcode"));
    EXPECT_THAT(report, Not(HasSubstr("vhost.transcode.")));
}

TEST(MigrationReport, OldBlocksAreNamedAsTheFileHasThem) {
    EXPECT_THAT(reportOf("listen 1935;\nhttp_stream {\n  enabled on;\n}\nvhost a { }\n"),
                HasSubstr("was 'http_stream'"));
}

TEST(MigrationReport, NamesOfHostileFilesCannotForgeLines) {
    EXPECT_THAT(reportOf("listen 1935;\n'a\nworks' 1;\nvhost a { }\n"), HasSubstr("unknown directive 'a\\x0aworks'"));
}

TEST(Consequences, WhatIsInABlockFollowsTheBlock) {
    EXPECT_EQ(consequenceOf("vhost.hls.hls_path"), consequenceOf("vhost.hls"));
    EXPECT_NE(consequenceOf("vhost.hls"), consequenceOf("vhost.dash"));
}

TEST(Consequences, EveryDirectiveWithoutEffectHasOne) {
    const std::string_view general = consequenceOf("no.such.path");
    for (const Section* section : allSections()) {
        for (const DirectiveRow& row : section->rows) {
            if (row.status != Status::AcceptedNoEffect || !row.movedTo.empty()) continue;
            const std::string path = pathOf(*section, row.name);
            EXPECT_NE(consequenceOf(path), general) << path;
        }
    }
}

} // namespace
} // namespace hookcast::config
