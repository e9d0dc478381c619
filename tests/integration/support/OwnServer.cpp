#include "support/OwnServer.h"

#include "support/HookcastServer.h"
#include "support/TcpClient.h"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>
#include <thread>

namespace hookcast::integration {

OwnServer::OwnServer(const Directives& directives, std::string_view rest) {
    Directives all = {{"listen", fmt::format("127.0.0.1:{}", port())},
                      {"daemon", "off"},
                      {"srs_log_tank", "console"},
                      {"pid", folder_.file("hookcast.pid")},
                      {"work_dir", folder_.path().string()}};
    for (const auto& [name, value] : directives) all[name] = value;
    std::string text;
    for (const auto& [name, value] : all)
        if (!value.empty()) text += fmt::format("{} {};\n", name, value);
    text += rest;
    process_ = std::make_unique<ChildProcess>(
        ChildProcess::Command{{hookcastProgram(), "-c", folder_.write("its.conf", text)}, {}, {}});
}

void OwnServer::waitForListener() const {
    integration::waitForListener(port());
}

void OwnServer::stop() const {
    process_->signal(SIGTERM);
    process_->waitForExit();
}

void waitForListener(std::uint16_t port) {
    for (const Deadline deadline; !deadline.passed();) {
        try {
            const TcpClient visitor(port);
            return;
        } catch (const std::runtime_error&) {
            std::this_thread::yield();
        }
    }
    throw std::runtime_error(fmt::format("nobody listens on {}", port));
}

} // namespace hookcast::integration
