// The servers' own XML files, given to hookcast as they are.
#include "support/ChildProcess.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string eventsTo(const MockBackend& backend) {
    std::string events;
    for (const std::string event : {"connect", "play", "publish", "done"})
        events += fmt::format("<on_{0}>{1}</on_{0}>\n", event, backend.url("/notify/" + event));
    return events;
}

std::string mediaServerXml(std::uint16_t port, const MockBackend& backend, const char* method) {
    return fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<config>\n<serverip>127.0.0.1</serverip>\n"
                       "<log_enable>1</log_enable>\n<rtmp>\n<port>{}</port>\n<http_notify>\n{}"
                       "<notify_method>{}</notify_method>\n</http_notify>\n</rtmp>\n</config>\n",
                       port, eventsTo(backend), method);
}

struct Outcome {
    int code;
    std::string output;
    std::string errors;
};

Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), hookcastProgram());
    ChildProcess process({arguments, {}, {}});
    const int code = process.waitForExit().code;
    return {code, process.output().text(), process.errors().text()};
}

class NotifyXml : public testing::TestWithParam<const char*> {};

TEST_P(NotifyXml, AMediaServersFileServes) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort port;
    const std::string file = folder.write("mediaserver.cfg", mediaServerXml(port.number(), backend, GetParam()));
    const std::map<std::string, std::string> environment = {{"SRS_PID", folder.file("hookcast.pid")},
                                                            {"SRS_WORK_DIR", folder.path().string()}};
    ChildProcess server({{hookcastProgram(), "-c", file}, environment, {}});
    ASSERT_TRUE(server.output().waitFor("listening for RTMP on")) << server.errors().text();
    startPublisher(port.number(), "show");
    backend.waitForCall("notify done");
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify publish", "notify done"));
    for (const HookCall& call : backend.calls()) EXPECT_EQ(call.method, GetParam());
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
    EXPECT_THAT(server.errors().text(), HasSubstr(file + ":4:1: warning: <log_enable> has no effect"));
}

INSTANTIATE_TEST_SUITE_P(Methods, NotifyXml, testing::Values("POST", "GET"),
                         [](const auto& method) { return std::string(method.param); });

TEST(NotifyXml, AnRtspServersFileServes) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort rtmpPort;
    const FreePort rtspPort;
    const std::string file =
        folder.write("rtspserver.cfg", fmt::format("<config><serverip>127.0.0.1</serverip><serverport>{}</serverport>\n"
                                                   "{}</config>",
                                                   rtspPort.number(), eventsTo(backend)));
    ChildProcess server({{hookcastProgram(), "-c", file},
                         {{"SRS_PID", folder.file("hookcast.pid")},
                          {"SRS_WORK_DIR", folder.path().string()},
                          {"SRS_LISTEN", fmt::format("127.0.0.1:{}", rtmpPort.number())}},
                         {}});
    ASSERT_TRUE(server.output().waitFor("] hookcast ")) << server.errors().text();
    const std::string url = fmt::format("rtsp://127.0.0.1:{}/live/show", rtspPort.number());
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp", url + "?key=1"});
    backend.waitForCall("notify done");
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify publish", "notify done"));
    for (const HookCall& call : backend.calls()) {
        EXPECT_EQ(call.text("protocol"), "rtsp");
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("name"), "show");
        EXPECT_EQ(call.text("url"), url + "?key=1");
        EXPECT_FALSE(call.has("tcurl"));
    }
    // Nothing that nobody would be asked about is served beside it.
    EXPECT_THROW(connectClient(rtmpPort.number()), std::runtime_error);
    EXPECT_EQ(server.output().count("listening for RTMP on"), 0U);
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
}

TEST(NotifyXml, ItsDumpServesTheSame) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort port;
    const std::string file = folder.write("mediaserver.cfg", mediaServerXml(port.number(), backend, "GET"));
    const Outcome dumped = run({"--dump", "-c", file});
    ASSERT_EQ(dumped.code, 0) << dumped.errors;
    EXPECT_THAT(dumped.output, HasSubstr("# " + file + ":4:1: config.log_enable\n"));

    const std::map<std::string, std::string> environment = {{"SRS_PID", folder.file("hookcast.pid")},
                                                            {"SRS_WORK_DIR", folder.path().string()}};
    ChildProcess server({{hookcastProgram(), "-c", folder.write("dumped.conf", dumped.output)}, environment, {}});
    ASSERT_TRUE(server.output().waitFor("listening for RTMP on")) << server.errors().text();
    startPlayer(port.number(), "show");
    backend.waitForCall("notify done");
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify play", "notify done"));
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
}

TEST(NotifyXml, TheSamplesAreUsable) {
    for (const char* sample : {"/conf/rtspserver.cfg", "/conf/mediaserver.cfg"}) {
        const Outcome outcome = run({"-t", "-c", std::string(HOOKCAST_SOURCE_DIR) + sample});
        EXPECT_EQ(outcome.code, 0) << outcome.errors;
    }
}

TEST(NotifyXml, FaultsAreNamedWithTheirPlace) {
    const TempFolder folder;
    const auto errorsOf = [&](const std::string& text) {
        const Outcome outcome = run({"-t", "-c", folder.write("bad.cfg", text)});
        EXPECT_EQ(outcome.code, 1) << text;
        return outcome.errors;
    };
    const std::string file = folder.file("bad.cfg");
    EXPECT_THAT(errorsOf("<config>\n<rtmp>\n</config>"), HasSubstr(file + ":3:3: error: XML: Tag mismatch"));
    EXPECT_THAT(errorsOf("<html/>"), HasSubstr(file + ":1:1: error: expected <config>, found <html>"));
    EXPECT_THAT(errorsOf("<config>\n<on_play>nowhere</on_play></config>"), HasSubstr(file + ":2:1: error: 'on_play'"));
    EXPECT_THAT(errorsOf("<!DOCTYPE c [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>\n<config>&b;</config>"),
                HasSubstr("error: XML: a document type (<!DOCTYPE>) is not accepted"));
    // What another file holds stays there.
    const std::string secret = folder.write("secret", "http://127.0.0.1/a-secret");
    const std::string errors =
        errorsOf("<!DOCTYPE c [<!ENTITY s SYSTEM 'file://" + secret + "'>]>\n<config><on_play>&s;</on_play></config>");
    EXPECT_THAT(errors, HasSubstr("error: XML: a document type (<!DOCTYPE>) is not accepted"));
    EXPECT_THAT(errors, testing::Not(HasSubstr("a-secret")));
    EXPECT_THAT(errorsOf("<config>" + std::string(2'000'000, ' ') + "</config>"), HasSubstr("too large"));
}

} // namespace
} // namespace hookcast::integration
