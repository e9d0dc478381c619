// vhost.capture and vhost.ingest.
#include "effects/Effect.h"

#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/Loopback.h"
#include "support/MockBackend.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/socket.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string capture(std::string_view source, std::string_view more) {
    return fmt::format("vhost __defaultVhost__ {{ capture cam {{ source {}; {} }} }}\n", source, more);
}

std::string captureOfClip(std::string_view more = "") {
    return capture(h264AacClip(), more);
}

void publishesAs(const std::string& config, std::string_view stream) {
    const HookcastServer server(config);
    server.waitForLog(fmt::format("publishes __defaultVhost__/{}", stream));
}

void captureEnabled() {
    HookcastServer server(captureOfClip("enabled off;"));
    connectClient(server.port());
    server.stop();
    EXPECT_THAT(server.log().text(), Not(HasSubstr("fetches")));
}

void captureAccess() {
    MockBackend backend;
    const HookcastServer server(webhookTo(backend) + captureOfClip("access private;"));
    EXPECT_EQ(backend.waitForEvents("stream:create").back().data()->getValue<std::string>("access"), "private");
}

void captureDvr() {
    const TempFolder folder;
    HookcastServer server(
        fmt::format("vhost __defaultVhost__ {{ capture cam {{ source {}; dvr on; }} dvr {{ dvr_path {}; }} }}\n",
                    h264AacClip(), folder.file("[stream].flv")));
    server.waitForLog("publishes");
    const auto player = startPlayer(server.port(), "cam-primary");
    player->expectMedia(10);
    server.stop();
    EXPECT_TRUE(std::filesystem::exists(folder.file("cam-primary.flv")));
}

void reconnectLimit() {
    const FreePort nobody;
    const HookcastServer server(
        capture(fmt::format("rtmp://127.0.0.1:{}/live/none", nobody.number()), "reconnect_limit 1;"));
    server.waitForLog("given up after 1 attempts");
}

/// A host that takes connections and never says a word.
class SilentHost {
  public:
    SilentHost() : listening_(boundSocket(SOCK_STREAM)) {
        if (!listening_.valid() || ::listen(listening_.get(), 5) != 0)
            throw std::runtime_error("no port for a silent host");
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}/a.flv", portOf(listening_)); }

  private:
    Descriptor listening_;
};

void captureTimeout() {
    constexpr const char* kGivesUp = "tries again";
    const SilentHost host;
    const HookcastServer patient(capture(host.url(), "timeout 600;"));
    const HookcastServer impatient(capture(host.url(), "timeout 0.3;"));
    impatient.waitForLog(kGivesUp);
    EXPECT_EQ(patient.log().count(kGivesUp), 0U);
}

void captureStall() {
    const HookcastServer origin("vhost __defaultVhost__ { min_latency on; publish { normal_timeout 60000; } }\n");
    const FfmpegRun publisher(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", origin.url("live/show")});
    constexpr const char* kGivesUp = "it is silent";
    const HookcastServer patient(capture(origin.url("live/show"), "stall 600;"));
    const HookcastServer impatient(capture(origin.url("live/show"), "stall 2;"));
    patient.waitForLog("publishes");
    impatient.waitForLog("publishes");
    publisher.signal(SIGSTOP);
    impatient.waitForLog(kGivesUp);
    publisher.signal(SIGCONT);
    EXPECT_EQ(patient.log().count(kGivesUp), 0U);
}

/// The sound of a capture of several programmes.
std::string soundsWith(std::string_view directives) {
    const HookcastServer server(capture(twoProgramsClip(), directives));
    server.waitForLog("publishes __defaultVhost__/live/cam-primary");
    return soundRates(server.url("live/cam-primary"));
}

void captureProgram() {
    EXPECT_EQ(soundsWith("program 8;"), "32000");
    EXPECT_EQ(soundsWith(""), "44100");
}

void captureAudioTrack() {
    EXPECT_EQ(soundsWith("audio_track 2;"), "22050");
}

void captureTransport() {
    const auto wayWith = [](std::string_view directives) {
        const HookcastServer camera("vhost __defaultVhost__ { min_latency on; publish { normal_timeout 60000; } }\n");
        const FfmpegRun publisher(
            {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", camera.url("live/show")});
        camera.waitForLog("publishes __defaultVhost__/live/show");
        const HookcastServer server(capture(camera.rtspUrl("live/show"), directives));
        return camera.waitForLog("plays __defaultVhost__/live/show");
    };
    EXPECT_THAT(wayWith("transport udp;"), HasSubstr("over UDP"));
    EXPECT_THAT(wayWith("transport tcp;"), HasSubstr("over TCP"));
    EXPECT_THAT(wayWith(""), HasSubstr("over TCP"));
}

/// An ingest; `input` and `engine` stand in its blocks.
std::string ingest(std::string_view directives, std::string_view input, std::string_view engine) {
    return fmt::format("vhost __defaultVhost__ {{ ingest it {{ {} input {{ {} }} engine hd {{ {} }} }} }}\n",
                       directives, input, engine);
}

const std::string& clipInput() {
    static const std::string kInput = fmt::format("type file; url {};", h264AacClip());
    return kInput;
}

constexpr const char* kOwnOutput = "output rtmp://127.0.0.1:[port]/live/[stream]-[engine];";

void ingestEnabled() {
    publishesAs(ingest("enabled on;", clipInput(), kOwnOutput), "live/it-hd");
    HookcastServer server(ingest("enabled off;", clipInput(), kOwnOutput));
    connectClient(server.port());
    server.stop();
    EXPECT_THAT(server.log().text(), Not(HasSubstr("fetches")));
}

/// The words that an ingest gives to its program, which is one that only tells them, each between angle brackets.
std::string wordsWith(std::string_view engine, const std::string& input = clipInput()) {
    const TempFolder folder;
    const std::string program = folder.write(
        "tell.sh", fmt::format("#!/bin/sh\nfor word in \"$@\"; do printf '<%s>' \"$word\"; done > {0}.new\n"
                               "mv {0}.new {0}\nexec sleep 60\n",
                               folder.file("told")));
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const HookcastServer server(ingest(fmt::format("enabled on; ffmpeg {};", program), input,
                                       fmt::format("enabled on; vcodec libx264; acodec aac; {} {}", engine,
                                                   engine.find("output") == std::string_view::npos ? kOwnOutput : "")));
    return waitForContent(folder.file("told"), ">");
}

void tells(std::string_view engine, std::string_view words) {
    EXPECT_THAT(wordsWith(engine), HasSubstr(std::string(words)));
    EXPECT_THAT(wordsWith(""), Not(HasSubstr(std::string(words))));
}

void engineEnabled() {
    // Off, nothing is transcoded, and then no program is needed.
    publishesAs(ingest("enabled on; ffmpeg /nonexistent;", clipInput(),
                       fmt::format("enabled off; vcodec libx264; {}", kOwnOutput)),
                "live/it-hd");
    EXPECT_THAT(wordsWith(""), HasSubstr("<-vcodec><libx264>"));
}

void inputType() {
    EXPECT_THAT(wordsWith(""), HasSubstr("<-stream_loop>"));
    EXPECT_THAT(wordsWith("", "type stream; url rtmp://h/live/a;"), Not(HasSubstr("<-stream_loop>")));
}

void inputUrl() {
    EXPECT_THAT(wordsWith("", "type stream; url rtmp://h/live/a;"), HasSubstr("<-i><rtmp://h/live/a>"));
}

void outputUrl() {
    EXPECT_THAT(wordsWith("output rtmp://h:[port]/[vhost]/[engine];"), testing::EndsWith("/__defaultVhost__/hd>"));
}

void tellsAlways(std::string_view words) {
    EXPECT_THAT(wordsWith(""), HasSubstr(std::string(words)));
}

} // namespace

Effects inputEffects() {
    return {
        {"vhost.capture.enabled", captureEnabled},
        {"vhost.capture.source", [] { publishesAs(captureOfClip(), "live/cam-primary"); }},
        {"vhost.capture.kind", [] { publishesAs(captureOfClip("kind secondary;"), "live/cam-secondary"); }},
        {"vhost.capture.app", [] { publishesAs(captureOfClip("app studio;"), "studio/cam-primary"); }},
        {"vhost.capture.access", captureAccess},
        {"vhost.capture.dvr", captureDvr},
        {"vhost.capture.reconnect_limit", reconnectLimit},
        {"vhost.capture.timeout", captureTimeout},
        {"vhost.capture.transport", captureTransport},
        {"vhost.capture.program", captureProgram},
        {"vhost.capture.audio_track", captureAudioTrack},
        {"vhost.capture.stall", captureStall},
        {"vhost.ingest.enabled", ingestEnabled},
        {"vhost.ingest.ffmpeg", [] { tellsAlways("<-i>"); }},
        {"vhost.ingest.input.type", inputType},
        {"vhost.ingest.input.url", inputUrl},
        {"vhost.ingest.engine.enabled", engineEnabled},
        {"vhost.ingest.engine.iformat", [] { tells("iformat mpegts;", "<-f><mpegts><-i>"); }},
        {"vhost.ingest.engine.vcodec", [] { tellsAlways("<-vcodec><libx264>"); }},
        {"vhost.ingest.engine.vbitrate", [] { tells("vbitrate 1500;", "<-b:v><1500000>"); }},
        {"vhost.ingest.engine.vfps", [] { tells("vfps 12;", "<-r><12>"); }},
        {"vhost.ingest.engine.vwidth", [] { tells("vwidth 160; vheight 90;", "<-s><160x90>"); }},
        {"vhost.ingest.engine.vheight", [] { tells("vwidth 160; vheight 90;", "<-s><160x90>"); }},
        {"vhost.ingest.engine.vthreads", [] { tells("vthreads 7;", "<-threads><7>"); }},
        {"vhost.ingest.engine.vprofile", [] { tells("vprofile main;", "<-profile:v><main>"); }},
        {"vhost.ingest.engine.vpreset", [] { tells("vpreset fast;", "<-preset:v><fast>"); }},
        {"vhost.ingest.engine.acodec", [] { tellsAlways("<-acodec><aac>"); }},
        {"vhost.ingest.engine.abitrate", [] { tells("abitrate 70;", "<-b:a><70000>"); }},
        {"vhost.ingest.engine.asample_rate", [] { tells("asample_rate 22050;", "<-ar><22050>"); }},
        {"vhost.ingest.engine.achannels", [] { tells("achannels 1;", "<-ac><1>"); }},
        {"vhost.ingest.engine.oformat", [] { tells("oformat mpegts;", "<-f><mpegts><-y>"); }},
        {"vhost.ingest.engine.output", outputUrl},
    };
}

} // namespace hookcast::integration
