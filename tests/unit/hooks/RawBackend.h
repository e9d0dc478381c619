#pragma once

#include "unit/support/Event.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::hooks {

/// A backend that is no HTTP server: whoever connects and sends something gets the same bytes, then the connection is
/// closed.
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
                client.receiveBytes(request.data(), static_cast<int>(request.size()));
                if (!answer_.empty()) client.sendBytes(answer_.data(), static_cast<int>(answer_.size()));
                client.shutdownSend();
            } catch (const Poco::Exception&) {
                // The client was the first to leave.
            }
            client.close();
            closed_.happen();
        }
    }

    std::string answer_;
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0};
    support::Event closed_;
    std::thread thread_;
};

} // namespace hookcast::hooks
