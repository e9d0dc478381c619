#include "unit/http/HttpBench.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::http {

HttpBench::HttpBench(config::Config config) : current(std::make_shared<const config::Config>(std::move(config))) {}

HttpBench::~HttpBench() {
    drop();
}

void HttpBench::drop() {
    gate.runner.run([this] {
        if (session_ != nullptr && gone_ == 0) session_->kick("the test is over");
    });
    gate.runner.settle();
    gate.runner.run([this] { session_.reset(); });
    gate.runner.settle();
}

void HttpBench::open() {
    gate.runner.run([this] {
        session_ = std::make_shared<HttpSession>(context, current.get(), gate.runner.loop(), pair_.ours,
                                                 [this](net::TcpSession&) { ++gone_; });
        session_->start();
    });
}

void HttpBench::say(std::string_view text) {
    const std::uint64_t wanted = received() + text.size();
    peer().send(text);
    const auto patience = std::chrono::steady_clock::now() + support::kPatience;
    while (received() < wanted && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
}

void HttpBench::occupy(net::ConnectionPlace place) {
    gate.runner.run([&] { session_->occupy(std::move(place)); });
}

void HttpBench::endOn(const net::TcpSession::IsGone& isGone, const std::string& reason) {
    gate.runner.run([&] { session_->endOn(isGone, reason); });
}

bool HttpBench::ends() {
    const auto patience = std::chrono::steady_clock::now() + support::kPatience;
    while (gone() == 0 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    return gone() == 1;
}

int HttpBench::gone() {
    gate.runner.settle();
    return gate.runner.run([this] { return gone_; });
}

std::string HttpBench::lineWith(std::string_view text) {
    const auto patience = std::chrono::steady_clock::now() + support::kPatience;
    do {
        for (std::string& line : support::linesOf(logFile_))
            if (line.find(text) != std::string::npos) return std::move(line);
        std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < patience);
    return {};
}

std::size_t HttpBench::lines() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        support::linesOf(logFile_), [](const std::string& line) { return line.find("[info]") == std::string::npos; }));
}

std::string HttpBench::answer() {
    std::string text;
    while (!text.ends_with("\r\n\r\n")) {
        const std::string byte = peer().receive(1);
        if (byte.empty()) return text;
        text += byte;
    }
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t at = text.find(kLength);
    if (at != std::string::npos) text += peer().receive(std::stoul(text.substr(at + kLength.size())));
    return text;
}

std::string HttpBench::get(const std::string& target, const std::string& fields) {
    peer().send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    return answer();
}

std::uint64_t HttpBench::received() {
    return gate.runner.run([this] { return session_->traffic().receivedBytes; });
}

} // namespace hookcast::http
