// limits { }: what waits inside of the server, and for how long its end waits.
#include "effects/Effect.h"
#include "effects/Wire.h"

#include "rtmp/ControlMessages.h"
#include "support/ChildProcess.h"
#include "support/FfmpegRun.h"
#include "support/FolderWatch.h"
#include "support/FreePort.h"
#include "support/Guardian.h"
#include "support/HookcastServer.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMegabyte = 1024UL * 1024;

std::string configWith(std::string_view limits, std::string_view vhost) {
    return fmt::format("limits {{ {} }}\nvhost __defaultVhost__ {{ {} }}\n", limits, vhost);
}

/// More replies than the kernel has room for, left unread.
void controlBuffer() {
    const auto survivesWith = [](std::string_view limits) {
        const HookcastServer server(configWith(limits, ""));
        const auto client = connectClient(server.port(), "live", 4096);
        base::Bytes pings;
        for (int i = 0; i < 10'000; ++i) rtmp::appendUserControl(pings, rtmp::UserControlEvent::PingRequest, 1);
        for (int i = 0; i < 60; ++i)
            if (!client->tcp().trySend(pings)) return false;
        try {
            client->ping();
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    };
    EXPECT_TRUE(survivesWith("control_buffer 67108864;"));
    EXPECT_FALSE(survivesWith(""));
}

void logSize() {
    const HookcastServer server(configWith("log_size 2000000;", "min_latency on; play { queue_length 3600; }"));
    const auto slow = startPlayer(server.port(), "show", "live", 4096);
    const auto publisher = startPublisher(server.port(), "show");
    publisher->setChunkSize(65536);
    // Less than the default, and no more than a second.
    for (unsigned i = 0; i < 400; ++i)
        publisher->send(i % 10 == 0 ? avcKeyframe(i, 50'000, i) : avcInterFrame(i, 50'000, i));
    server.waitForLog("jumped to the newest keyframe");
}

/// How long after the first the second of two clients who come together is asked about, with a backend that takes a
/// while.
std::int64_t secondAskedAfterMs(std::string_view limits) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"delay_ms":6000}})");
    const HookcastServer server(configWith(limits, hooksTo(backend)));
    RtmpClient one(server.port());
    RtmpClient other(server.port());
    sendConnect(one, server);
    sendConnect(other, server);
    const HookCall second = backend.waitForCall("on_connect", 2);
    return second.monotonicMs - withAction(backend.calls(), "on_connect").front().monotonicMs;
}

void hookConnections() {
    // The first is answered by then, or not.
    const std::int64_t oneByOneMs = secondAskedAfterMs("hook_connections 1;");
    EXPECT_GE(oneByOneMs, 5000);
    EXPECT_LT(secondAskedAfterMs(""), oneByOneMs);
}

void hookQueue() {
    MockBackend backend;
    backend.addRule(R"({"reply":{"delay_ms":600000}})");
    const HookcastServer server("loops 1;\n" +
                                configWith("hook_connections 1; hook_queue 1; hook_drain 0;", hooksTo(backend)));
    RtmpClient asked(server.port());
    sendConnect(asked, server);
    backend.waitForCall("on_connect");
    RtmpClient waiting(server.port());
    sendConnect(waiting, server);
    RtmpClient refused(server.port());
    refused.shakeHands();
    EXPECT_EQ(refused.connect(requestFor(server.port(), "live")).level, "error");
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("too many hook calls are waiting"));
}

void hookDrain() {
    const auto endsWith = [](std::string_view limits) {
        MockBackend backend;
        backend.addRule(R"({"match":{"action":"on_close"},"reply":{"delay_ms":1000}})");
        HookcastServer server(configWith(limits, hooksTo(backend)));
        const auto client = connectClient(server.port());
        server.stop();
        return server.log().text();
    };
    constexpr const char* kNotDelivered = "1 hook events were not delivered within hook_drain";
    EXPECT_THAT(endsWith("hook_drain 100;"), HasSubstr(kNotDelivered));
    EXPECT_THAT(endsWith(""), Not(HasSubstr(kNotDelivered)));
}

void dvrQueue() {
    const TempFolder folder;
    const HookcastServer server(configWith("dvr_queue 65536;", dvr(folder.file("[stream].flv"))));
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcConfig(0));
    // Larger than all that may wait: the slowest disk could not have less to do.
    publisher->send(avcKeyframe(0, 100'000));
    server.waitForLog("are not recorded: the disk is behind by dvr_queue");
}

/// Returns when a recording that is being written has so many bytes.
void waitUntilLarger(const TempFolder& folder, std::size_t sizeBytes) {
    const FolderWatch watch(folder.path());
    const Deadline deadline;
    const auto isThere = [&folder, sizeBytes] {
        const std::filesystem::directory_iterator files(folder.path());
        return std::any_of(begin(files), end(files), [&](const auto& file) { return file.file_size() > sizeBytes; });
    };
    while (!isThere())
        if (!watch.waitForChange(deadline)) throw std::runtime_error("the recording does not grow");
}

void dvrDrain() {
    const TempFolder folder;
    HookcastServer server(configWith("dvr_drain 0;", dvr(folder.file("[stream].mp4"))));
    // To complete it is to write it all once more.
    const FfmpegRun publisher(
        {"-stream_loop", "2000", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show")});
    waitUntilLarger(folder, 30 * kMegabyte);
    server.stop();
    EXPECT_THAT(server.log().text(), HasSubstr("1 recordings were not complete within dvr_drain"));
}

/// How much of a long file a capture fetches that is not let in.
std::size_t fetchedWith(std::string_view limits) {
    const TempFolder folder;
    runFfmpeg({"-stream_loop", "200", "-i", h264AacClip(), "-c", "copy", folder.file("long.flv")});
    const HttpHookcast origin("srs_log_level info;\nvhost __defaultVhost__ { }\n",
                              fmt::format("dir {};", folder.path().string()));
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":1500,"status":403}})");
    const HookcastServer server(configWith(limits, fmt::format("capture cam {{ source {}; reconnect_limit 1; }} {}",
                                                               origin.httpUrl("long.flv"), hooksTo(backend))));
    const std::string closed = origin.server().waitForLog("closed: ");
    return std::stoul(closed.substr(closed.find("sent=") + 5));
}

void captureQueue() {
    EXPECT_LT(fetchedWith("capture_queue 65536;") + 5 * kMegabyte, fetchedWith(""));
}

void execProcesses() {
    const TempFolder folder;
    const HookcastServer server(configWith(
        "exec_processes 0;", fmt::format("exec {{ enabled on; publish touch {}; }}", folder.file("touched"))));
    const auto publisher = startPublisher(server.port(), "show");
    server.waitForLog("show is not given to touch: exec_processes run already");
    EXPECT_FALSE(std::filesystem::exists(folder.file("touched")));
}

/// How many of `clients` connections are in the log of a server whose output nobody reads until they are all gone.
std::size_t loggedWith(std::string_view limits, std::size_t clients) {
    const TempFolder folder;
    const FreePort port;
    const std::string config =
        folder.write("its.conf", fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_tank console;\npid {};\n"
                                             "srs_log_level info;\n{}",
                                             port.number(), folder.file("its.pid"), configWith(limits, "")));
    const std::string gate = folder.file("gate");
    if (::mkfifo(gate.c_str(), 0600) != 0) throw std::runtime_error("no pipe");
    ChildProcess server(
        {{"sh", "-c", fmt::format("'{}' -c '{}' | {{ cat '{}' > /dev/null; cat; }}", hookcastProgram(), config, gate)},
         {},
         {}});
    const pid_t pid = std::stoi(waitForContent(folder.file("its.pid"), "\n"));
    const Guardian guardian(pid);
    waitForListener(port.number());
    // One of them is waitForListener()'s own.
    for (std::size_t i = 1; i < clients; ++i) RtmpClient(port.number()).shakeHands();
    std::ofstream(gate) << "open\n";
    ::kill(pid, SIGTERM);
    server.waitForExit();
    return server.output().count("accepted from");
}

void logLines() {
    constexpr std::size_t kClients = 1500;
    EXPECT_LT(loggedWith("log_lines 100;", kClients), kClients);
    EXPECT_EQ(loggedWith("", kClients), kClients);
}

} // namespace

Effects queueEffects() {
    return {
        {"limits.control_buffer", controlBuffer},
        {"limits.log_size", logSize},
        {"limits.hook_connections", hookConnections},
        {"limits.hook_queue", hookQueue},
        {"limits.hook_drain", hookDrain},
        {"limits.dvr_queue", dvrQueue},
        {"limits.dvr_drain", dvrDrain},
        {"limits.capture_queue", captureQueue},
        {"limits.exec_processes", execProcesses},
        {"limits.log_lines", logLines},
    };
}

} // namespace hookcast::integration
