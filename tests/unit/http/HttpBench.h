#pragma once

#include "config/CurrentConfig.h"
#include "http/HttpSession.h"
#include "http/ServerContext.h"
#include "hub/StreamRegistry.h"
#include "unit/support/HookGate.h"
#include "unit/support/TcpPair.h"
#include "unit/support/TempDir.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::http {

/// An HTTP session on a loop with a clock of the test's, and its client's end of the connection. The methods are for
/// the test's thread.
class HttpBench {
  public:
    explicit HttpBench(config::Config config = {})
        : current(std::make_shared<const config::Config>(std::move(config))) {}

    ~HttpBench() { drop(); }

    /// Ends the session, and whatever it holds, before what that stands on is gone.
    void drop() {
        gate.runner.run([this] {
            if (session_ != nullptr && gone_ == 0) session_->kick("the test is over");
        });
        gate.runner.settle();
        gate.runner.run([this] { session_.reset(); });
        gate.runner.settle();
    }

    HttpBench(const HttpBench&) = delete;
    HttpBench& operator=(const HttpBench&) = delete;

    /// The client connects.
    void open() {
        gate.runner.run([this] {
            session_ = std::make_shared<HttpSession>(context, current.get(), gate.runner.loop(), pair_.ours,
                                                     [this](net::TcpSession&) { ++gone_; });
            session_->start();
        });
    }

    support::Peer& peer() { return pair_.peer; }

    /// Sends `text`, and returns when the session has got it.
    void say(std::string_view text) {
        const std::uint64_t wanted = received() + text.size();
        peer().send(text);
        const auto patience = std::chrono::steady_clock::now() + support::kPatience;
        while (received() < wanted && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    }

    /// Waits until the session has told its owner that it is over.
    [[nodiscard]] bool ends() {
        const auto patience = std::chrono::steady_clock::now() + support::kPatience;
        while (gone() == 0 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
        return gone() == 1;
    }

    /// How often the session told its owner that it is over.
    int gone() {
        gate.runner.settle();
        return gate.runner.run([this] { return gone_; });
    }

    /// Waits for a line with `text` in the log, which is written by a thread of its own; empty when none comes.
    std::string lineWith(std::string_view text) {
        const auto patience = std::chrono::steady_clock::now() + support::kPatience;
        do {
            for (std::string& line : support::linesOf(logFile_))
                if (line.find(text) != std::string::npos) return std::move(line);
            std::this_thread::yield();
        } while (std::chrono::steady_clock::now() < patience);
        return {};
    }

    /// As they stand in an everyday log.
    std::size_t lines() const {
        return static_cast<std::size_t>(std::ranges::count_if(support::linesOf(logFile_), [](const std::string& line) {
            return line.find("[info]") == std::string::npos;
        }));
    }

    /// The next answer: its head, and so much of a body as Content-Length says.
    std::string answer() {
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

    /// Sends a GET and returns the answer.
    std::string get(const std::string& target, const std::string& fields = "") {
        peer().send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        return answer();
    }

  private:
    std::uint64_t received() {
        return gate.runner.run([this] { return session_->traffic().receivedBytes; });
    }

    support::TempDir folder_;
    std::string logFile_ = folder_.file("log");

  public:
    support::HookGate gate{logFile_, base::LogLevel::Info};
    hub::StreamRegistry streams{64 * 1024 * 1024, 4096};
    visits::ClientBook clients;
    std::atomic<std::uint64_t> lastClientNumber{0};
    config::CurrentConfig current;
    ServerContext context{{gate.admission, streams, clients, gate.log, lastClientNumber, current}, "hookcast/test", {}};

  private:
    support::TcpPair pair_;
    std::shared_ptr<HttpSession> session_;
    int gone_ = 0;
};

} // namespace hookcast::http
