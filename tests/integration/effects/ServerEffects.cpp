// The top level, and rtmp.
#include "effects/Effect.h"
#include "effects/Wire.h"

#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::EndsWith;
using testing::Ge;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Directives = OwnServer::Directives;

constexpr const char* kVhost = "vhost __defaultVhost__ { }\n";

void listen() {
    const FreePort other;
    const FreePort another;
    const OwnServer server(
        Directives{{"listen", fmt::format("127.0.0.1:{} 127.0.0.1:{}", other.number(), another.number())}});
    for (const FreePort* port : {&other, &another}) {
        waitForListener(port->number());
        connectClient(port->number());
    }
}

void listenInRtmp() {
    const FreePort port;
    const OwnServer server(Directives{{"listen", ""}},
                           fmt::format("rtmp {{ listen 127.0.0.1:{}; }}\n{}", port.number(), kVhost));
    waitForListener(port.number());
    connectClient(port.number());
}

void rtmpEnabled() {
    const FreePort port;
    const OwnServer server(Directives{}, fmt::format("rtmp {{ enabled off; }}\nhttp_server {{ enabled on; listen "
                                                     "127.0.0.1:{}; }}\n{}",
                                                     port.number(), kVhost));
    waitForListener(port.number());
    EXPECT_THROW(TcpClient(server.port()), std::runtime_error);
    const OwnServer other(Directives{}, std::string("rtmp { enabled on; }\n") + kVhost);
    other.waitForListener();
}

/// A port that only root may listen on, unless the machine says otherwise.
std::uint16_t freeLowPort() {
    for (std::uint16_t port = 1023; port > 512; --port) {
        Poco::Net::ServerSocket probe;
        try {
            probe.bind(Poco::Net::SocketAddress("127.0.0.1", port), true);
            return port;
        } catch (const Poco::Exception&) {
            continue; // somebody has it
        }
    }
    throw std::runtime_error("no port below 1024 is free");
}

/// Of /proc/PID/status.
std::string statusOf(pid_t process, const std::string& name) {
    std::istringstream status(readFile(fmt::format("/proc/{}/status", process)));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name + ":")) return line.substr(name.size() + 1);
    return {};
}

void user() {
    constexpr const char* kNobody = "\t65534\t65534\t65534\t65534";
    const TempFolder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    Directives directives = {{"user", "nobody"},
                             {"pid", folder.file("its.pid")},
                             {"work_dir", folder.path().string()},
                             {"srs_log_tank", "file"},
                             {"srs_log_file", folder.file("its.log")}};
    if (::geteuid() != 0) {
        OwnServer refused(directives);
        EXPECT_EQ(refused.process().waitForExit().code, 1);
        EXPECT_THAT(refused.process().errors().text(), HasSubstr("only a server that root has started"));
        return;
    }
    const std::uint16_t lowPort = freeLowPort();
    directives["listen"] = fmt::format("127.0.0.1:{}", lowPort);
    const OwnServer server(directives);
    waitForListener(lowPort);
    const pid_t pid = server.process().pid();
    EXPECT_EQ(statusOf(pid, "Uid"), kNobody);
    EXPECT_EQ(statusOf(pid, "Gid"), kNobody);
    EXPECT_EQ(statusOf(pid, "CapPrm"), "\t0000000000000400"); // CAP_NET_BIND_SERVICE
    EXPECT_EQ(statusOf(pid, "CapInh"), "\t0000000000000000");
    // The log, which root has opened, can be opened anew.
    std::filesystem::rename(folder.file("its.log"), folder.file("old.log"));
    server.process().signal(SIGUSR1);
    waitForContent(folder.file("its.log"), "the log goes on here");
    server.stop();
    EXPECT_FALSE(std::filesystem::exists(folder.file("its.pid")));
}

void maxConnections() {
    const HookcastServer server(std::string("max_connections 1;\n") + kVhost);
    const auto first = connectClient(server.port());
    TcpClient(server.port()).drainUntilClosed();
    EXPECT_THAT(server.waitForLog("refused 1 connections"), HasSubstr("max_connections 1 is reached"));
}

void daemonOff() {
    const OwnServer server(Directives{});
    server.waitForListener();
    EXPECT_TRUE(server.process().running());
    EXPECT_EQ(readFile(server.folder().file("hookcast.pid")), fmt::format("{}\n", server.process().pid()));
}

void pid() {
    const TempFolder folder;
    const OwnServer server(Directives{{"pid", folder.file("deep/below.pid")}});
    server.waitForListener();
    EXPECT_EQ(readFile(folder.file("deep/below.pid")), fmt::format("{}\n", server.process().pid()));
}

void workDir() {
    const TempFolder folder;
    const OwnServer server(Directives{{"work_dir", folder.path().string()}, {"pid", "here.pid"}});
    server.waitForListener();
    EXPECT_EQ(readFile(folder.file("here.pid")), fmt::format("{}\n", server.process().pid()));
}

void serverId() {
    MockBackend backend;
    const HookcastServer server(
        fmt::format("server_id studio-7;\nvhost __defaultVhost__ {{ {} }}\n", hooksTo(backend)));
    connectClient(server.port());
    EXPECT_EQ(backend.waitForCall("on_connect").text("server_id"), "studio-7");
}

void trustedProxies() {
    MockBackend backend;
    const HookcastServer server(
        fmt::format("trusted_proxies 127.0.0.1;\nvhost __defaultVhost__ {{ {} }}\n", hooksTo(backend)));
    RtmpClient client(server.port());
    client.tcp().send(base::asBytes("PROXY TCP4 203.0.113.7 127.0.0.1 1234 1935\r\n"));
    client.shakeHands();
    client.connect(requestFor(server.port(), "live"));
    EXPECT_EQ(backend.waitForCall("on_connect").text("ip"), "203.0.113.7");
}

std::ptrdiff_t threadsWith(std::string_view loops) {
    const HookcastServer server(fmt::format("loops {};\n{}", loops, kVhost));
    const std::filesystem::directory_iterator threads(fmt::format("/proc/{}/task", server.pid()));
    return std::distance(begin(threads), end(threads));
}

void loops() {
    EXPECT_EQ(threadsWith("5") - threadsWith("1"), 4);
}

constexpr const char* kClosedListeners = "ms to leave";

HookcastServer graceful(std::string_view startWait, std::string_view finalWait) {
    return HookcastServer(fmt::format("grace_start_wait {};\ngrace_final_wait {};\n{}", startWait, finalWait, kVhost));
}

/// Where it waits longer, clients still come in.
void graceStartWait() {
    const HookcastServer patient = graceful("600000", "600000");
    const HookcastServer impatient = graceful("0", "600000");
    const auto one = connectClient(patient.port());
    const auto other = connectClient(impatient.port());
    patient.signal(SIGQUIT);
    impatient.signal(SIGQUIT);
    impatient.waitForLog(kClosedListeners);
    connectClient(patient.port());
    EXPECT_EQ(patient.log().count(kClosedListeners), 0U);
}

/// Where it waits longer, clients stay.
void graceFinalWait() {
    const HookcastServer patient = graceful("0", "600000");
    const HookcastServer impatient = graceful("0", "100");
    const auto stays = connectClient(patient.port());
    const auto ends = connectClient(impatient.port());
    patient.signal(SIGQUIT);
    patient.waitForLog(kClosedListeners);
    impatient.signal(SIGQUIT);
    ends->expectClosed();
    stays->ping();
}

std::string logOfEndWith(std::string_view directive) {
    HookcastServer server(fmt::format("grace_start_wait 0;\ngrace_final_wait 0;\n{}\n{}", directive, kVhost));
    server.stop();
    return server.log().text();
}

void forceGraceQuit() {
    EXPECT_THAT(logOfEndWith("force_grace_quit on;"), HasSubstr(kClosedListeners));
    EXPECT_THAT(logOfEndWith(""), Not(HasSubstr(kClosedListeners)));
}

constexpr const char* kServes = "serves, pid";

void logTank() {
    const OwnServer server(Directives{{"srs_log_tank", "console"}});
    EXPECT_TRUE(server.process().output().waitFor(kServes));
    EXPECT_FALSE(std::filesystem::exists(server.folder().file("objs/srs.log")));
}

void logFile() {
    const TempFolder folder;
    const OwnServer server(Directives{{"srs_log_tank", "file"}, {"srs_log_file", folder.file("its.log")}});
    server.waitForListener();
    EXPECT_THAT(waitForContent(folder.file("its.log"), kServes), HasSubstr("listening"));
    server.stop();
    EXPECT_EQ(server.process().output().text(), "");
}

/// What an everyday log does not have.
void logsMoreWith(std::string_view directive) {
    const HookcastServer server(fmt::format("{}\n{}", directive, kVhost));
    connectClient(server.port());
    EXPECT_THAT(server.waitForLog("accepted from"), HasSubstr("[info]"));
}

void logClient() {
    const HookcastServer server(fmt::format("log_client 127.0.0.2;\n{}", kVhost));
    RtmpClient(server.port()).shakeHands();
    RtmpClient(server.port(), 0, "127.0.0.2").shakeHands();
    EXPECT_THAT(server.waitForLog("accepted from"), HasSubstr("accepted from 127.0.0.2:"));
}

/// What the log says when a client has been there, in a zone that is thirteen hours before UTC.
std::vector<std::string> logWith(std::string_view directives) {
    HookcastServer server(fmt::format("{}\n{}", directives, kVhost), {{"TZ", "TST-13:00"}});
    connectClient(server.port());
    server.stop();
    std::istringstream log(server.log().text());
    std::vector<std::string> lines;
    for (std::string line; std::getline(log, line);) lines.push_back(line);
    return lines;
}

void logFormat() {
    const std::vector<std::string> lines = logWith("log_format json;");
    EXPECT_THAT(lines, SizeIs(Ge(3U)));
    for (const std::string& line : lines) {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
        EXPECT_THAT(object->getValue<std::string>("time"), EndsWith("+13:00"));
        for (const char* member : {"level", "who", "msg"}) EXPECT_TRUE(object->has(member)) << line;
    }
}

/// In the same zone, the name of a recording that has only the day and the hour.
std::string recordedAt(std::string_view directive) {
    const TempFolder folder;
    HookcastServer server(fmt::format("{}\nvhost __defaultVhost__ {{ dvr {{ enabled on; dvr_path {}; }} }}\n",
                                      directive, folder.file("[02].[15].flv")),
                          {{"TZ", "TST-13:00"}});
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    publisher->sync();
    server.stop();
    const std::filesystem::directory_iterator files(folder.file(""));
    return files == std::filesystem::directory_iterator() ? std::string() : files->path().filename().string();
}

/// Thirteen hours lie between the two.
void utcTime() {
    const auto timeWith = [](std::string_view directive) {
        std::tm parts{};
        const std::string line = logWith(directive).front();
        EXPECT_NE(::strptime(line.c_str(), "[%Y-%m-%d %H:%M:%S", &parts), nullptr) << line;
        return ::timegm(&parts);
    };
    const std::time_t utc = timeWith("utc_time on;");
    const std::time_t local = timeWith("");
    EXPECT_GE(local - utc, 13 * 3600);
    EXPECT_LE(local - 13 * 3600, timeWith("utc_time on;"));
    EXPECT_NE(recordedAt("utc_time on;"), recordedAt(""));
}

void include() {
    const TempFolder folder;
    const std::string file = folder.write("more.conf", "max_connections 1;\n");
    const HookcastServer server(fmt::format("include {};\n{}", file, kVhost));
    const auto first = connectClient(server.port());
    TcpClient(server.port()).drainUntilClosed();
}

} // namespace

Effects serverEffects() {
    return {
        {"listen", listen},
        {"rtmp.listen", listenInRtmp},
        {"rtmp.enabled", rtmpEnabled},
        {"max_connections", maxConnections},
        {"chunk_size", [] { expectChunkSize(std::string("chunk_size 4096;\n") + kVhost, 4096); }},
        {"rtmp.chunk_size", [] { expectChunkSize(std::string("rtmp { chunk_size 4096; }\n") + kVhost, 4096); }},
        {"daemon", daemonOff},
        {"pid", pid},
        {"work_dir", workDir},
        {"user", user},
        {"server_id", serverId},
        {"trusted_proxies", trustedProxies},
        {"loops", loops},
        {"grace_start_wait", graceStartWait},
        {"grace_final_wait", graceFinalWait},
        {"force_grace_quit", forceGraceQuit},
        {"srs_log_tank", logTank},
        {"srs_log_file", logFile},
        {"srs_log_level", [] { logsMoreWith("srs_log_level info;"); }},
        {"srs_log_level_v2", [] { logsMoreWith("srs_log_level_v2 debug;"); }},
        {"log_client", logClient},
        {"log_format", logFormat},
        {"utc_time", utcTime},
        {"include", include},
    };
}

} // namespace hookcast::integration
