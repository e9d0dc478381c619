#include "support/RedisProcess.h"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

std::unique_ptr<ChildProcess> startRedis(std::vector<std::string> words, const char* serves) {
    words.insert(words.begin(), "redis-server");
    auto process = std::make_unique<ChildProcess>(ChildProcess::Command{std::move(words), {}, {}});
    if (!process->output().waitFor(serves))
        throw std::runtime_error("redis-server does not start: " + process->output().text() + process->errors().text());
    return process;
}

} // namespace

RedisProcess::RedisProcess(std::vector<std::string> options) : options_(std::move(options)) {
    start();
}

RedisProcess::RedisProcess(const support::CertificateAuthority& authority) : isTls_(true) {
    const support::Certificate certificate = authority.issue("IP:127.0.0.1");
    options_ = {"--tls-cert-file",    folder_.write("chain.pem", certificate.chainPem),
                "--tls-key-file",     folder_.write("key.pem", certificate.keyPem),
                "--tls-ca-cert-file", folder_.write("ca.pem", authority.pem()),
                "--tls-auth-clients", "no"};
    start();
}

std::string RedisProcess::url() const {
    return fmt::format("{}://127.0.0.1:{}", isTls_ ? "rediss" : "redis", port());
}

void RedisProcess::start() {
    const std::string number = std::to_string(port());
    std::vector<std::string> words = {"--port",       isTls_ ? "0" : number,
                                      "--tls-port",   isTls_ ? number : "0",
                                      "--bind",       "127.0.0.1",
                                      "--save",       "",
                                      "--appendonly", "no",
                                      "--dir",        folder_.path().string()};
    words.insert(words.end(), options_.begin(), options_.end());
    process_ = startRedis(std::move(words), "Ready to accept connections");
}

void RedisProcess::stop() {
    process_->signal(SIGKILL);
    process_->waitForExit();
}

std::string RedisProcess::command(const std::vector<std::string>& words) const {
    std::vector<std::string> line = {"redis-cli", "-p", std::to_string(port())};
    line.insert(line.end(), words.begin(), words.end());
    ChildProcess client({line, {}, {}});
    client.waitForExit();
    return client.output().text();
}

SentinelProcess::SentinelProcess(std::uint16_t masterPort) {
    const std::string config =
        folder_.write("sentinel.conf", fmt::format("port {}\nbind 127.0.0.1\ndir {}\n"
                                                   "sentinel monitor main 127.0.0.1 {} 1\n"
                                                   "sentinel down-after-milliseconds main {}\n"
                                                   "sentinel failover-timeout main 5000\n",
                                                   port_.number(), folder_.path().string(), masterPort, kDownAfterMs));
    process_ = startRedis({config, "--sentinel"}, "+monitor master main");
}

std::string SentinelProcess::address() const {
    return fmt::format("127.0.0.1:{}", port_.number());
}

} // namespace hookcast::integration
