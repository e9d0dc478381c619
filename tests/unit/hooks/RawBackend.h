#pragma once

#include "unit/support/Event.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::hooks {

/// A backend that is no HTTP server: whoever connects and sends something gets the same bytes, then the connection is
/// closed, as a socket's owner closes it who says nothing of it before. Each time a little later after the answer, up
/// to 0.2 ms: so that the next call crosses with it in every way.
class RawBackend {
  public:
    explicit RawBackend(std::string answer)
        : answer_(std::move(answer)), socket_(Poco::Net::SocketAddress("127.0.0.1", 0)), thread_([this] { serve(); }) {}
    ~RawBackend() {
        stopping_ = true;
        Poco::Net::StreamSocket(socket_.address()).close();
        thread_.join();
    }
    RawBackend(const RawBackend&) = delete;
    RawBackend& operator=(const RawBackend&) = delete;

    std::string url(const std::string& scheme = "http") const {
        return scheme + "://127.0.0.1:" + std::to_string(socket_.address().port()) + "/";
    }
    int connections() const { return connections_; }
    std::size_t requests() const { return requests_; }
    /// Happens after each close: the client's system knows of it by then.
    support::Event& closed() { return closed_; }

  private:
    void serve() {
        for (;;) {
            Poco::Net::StreamSocket client = socket_.acceptConnection();
            if (stopping_) return;
            ++connections_;
            std::array<char, 4096> request{};
            try {
                if (client.receiveBytes(request.data(), static_cast<int>(request.size())) > 0) ++requests_;
                if (!answer_.empty()) client.sendBytes(answer_.data(), static_cast<int>(answer_.size()));
            } catch (const Poco::Exception&) {
                // The client was the first to leave.
            }
            const auto answeredAt = std::chrono::steady_clock::now();
            const std::chrono::microseconds lingers(connections_ % 200);
            while (std::chrono::steady_clock::now() < answeredAt + lingers) continue;
            client.close();
            closed_.happen();
        }
    }

    std::string answer_;
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0};
    std::atomic<std::size_t> requests_{0};
    support::Event closed_;
    std::thread thread_;
};

} // namespace hookcast::hooks
