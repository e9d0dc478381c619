// vhost.capture and vhost.ingest, blocks that may repeat.
#include "config/Dump.h"
#include "config/InputChecks.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;

LoadOutcome loadVhost(const std::string& content) {
    return load("listen 1935; vhost __defaultVhost__ {\n" + content + "\n}");
}

TEST(InputConfigTest, everyCaptureCountsAndSurvivesADump) {
    const LoadOutcome outcome = loadVhost("capture a { source rtsp://u:p@h/s; dvr on; }\n"
                                          "capture a { kind secondary; source ./movie.mp4; }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    const auto& captures = defaultVhost(outcome)->captures;
    ASSERT_EQ(captures.size(), 2U);
    EXPECT_EQ(captures[0].stream, "a-primary");
    EXPECT_EQ(captures[1].stream, "a-secondary");
    const LoadOutcome again = load(dump(*outcome.config));
    EXPECT_EQ(defaultVhost(again)->captures, captures) << dump(*outcome.config);
}

TEST(InputConfigTest, everyIngestCountsAndSurvivesADump) {
    const LoadOutcome outcome = loadVhost(
        "ingest one { enabled on; input { type stream; url rtsp://h/s; } ffmpeg /usr/bin/ffmpeg;\n"
        "  engine { enabled off; output rtmp://127.0.0.1:[port]/live/a; }\n"
        "  engine hd { enabled on; perfile { rtsp_transport tcp; } vfilter { vf 'scale=640:360'; } vcodec libx264;\n"
        "    vparams { tune zerolatency; } acodec aac; aparams { profile:a aac_low; } output rtmp://h/live/b; } }\n"
        "ingest two { input { url ./a.flv; } }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    const auto& ingests = defaultVhost(outcome)->ingests;
    ASSERT_EQ(ingests.size(), 2U);
    ASSERT_EQ(ingests[0].engines.size(), 2U);
    EXPECT_TRUE(ingests[0].engines[0].passesThrough());
    EXPECT_FALSE(ingests[0].engines[1].passesThrough());
    EXPECT_EQ(ingests[0].engines[1].name, "hd");
    EXPECT_EQ(ingests[0].engines[1].vfilter, (FfmpegOptions{{"vf", "scale=640:360"}}));
    EXPECT_EQ(ingests[0].engines[1].aparams, (FfmpegOptions{{"profile:a", "aac_low"}}));
    const LoadOutcome again = load(dump(*outcome.config));
    EXPECT_EQ(defaultVhost(again)->ingests, ingests) << dump(*outcome.config);
}

TEST(InputConfigTest, aNameAloneIsNoneWhereABlockMustHaveOne) {
    const LoadOutcome outcome = loadVhost("capture a { } ingest { } ingest b { } ingest c { engine { } engine d { } }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    EXPECT_TRUE(defaultVhost(outcome)->captures.empty());
    const auto& ingests = defaultVhost(outcome)->ingests;
    ASSERT_EQ(ingests.size(), 2U);
    EXPECT_EQ(ingests[0].name, "b");
    ASSERT_EQ(ingests[1].engines.size(), 1U);
    EXPECT_EQ(ingests[1].engines[0].name, "d");
}

TEST(InputConfigTest, aDumpHasTheBlocksWithNamesBeforeTheOthers) {
    const LoadOutcome outcome =
        loadVhost("http_notify { on_play http://a/; enabled on; }\n"
                  "ingest i { engine { perfile { re; } vcodec copy; output x; } } capture c { source ./f; }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    std::string heads;
    std::istringstream lines(dump(*outcome.config));
    for (std::string line; std::getline(lines, line);)
        for (const char* head : {"    capture c {", "    ingest i {", "        engine {", "            perfile {",
                                 "                re;", "    http_notify {"})
            if (line == head) heads += line.substr(line.find_first_not_of(' ')) + " ";
    EXPECT_EQ(heads, "capture c { ingest i { engine { perfile { re; http_notify { ");
}

TEST(InputConfigTest, whatCannotBeFetchedIsAnError) {
    const auto error = [](const std::string& content) {
        const LoadOutcome outcome = loadVhost(content);
        return outcome.config == nullptr ? messages(outcome) : "loads: " + messages(outcome);
    };
    EXPECT_NE(error("capture a { kind secondary; }").find("capture a has no 'source'"), std::string::npos);
    const std::string wrongScheme = error("capture a { source gopher://user:secret@h/s; }");
    EXPECT_NE(wrongScheme.find("expected rtsp, rtmp, http, https, srt or file"), std::string::npos) << wrongScheme;
    EXPECT_EQ(wrongScheme.find("secret"), std::string::npos) << wrongScheme;
    EXPECT_NE(error("capture a { source ./b; } capture a { source ./c; }").find("another capture"), std::string::npos);
    EXPECT_NE(error("ingest a { input { url x; } } ingest a { input { url y; } }").find("another one has this name"),
              std::string::npos);
    EXPECT_EQ(error("ingest a { enabled on; engine { output rtmp://h/a/b; } }"),
              "loads: test.conf:2:1: warning: ingest a has no 'url' in 'input': nothing is fetched\n");
    EXPECT_NE(error("ingest a { enabled on; input { url x; } engine { enabled on; vcodec libx264; output y; } }")
                  .find("no 'ffmpeg'"),
              std::string::npos);
}

TEST(InputConfigTest, sourcesAreUrlsOfKnownSchemesOrFiles) {
    for (const char* source : {"rtsp://h/s", "rtmp://h/a/s", "http://h/a.flv", "https://h/a.ts", "srt://h:1?x=y",
                               "file:///a", "file:a", "/a/b.flv", "./a:b.flv", "movie.mp4"})
        EXPECT_TRUE(isCaptureSource(source)) << source;
    for (const char* source : {"", "concat:a|b", "data:x", "udp://h:1", "tcp://h:1", "rtsp://", "subfile,,start,0:a",
                               "crypto:a", "hls+http://h/a.m3u8", "RTSP://h/s"})
        EXPECT_FALSE(isCaptureSource(source)) << source;
}

} // namespace
} // namespace hookcast::config
