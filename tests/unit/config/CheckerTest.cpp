#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::complete;
using test::load;
using test::messages;

TEST(CheckerTest, anUnknownNameIsAnErrorWithPlaceContextAndTheNearestName) {
    const LoadOutcome outcome = load(complete("max_conections 10;\nvhost a {\n  play { gop_cach off; }\n}"));
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "test.conf:1:1: error: unknown directive 'max_conections' at the top level; did you "
                                 "mean 'max_connections'?\n"
                                 "test.conf:3:10: error: unknown directive 'gop_cach' in vhost.play; did you mean "
                                 "'gop_cache'?\n");
}

TEST(CheckerTest, aNameInTheWrongPlaceIsToldWhereItBelongs) {
    EXPECT_EQ(messages(load(complete("vhost a { on_play http://a/; }"))),
              "test.conf:1:11: error: unknown directive 'on_play' in vhost; it belongs in vhost.http_hooks\n");
}

/// Latin-1: a client's `café` would be the default vhost's.
TEST(CheckerTest, whatIsNotInUtf8IsAnErrorWhereItNamesOrGuards) {
    EXPECT_EQ(messages(load(complete("vhost caf\xe9 { enabled off; }"))),
              "test.conf:1:1: error: 'vhost': the name 'caf\\xe9' is not in UTF-8, in which clients name things\n");
    for (const char* text :
         {"vhost a { refer { enabled on; all caf\xe9.example; } }", "vhost a\xc3 { }", "capture caf\xe9 { }"})
        EXPECT_EQ(load(complete(text)).config, nullptr) << text;
    const LoadOutcome warned = load(complete("srs_log_file caf\xe9.log;"));
    EXPECT_NE(warned.config, nullptr);
    EXPECT_NE(messages(warned).find("warning: 'srs_log_file': a value is not in UTF-8"), std::string::npos);
    EXPECT_EQ(messages(load(complete("vhost caf\xc3\xa9 { }"))), "");
}

TEST(CheckerTest, aNameOverTwoLinesDoesNotMakeTwoLinesOfAMessage) {
    EXPECT_NE(messages(load(complete("\"a\nb\" c;"))).find("unknown directive 'a\\x0ab'"), std::string::npos);
}

TEST(CheckerTest, whatSrsKnowsIsAcceptedWithOneWarning) {
    const LoadOutcome outcome = load(complete("rtc_server { enabled on; tcp { enabled on; } }"));
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "test.conf:1:1: warning: 'rtc_server' has no effect yet\n");
    ASSERT_EQ(outcome.withoutEffect.size(), 1U);
    EXPECT_EQ(outcome.withoutEffect[0].path, "rtc_server");
    EXPECT_EQ(outcome.withoutEffect[0].where.text(), "test.conf:1:1");
}

TEST(CheckerTest, aDirectiveWithoutEffectInABlockThatWorksIsToldToo) {
    const LoadOutcome outcome =
        load("listen 1935; vhost a { srt { srt_to_rtmp on; } hls { enabled on; hls_fragment 2; hls_mount x; } }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "test.conf:1:30: warning: 'srt_to_rtmp' has no effect yet\n"
                                 "test.conf:1:82: warning: 'hls_mount' has no effect yet\n");
    EXPECT_EQ(outcome.withoutEffect.at(1).path, "vhost.hls.hls_mount");
}

TEST(CheckerTest, namesAreCheckedWithinWhatHasNoEffect) {
    EXPECT_NE(messages(load(complete("vhost a { hls { hls_fragmnt 3; } }"))).find("did you mean 'hls_fragment'?"),
              std::string::npos);
    EXPECT_NE(messages(load(complete("http_stream { lisen 8080; }"))).find("in http_server; did you mean 'listen'?"),
              std::string::npos);
}

TEST(CheckerTest, whatSrsDoesNotCheckMayHoldAnything) {
    const char* texts[] = {
        "http_server { https { anything x; } }",
        "circuit_breaker { anything; }",
        "rtc_server { tcp { a b; } black_hole { c; } }",
        "tencentcloud_cls { a; }",
        "vhost a { hds { a; } bandcheck { b; } }",
        "vhost a { ingest x { input { type file; foo bar; } engine { vparams { g 100; } any; } } }",
        "vhost a { transcode { engine ff { perfile { re; } vfilter { i 'a.png'; } vparams { t 100; } } } }",
        "transcode a/b { engine { x; } }"};
    for (const char* text : texts) {
        const LoadOutcome outcome = load(complete(text));
        EXPECT_NE(outcome.config, nullptr) << messages(outcome);
    }
    EXPECT_EQ(load(complete("vhost a { transcode { engine ff { any; } } }")).config, nullptr);
}

TEST(CheckerTest, namesOfEverySrsReleaseAreAccepted) {
    const LoadOutcome outcome = load(complete(R"(
        pithy_print { publish 2000; } http_stream { enabled on; } kafka { brokers a:1; } threads { interval 5; }
        stream_caster { caster gb28181; host *; jitterbuffer_enable on; sip { serial 1; keepalive_timeout 2; } }
        stream_caster { caster flv; }
        rtc_server { perf_stat on; gso on; rtp_cache { x; } }
        srt_server { tlpkdrop on; default_streamid "#!::r=live/livestream,m=publish"; passphrase 0123456789; }
        rtmps { enabled off; listen 1443; key a; cert b; } rtsp_server { listen 554; } exporter { label a; }
        vhost a {
            http { mount /; } refer a.com b.com; refer_play c.com; forward 127.0.0.1:1936; mode remote; origin a:1 b:2;
            token_traverse on; vhost b; nack { no_copy on; } twcc { enabled on; } mr { enabled off; latency 500; }
            rtc { aac transcode; bframe keep; } http_remux { hstrs on; } hls { hls_storage disk; }
            security { enabled on; deny publish all; allow play 10.0.0.0/8; allow publish 127.0.0.1; }
            exec { publish a b; publish c; } ingest a { enabled off; } ingest b { enabled off; }
        })"));
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    for (const Finding& finding : outcome.findings)
        EXPECT_NE(finding.message.find("no effect yet"), std::string::npos) << finding.text();
}

TEST(CheckerTest, theFirstOfTwoCountsAndTheOtherIsAWarning) {
    const LoadOutcome outcome = load(complete("daemon off;\ndaemon on;\nmax_connections 5;\nmax_connections 6;"));
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_FALSE(outcome.config->daemon);
    EXPECT_EQ(outcome.config->maxConnections, 5U);
    EXPECT_EQ(messages(outcome), "test.conf:2:1: warning: 'daemon' is ignored, the first one counts (test.conf:1:1)\n"
                                 "test.conf:4:1: warning: 'max_connections' is ignored, the first one counts "
                                 "(test.conf:3:1)\n");
}

TEST(CheckerTest, theFirstOfTwoBlocksCountsAndNamesInTheOtherAreChecked) {
    const LoadOutcome outcome =
        load("listen 1; vhost __defaultVhost__ { play { mw_latency 1; } play { queue_length 2; } }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(test::defaultVhost(outcome)->play.mwLatencyMs, 1);
    EXPECT_EQ(test::defaultVhost(outcome)->play.queueLengthMs, 30000);
    EXPECT_EQ(load("listen 1; vhost a { play { } play { nonsense 2; } }").config, nullptr);
}

TEST(CheckerTest, aSecondLineOfAHookIsAnError) {
    const LoadOutcome outcome = load("listen 1; vhost __defaultVhost__ { http_hooks { enabled on;\n"
                                     "on_publish http://a/1 http://a/2;\non_publish http://a/3;\n} }");
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome), "test.conf:3:1: error: 'on_publish' stands here twice, the first one is at "
                                 "test.conf:2:1; keep one; put all URLs on one line, separated by blanks\n");
}

TEST(CheckerTest, twoVhostsOfANameAreAnErrorHoweverTheyAreSpelled) {
    for (const char* second : {"a.b", "A.b", "a.B."}) {
        const LoadOutcome outcome = load(std::string("listen 1;\nvhost a.b { }\nvhost ") + second + " { }\n");
        EXPECT_EQ(outcome.config, nullptr);
        EXPECT_EQ(messages(outcome), std::string("test.conf:3:1: error: 'vhost ") + second +
                                         "' stands here twice, the first one is at test.conf:2:1; keep one\n");
    }
}

TEST(CheckerTest, aSecondBlockIsAnErrorWhereItHoldsAGuard) {
    const std::string vhost = "listen 1; vhost a { }\n";
    EXPECT_NE(load(vhost + "http_api { enabled on; }\nhttp_api { enabled on; }").config, nullptr)
        << "as in SRS's files";
    EXPECT_EQ(load(vhost + "http_api { enabled on; }\nhttp_api { auth { enabled on; } }").config, nullptr);
    EXPECT_EQ(load(vhost + "http_api { enabled on; }\nhttp_api { crossdomain off; }").config, nullptr);
}

TEST(CheckerTest, tooManyAndTooFewArgumentsAreWarnings) {
    EXPECT_EQ(messages(load(complete("daemon off on;"))),
              "test.conf:1:1: warning: 'on' is ignored: 'daemon' takes one value only\n");
    EXPECT_EQ(
        messages(load(complete("daemon off\nmin_latencyy on;"))),
        "test.conf:1:1: warning: 'min_latencyy' is ignored: 'daemon' takes one value only; is there a ';' missing "
        "at the end of the line?\n");
    EXPECT_EQ(messages(load(complete("pid;"))), "test.conf:1:1: warning: 'pid' has no effect without a value\n");
    EXPECT_EQ(messages(load(complete("pid \"\";"))), "test.conf:1:1: warning: 'pid' has no effect without a value\n");
    EXPECT_EQ(messages(load("listen 1; vhost a b { }")),
              "test.conf:1:11: error: 'b' is ignored: 'vhost' takes one name only\n");
    EXPECT_EQ(messages(load("listen 1; vhost a { play x { } }")),
              "test.conf:1:21: warning: 'x' is ignored: 'play' takes a block only\n");
    EXPECT_EQ(messages(load(complete("vhost { }"))), "test.conf:1:1: error: 'vhost' has no effect without a name\n");
}

TEST(CheckerTest, blocksInTheWrongPlaceAreWarnings) {
    EXPECT_EQ(messages(load(complete("daemon off { x; }"))),
              "test.conf:1:1: warning: 'daemon' takes no block, what it holds is ignored\n");
    EXPECT_EQ(messages(load("listen 1; vhost a { play; }")),
              "test.conf:1:21: warning: 'play' sets nothing without a block { }\n");
}

TEST(CheckerTest, aFileThatIsNotMeantToRunIsRefused) {
    EXPECT_NE(messages(load(complete("is_full on;"))).find("test.conf:1:1: error: 'is_full on'"), std::string::npos);
    EXPECT_NE(load(complete("is_full off;")).config, nullptr);
    EXPECT_EQ(messages(load(complete("is_full off;"))), "");
}

TEST(CheckerTest, everyErrorOfAFileIsFoundInOneGo) {
    const LoadOutcome outcome = load("listen 0;\nnonsense;\nmax_connections -1;\n"
                                     "vhost a { http_hooks { enabled on; on_play ftp://x; client_id x; } bad; }");
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(outcome.findings.size(), 6U) << messages(outcome);
    for (const Finding& finding : outcome.findings) EXPECT_EQ(finding.severity, Finding::Severity::Error);
}

TEST(CheckerTest, namesBeforeABrokenEndAreCheckedToo) {
    EXPECT_EQ(
        messages(load("lisen 1935;\nvhost a { min_latenci; play { gop_cache off; }")),
        "test.conf:1:1: error: unknown directive 'lisen' at the top level; did you mean 'listen'?\n"
        "test.conf:2:11: error: unknown directive 'min_latenci' in vhost; did you mean 'min_latency'?\n"
        "test.conf:2:47: error: unexpected end of file, expected '}' to close the block of 'vhost' from line 2\n");
}

} // namespace
} // namespace hookcast::config
