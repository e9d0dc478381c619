#include "inputs/IngestPlan.h"

#include "config/ConfigLoader.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::inputs {
namespace {

using Words = std::vector<std::string>;

struct Plan {
    std::vector<config::CaptureConfig> captures;
    std::vector<FfmpegIngest> processes;
};

Plan planOf(const std::string& ingest) {
    const config::LoadOutcome outcome = config::test::load(
        "listen 1936; vhost __defaultVhost__ { } vhost v.com { ingest one { enabled on; " + ingest + " } }");
    EXPECT_NE(outcome.config, nullptr) << config::test::messages(outcome);
    if (outcome.config == nullptr) return {};
    const auto vhost = outcome.config->findVhost("v.com");
    return {passedThrough(*outcome.config, *vhost), byFfmpeg(*outcome.config, *vhost)};
}

TEST(IngestPlanTest, PacketsThatPassAsTheyAreToThisVhostAreACapture) {
    for (const std::string output :
         {"rtmp://127.0.0.1:[port]/live?vhost=[vhost]/show", "rtmp://127.0.0.1:[port]/live/show?vhost=[vhost]",
          "rtmp://localhost:1936/live/[stream]?vhost=v.com"}) {
        for (const std::string codecs : {"enabled off;", "enabled on;", "enabled on; vcodec copy; acodec copy;"}) {
            const Plan plan =
                planOf("input { type stream; url rtsp://h/s; } engine { " + codecs + " output " + output + "; }");
            ASSERT_EQ(plan.captures.size(), 1U) << output << codecs;
            EXPECT_EQ(plan.captures[0].source, "rtsp://h/s");
            EXPECT_EQ(plan.captures[0].app, "live");
            EXPECT_EQ(plan.captures[0].stream, output.find("[stream]") == std::string::npos ? "show" : "one");
            EXPECT_EQ(plan.captures[0].reconnectLimit, 0U) << "it is never given up";
            EXPECT_TRUE(plan.processes.empty());
        }
    }
}

TEST(IngestPlanTest, OutputsElsewhereAreFfmpegs) {
    for (const std::string output : {"rtmp://127.0.0.1:1935/live/show?vhost=v.com", "rtmp://other/live/show",
                                     "rtmp://127.0.0.1:1936/live/show?vhost=other", "srt://127.0.0.1:1936"}) {
        const Plan plan = planOf("input { url ./a.flv; } engine { output " + output + "; }");
        EXPECT_TRUE(plan.captures.empty()) << output;
        ASSERT_EQ(plan.processes.size(), 1U) << output;
        EXPECT_EQ(plan.processes[0].program, "ffmpeg");
        EXPECT_EQ(plan.processes[0].arguments,
                  (Words{"-nostdin", "-hide_banner", "-loglevel", "warning", "-stream_loop", "-1", "-re", "-i",
                         "./a.flv", "-c", "copy", "-f", "flv", "-y", output}));
    }
}

TEST(IngestPlanTest, TranscodesWithSrssArguments) {
    const Plan plan =
        planOf("ffmpeg /opt/ffmpeg; input { type stream; url rtsp://h/s; }\n"
               "engine { enabled on; perfile { rtsp_transport tcp; } vfilter { vf scale=640:360; } vcodec libx264;\n"
               "vbitrate 500; vfps 25; vwidth 640; vheight 360; vthreads 2; vprofile main; vpreset fast;\n"
               "vparams { tune zerolatency; } acodec aac; abitrate 70; asample_rate 44100; achannels 2;\n"
               "aparams { profile:a aac_low; } output rtmp://127.0.0.1:[port]/live/show?vhost=[vhost]; }");
    EXPECT_TRUE(plan.captures.empty());
    ASSERT_EQ(plan.processes.size(), 1U);
    EXPECT_EQ(plan.processes[0].program, "/opt/ffmpeg");
    EXPECT_EQ(plan.processes[0].arguments, (Words{"-nostdin",
                                                  "-hide_banner",
                                                  "-loglevel",
                                                  "warning",
                                                  "-rtsp_transport",
                                                  "tcp",
                                                  "-i",
                                                  "rtsp://h/s",
                                                  "-vf",
                                                  "scale=640:360",
                                                  "-vcodec",
                                                  "libx264",
                                                  "-b:v",
                                                  "500000",
                                                  "-r",
                                                  "25",
                                                  "-s",
                                                  "640x360",
                                                  "-aspect",
                                                  "640:360",
                                                  "-threads",
                                                  "2",
                                                  "-profile:v",
                                                  "main",
                                                  "-preset:v",
                                                  "fast",
                                                  "-tune",
                                                  "zerolatency",
                                                  "-acodec",
                                                  "aac",
                                                  "-b:a",
                                                  "70000",
                                                  "-ar",
                                                  "44100",
                                                  "-ac",
                                                  "2",
                                                  "-profile:a",
                                                  "aac_low",
                                                  "-f",
                                                  "flv",
                                                  "-y",
                                                  "rtmp://127.0.0.1:1936/live/show?vhost=v.com"}));
}

TEST(IngestPlanTest, WhatIsOffIsNotFetched) {
    const config::LoadOutcome outcome = config::test::load(
        "listen 1935; vhost v { ingest a { enabled off; input { url x; } engine { output rtmp://127.0.0.1/a/b; } } }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_TRUE(passedThrough(*outcome.config, *outcome.config->vhosts[0]).empty());
    EXPECT_TRUE(byFfmpeg(*outcome.config, *outcome.config->vhosts[0]).empty());
}

} // namespace
} // namespace hookcast::inputs
