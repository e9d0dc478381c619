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
    EXPECT_EQ(reportOf("listen 1935;\nvhost a {\n    gop_cache off;\n    hds {\n        enabled on;\n    }\n"
                       "    chunk_size 5000;\n}\n"),
              "4 directives work, 1 has no effect, 0 are refused, 0 are unknown, 0 are ignored; the configuration is "
              "usable\n"
              "of the lines below, 1 breaks something, 0 change something, 4 are harmless\n"
              "test.conf:1:1  harmless  works      listen\n"
              "test.conf:2:1  harmless  works      vhost\n"
              "test.conf:3:5  harmless  works      vhost.play.gop_cache  was 'gop_cache'\n"
              "test.conf:4:5  breaks    no effect  vhost.hds             no HDS is made; SRS has dropped it, too\n"
              "test.conf:7:5  harmless  works      vhost.chunk_size\n");
}

TEST(MigrationReport, FindingsStandBelowTheirDirectiveAndMakeItSevere) {
    const std::string report = reportOf("listen 1935;\nvhost a {\n    chunk_size 9;\n}\nmax_connections x;\n");
    EXPECT_THAT(report,
                ContainsRegex("changes   works      vhost.chunk_size\n    test.conf:3:5: warning: .*128 to 65536"));
    EXPECT_THAT(report, ContainsRegex("breaks    refused    max_connections\n    test.conf:5:1: error: "));
}

TEST(MigrationReport, WhatIsAnErrorDoesNotCountAsWorking) {
    EXPECT_THAT(reportOf("listen 1935;\nvhost a {\n http_hooks {\n  enabled yes;\n  on_play http://a/b;\n }\n}\n"),
                StartsWith("4 directives work, 0 have no effect, 1 is refused, 0 are unknown, 0 are ignored; the "
                           "configuration is not usable\nof the lines below, 1 breaks something"));
}

TEST(MigrationReport, UnknownDirectivesAreRowsAndCounted) {
    const std::string report =
        reportOf("listen 1935;\nchunk_sise 1;\nvhost a {\n  transcode { enabled on; trans_x 3; }\n}\n");
    EXPECT_THAT(report, StartsWith("2 directives work, 1 has no effect, 0 are refused, 2 are unknown, 0 are ignored; "
                                   "the configuration is not usable\nof the lines below, 3 break something"));
    EXPECT_THAT(report, HasSubstr("test.conf:2:1   breaks    unknown    chunk_sise\n"
                                  "    test.conf:2:1: error: unknown directive 'chunk_sise'"));
    EXPECT_THAT(report, HasSubstr("test.conf:4:27  breaks    unknown    vhost.transcode.trans_x\n"));
}

TEST(MigrationReport, WhatDoesNotCountIsARowAndCounted) {
    const std::string report = reportOf("listen 1935;\ndaemon off;\ndaemon on;\nvhost a { }\n");
    EXPECT_THAT(report, HasSubstr("3 directives work, 0 have no effect, 0 are refused, 0 are unknown, 1 is ignored;"));
    EXPECT_THAT(report, HasSubstr("test.conf:3:1  changes   ignored    daemon\n    test.conf:3:1: warning: "));
}

TEST(MigrationReport, WhatIsAboutNoDirectiveStandsLastWithASeverity) {
    const std::string report = reportOf("daemon off;\nlisten 1935;\n");
    EXPECT_THAT(report, StartsWith("2 directives work, "));
    EXPECT_THAT(report, ContainsRegex("of the lines below, 0 break something, 1 changes something, 2 are harmless\n"));
    EXPECT_THAT(report, ContainsRegex("\ntest.conf +changes   warning +no vhost: [^\n]*\n$"));
}

TEST(MigrationReport, TellsOfRefusedDirectives) {
    EXPECT_THAT(reportOf("listen 1935;\nis_full on;\nvhost a { }\n"),
                HasSubstr("breaks    refused    is_full  it is an error as it stands here\n"));
    EXPECT_THAT(reportOf("listen 1935;\nis_full off;\nvhost a { }\n"), HasSubstr("0 are refused"));
}

TEST(MigrationReport, ABlockWithoutEffectStandsForWhatItHolds) {
    const std::string report =
        reportOf("listen 1935;\nvhost a {\n  transcode {\n    enabled on;\n    engine b { }\n  }\n}\n");
    EXPECT_THAT(report, HasSubstr("no effect  vhost.transcode"));
    EXPECT_THAT(report, Not(HasSubstr("vhost.transcode.")));
}

TEST(MigrationReport, WhatIsOffWithSrsTooIsNotTold) {
    const LoadOutcome outcome = load("listen 1935;\nrtc_server { enabled off; listen 8000; }\nasprocess off;\n"
                                     "http_api { enabled off; https { enabled on; } }\nstream_caster { caster flv; }\n"
                                     "vhost a {\n  cluster { mode local; origin a:1; }\n  mode local; origin a:1;\n"
                                     "  hds { hds_path x; }\n  nack { enabled off; }\n"
                                     "  http_hooks { enabled off; on_hls http://a/; }\n"
                                     "  dvr { enabled off; dvr_plan append; }\n}\n"
                                     "vhost b { enabled off; hls { enabled on; } }\n");
    EXPECT_EQ(test::messages(outcome), "");
    EXPECT_EQ(migrationReport(outcome), "2 directives work, 0 have no effect, 0 are refused, 0 are unknown, 0 are "
                                        "ignored; the configuration is usable\n"
                                        "of the lines below, 0 break something, 0 change something, 2 are harmless\n"
                                        "test.conf:1:1  harmless  works      listen\n"
                                        "test.conf:6:1  harmless  works      vhost\n");
}

TEST(MigrationReport, WhatIsOnIsTold) {
    const std::string report = reportOf("listen 1935;\nvhost a {\n cluster { mode remote; origin b:1; }\n}\n"
                                        "vhost b {\n mode remote;\n origin b:1;\n forward 1.2.3.4:1935;\n"
                                        " srt { enabled on; srt_to_rtmp off; }\n}\nvhost c {\n"
                                        " cluster { mode local; origin_cluster on; }\n}\n");
    EXPECT_THAT(report, ContainsRegex("3:2 +breaks +no effect +vhost.cluster +this server is no edge"));
    EXPECT_THAT(report, ContainsRegex("6:2 +breaks +no effect +vhost.mode"));
    EXPECT_THAT(report, ContainsRegex("7:2 +breaks +no effect +vhost.origin"));
    EXPECT_THAT(report, ContainsRegex("8:2 +breaks +no effect +vhost.forward"));
    EXPECT_THAT(report, ContainsRegex("9:20 +harmless +no effect +vhost.srt.srt_to_rtmp"));
    EXPECT_THAT(report, ContainsRegex("12:2 +breaks +no effect +vhost.cluster"));
}

TEST(MigrationReport, WhatWorksInAnotherWayIsTold) {
    const std::string report = reportOf("listen 1935;\nvhost a {\n http_hooks {\n  enabled on;\n"
                                        "  on_publish http://a/b;\n  client_id string;\n }\n}\n");
    EXPECT_THAT(report, ContainsRegex("5:3 +changes +works +vhost.http_hooks.on_publish +admits with status 200 only"));
    EXPECT_THAT(report, ContainsRegex("3:2 +harmless +works +vhost.http_hooks\n"));
}

TEST(MigrationReport, OldBlocksAreNamedAsTheFileHasThem) {
    EXPECT_THAT(reportOf("listen 1935;\nhttp_stream {\n  enabled on;\n}\nvhost a { }\n"),
                HasSubstr("was 'http_stream'"));
}

TEST(MigrationReport, NamesOfHostileFilesCannotForgeLines) {
    const std::string report = reportOf("listen 1935;\n'a\nworks' 1;\nvhost a { }\n");
    EXPECT_THAT(report, HasSubstr("unknown    a\\x0aworks\n"));
    EXPECT_THAT(report, HasSubstr("unknown directive 'a\\x0aworks'"));
}

TEST(MigrationReport, EveryElementOfXmlIsARowAndCounted) {
    const std::string report =
        reportOf("<config>\n<gop>1</gop>\n<rtsp>\n<port>8554</port>\n<log><level>3</level></log>\n"
                 "<http_notify><on_play>http://a/b</on_play></http_notify>\n</rtsp>\n"
                 "<srt><enable>0</enable><port>1</port><gop>2</gop></srt>\n</config>\n");
    EXPECT_EQ(report,
              "4 directives work, 2 have no effect, 0 are refused, 0 are unknown, 0 are ignored; the configuration is "
              "usable\n"
              "of the lines below, 0 break something, 2 change something, 4 are harmless\n"
              "test.conf:2:1   changes   no effect  config.gop                       it is read and nothing follows "
              "from it\n"
              "test.conf:3:1   harmless  works      config.rtsp                      becomes rtsp_server\n"
              "test.conf:4:1   harmless  works      config.rtsp.port                 becomes rtsp_server.listen\n"
              "test.conf:5:1   changes   no effect  config.rtsp.log                  it is read and nothing follows "
              "from it\n"
              "test.conf:6:1   harmless  works      config.rtsp.http_notify          becomes http_notify\n"
              "test.conf:6:14  harmless  works      config.rtsp.http_notify.on_play  becomes http_notify.on_play\n");
}

TEST(MigrationReport, WhatXmlMustNotHoldBreaks) {
    const std::string report = reportOf("<config>\n<need_auth>1</need_auth>\n<rtsp><http_notify><on_plai>http://a/b"
                                        "</on_plai></http_notify></rtsp>\n</config>\n");
    EXPECT_THAT(report, HasSubstr("0 have no effect, 1 is refused, 1 is unknown"));
    EXPECT_THAT(report,
                ContainsRegex("breaks +refused +config.need_auth [^\n]*\n    test.conf:2:1: error: <need_auth>"));
    EXPECT_THAT(report, ContainsRegex("breaks +unknown +config.rtsp.http_notify.on_plai\n"));
}

TEST(MigrationReport, EveryValueOfJsonIsARowAndCounted) {
    const std::string report = reportOf(
        R"({"name": "x", "cluster": {"webhook": "http://a/b", "nodes": [1], "events": ["stream:create"]}, "name": 1})");
    EXPECT_THAT(report, StartsWith("3 directives work, 2 have no effect, 0 are refused, 0 are unknown, 1 is ignored;"));
    EXPECT_THAT(report, ContainsRegex("harmless +works +cluster.webhook +becomes webhook.url\n"));
    EXPECT_THAT(report, ContainsRegex("changes +no effect +cluster.nodes +it is read"));
    EXPECT_THAT(report, ContainsRegex("changes +ignored +name\n    test.conf:1:[0-9]+: warning: \"name\" is ignored"));
}

std::string notesOf(const std::string& hooks) {
    std::string text;
    for (const Note& note : load("listen 1935;\nvhost a {\n  http_hooks { " + hooks + " }\n}\n").notes)
        text += note.text() + "\n";
    return text;
}

TEST(MigrationNotes, BackendsOfNewerReleasesWantTheirDialect) {
    EXPECT_EQ(notesOf("enabled on; on_play http://a/b;"),
              "test.conf:3:3: note: hooks are sent as by SRS 1 to 3, client_id as a number; backends written for SRS 4 "
              "and later want 'dialect srs4;' in http_hooks\n");
    EXPECT_NE(notesOf("enabled on; on_play http://a/b; client_id auto;"), "");
    EXPECT_EQ(notesOf("enabled on; on_play http://a/b; dialect srs4;"), "");
    EXPECT_EQ(notesOf("enabled on; on_play http://a/b; dialect srs;"), "") << "it was thought of";
    EXPECT_EQ(notesOf("enabled on; on_play http://a/b; client_id string;"), "") << "likewise";
    EXPECT_EQ(notesOf("enabled on; on_play http://a/b; client_id integer;"), "") << "likewise";
    EXPECT_EQ(notesOf("enabled off; on_play http://a/b;"), "");
    EXPECT_EQ(notesOf("enabled on;"), "") << "nobody is asked";
}

std::string notesBeside(const std::string& other, const std::string& hooks = "enabled on; on_play http://a/b;") {
    std::string text;
    for (const Note& note : load("listen 1935;\n" + other + "\nvhost a {\n  http_hooks { " + hooks + " }\n}\n").notes)
        text += note.text() + "\n";
    return text;
}

TEST(MigrationNotes, ADirectiveOfNewerReleasesRecommendsTheirDialect) {
    EXPECT_EQ(notesBeside("rtc_server { enabled off; }"),
              "test.conf:4:3: note: 'rtc_server' (test.conf:2:1) is of SRS 4 and later, and backends written for these "
              "want 'dialect srs4;' in http_hooks; without it hooks are sent as by SRS 1 to 3\n");
    EXPECT_THAT(notesBeside("vhost b { srt { enabled on; } }"), HasSubstr("'vhost.srt' (test.conf:2:11) is of SRS 4"));
    EXPECT_THAT(notesBeside("http_server { enabled off;\n https { enabled off; } }"),
                HasSubstr("'http_server.https' (test.conf:3:2)"));
    EXPECT_THAT(notesBeside("vhost b { gop_cache_max_frames 10; }"), HasSubstr("is of SRS 4 and later"));
    EXPECT_THAT(notesBeside("srt_server { enabled off; }", "enabled on; on_play http://a/b; client_id string;"),
                HasSubstr("'srt_server'"));
    EXPECT_EQ(notesBeside("srt_server { enabled off; }", "enabled on; on_play http://a/b; dialect srs;"), "");
    EXPECT_EQ(notesBeside("srt_server { enabled off; }", "enabled on; on_play http://a/b; dialect srs4;"), "");
    EXPECT_EQ(notesBeside("srt_server { enabled off; }", "enabled off; on_play http://a/b;"), "");
    EXPECT_THAT(notesBeside("vhost b { gop_cache on; play { mw_latency 10; } mr { enabled on; } }"),
                HasSubstr("hooks are sent as by SRS 1 to 3, client_id as a number"))
        << "old names for new are no sign";
}

TEST(MigrationNotes, StandInTheReport) {
    EXPECT_THAT(reportOf("listen 1935;\nvhost a {\n  http_hooks { enabled on; on_play http://a/b; }\n}\n"),
                ContainsRegex("changes +works +vhost.http_hooks\n    test.conf:3:3: note: hooks are sent"));
}

TEST(Consequences, WhatWorksInAnotherWayIsKnownAndWorks) {
    std::size_t described = 0;
    for (const Section* section : allSections()) {
        for (const DirectiveRow& row : section->rows) {
            if (differenceOf(pathOf(*section, row.name)).text.empty()) continue;
            EXPECT_EQ(row.status, Status::Works) << pathOf(*section, row.name);
            ++described;
        }
    }
    EXPECT_EQ(described, differenceCount());
}

TEST(Consequences, WhatIsInABlockFollowsTheBlock) {
    EXPECT_EQ(consequenceOf("vhost.hds.hds_path").text, consequenceOf("vhost.hds").text);
    EXPECT_NE(consequenceOf("vhost.hds").text, consequenceOf("vhost.forward").text);
}

TEST(Consequences, EveryDirectiveWithoutEffectHasOne) {
    const std::string_view general = consequenceOf("no.such.path").text;
    for (const Section* section : allSections()) {
        for (const DirectiveRow& row : section->rows) {
            if (row.status != Status::AcceptedNoEffect || !row.movedTo.empty()) continue;
            const std::string path = pathOf(*section, row.name);
            EXPECT_NE(consequenceOf(path).text, general) << path;
        }
    }
}

} // namespace
} // namespace hookcast::config
