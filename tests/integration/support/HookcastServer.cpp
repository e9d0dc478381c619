#include "support/HookcastServer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr int kStartAttempts = 10;
constexpr std::size_t kShownLines = 60;

constexpr const char* kServes = "listening for RTSP on";
constexpr const char* kPortInUse = "cannot listen on port";

/// Of two directives of a name the first one counts: a test whose own is the second would test something else. What
/// writeConfig() puts behind the test's directives gives way on purpose.
void expectEachDirectiveToCount(const std::vector<std::string>& warnings) {
    for (const std::string& line : warnings) {
        const bool isOwn = line.find("'loops'") == std::string::npos && line.find("'rtsp_server'") == std::string::npos;
        if (isOwn && line.find("is ignored, the first one counts") != std::string::npos)
            throw std::logic_error("the test's own config: " + line);
    }
}

} // namespace

HookcastServer::HookcastServer(std::string_view config, const std::map<std::string, std::string>& environment,
                               ServerPlace place)
    : place_(std::move(place)), pidFile_(folder_.file("hookcast.pid")) {
    for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
        if (tryStart(config, environment)) return;
    }
    throw std::runtime_error("hookcast found no free port");
}

HookcastServer::~HookcastServer() {
    const bool failed = ::testing::Test::HasFailure() || std::uncaught_exceptions() > 0;
    if (failed && process_ != nullptr)
        std::cerr << "--- hookcast on port " << port() << "\n"
                  << process_->output().text(kShownLines) << process_->errors().text(kShownLines) << "---\n";
}

bool HookcastServer::tryStart(std::string_view config, const std::map<std::string, std::string>& environment) {
    port_ = std::make_unique<FreePort>();
    rtspPort_ = std::make_unique<FreePort>();
    ChildProcess::Command command;
    command.words = place_.prefix;
    command.words.insert(command.words.end(), {hookcastProgram(), "-c", writeConfig(config)});
    command.environment = environment;
    process_ = std::make_unique<ChildProcess>(command);
    if (process_->output().waitFor(kServes)) {
        expectEachDirectiveToCount(process_->errors().lines());
        return true;
    }
    const ChildProcess::Exit exit = process_->waitForExit();
    if (process_->errors().count(kPortInUse) > 0) return false;
    throw std::runtime_error(fmt::format("hookcast does not start, code {}, signal {}: {}", exit.code, exit.signal,
                                         process_->errors().text()));
}

std::string HookcastServer::writeConfig(std::string_view config) const {
    // Two loops also on a machine with one core: publisher and player may then live on different threads. A test that
    // needs them on one says so itself: the first of two directives counts.
    const std::string text =
        fmt::format("listen {}:{};\ndaemon off;\nsrs_log_tank console;\npid {};\n"
                    "work_dir {};\n{}\nloops 2;\nrtsp_server {{ enabled on; listen 127.0.0.1:{}; }}\n",
                    place_.address, port(), pidFile_, folder_.path().string(), config, rtspPort());
    return folder_.write("hookcast.conf", text);
}

std::string HookcastServer::reload(std::string_view config) {
    writeConfig(config);
    const std::size_t from = log().count();
    signal(SIGHUP);
    return waitForLog("reloaded", 1, from);
}

std::string HookcastServer::url(std::string_view path) const {
    return fmt::format("rtmp://{}:{}/{}", place_.address, port(), path);
}

std::string HookcastServer::rtspUrl(std::string_view path) const {
    return fmt::format("rtsp://127.0.0.1:{}/{}", rtspPort(), path);
}

std::string HookcastServer::waitForLog(std::string_view text, std::size_t nth, std::size_t from) const {
    const auto line = log().waitFor(text, nth, from);
    if (!line) throw std::runtime_error(fmt::format("the log has no line {} with \"{}\"", nth, text));
    return *line;
}

std::vector<std::string> HookcastServer::closedLines(std::string_view text, std::size_t atLeast) const {
    for (std::size_t closings = atLeast;; ++closings) {
        if (closings > 0) waitForLog("] closed: ", closings);
        std::vector<std::string> closed = log().lines();
        std::erase_if(closed, [text](const std::string& line) {
            return line.find("] closed: ") == std::string::npos || line.find(text) == std::string::npos;
        });
        if (closed.size() >= atLeast) return closed;
    }
}

void HookcastServer::stop() {
    signal(SIGTERM);
    waitForCleanExit();
}

void HookcastServer::waitForCleanExit() {
    const ChildProcess::Exit exit = process_->waitForExit();
    if (exit.code == 0 && exit.signal == 0) return;
    throw std::runtime_error(
        fmt::format("hookcast ended with code {}, signal {}: {}", exit.code, exit.signal, process_->errors().text()));
}

std::size_t HookcastServer::residentBytes() const {
    std::istringstream status(readFile(fmt::format("/proc/{}/status", pid())));
    constexpr std::string_view kName = "VmRSS:";
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(kName)) return std::stoul(line.substr(kName.size())) * 1024;
    }
    throw std::runtime_error("the system does not tell the server's memory");
}

std::size_t HookcastServer::openDescriptors() const {
    const std::filesystem::directory_iterator listed(fmt::format("/proc/{}/fd", pid()));
    return static_cast<std::size_t>(std::distance(begin(listed), end(listed)));
}

std::string hookcastProgram() {
    return HOOKCAST_PROGRAM;
}

} // namespace hookcast::integration
