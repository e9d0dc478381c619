#pragma once

#include "config/RedisAddress.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <string>
#include <thread>
#include <utility>

namespace hookcast::cluster {

/// Answers whoever comes first with one text, whatever he asks.
class FixedAnswer {
  public:
    /// `dripped`: a byte at a time, over and over again, until the client has gone.
    FixedAnswer(std::string text, bool dripped) : text_(std::move(text)), dripped_(dripped) {}
    ~FixedAnswer() { thread_.join(); }
    FixedAnswer(const FixedAnswer&) = delete;
    FixedAnswer& operator=(const FixedAnswer&) = delete;

    config::RedisAddress address() const {
        config::RedisAddress address;
        address.host = "127.0.0.1";
        address.port = listener_.address().port();
        return address;
    }

  private:
    void serve() {
        Poco::Net::StreamSocket client = listener_.acceptConnection();
        try {
            client.sendBytes(text_.data(), static_cast<int>(text_.size()));
            if (!dripped_) client.shutdownSend();
            while (dripped_ && !hasGone(client)) client.sendBytes("x", 1);
            while (!dripped_ && !hasGone(client)) {
            }
        } catch (const Poco::Exception&) {
            return; // the client has gone
        }
    }

    /// After it has had a moment for that.
    static bool hasGone(Poco::Net::StreamSocket& client) {
        constexpr int kMomentUs = 10'000;
        if (!client.poll(Poco::Timespan(kMomentUs), Poco::Net::Socket::SELECT_READ)) return false;
        std::string asked(4096, '\0');
        return client.receiveBytes(asked.data(), static_cast<int>(asked.size())) == 0;
    }

    // given
    std::string text_;
    bool dripped_;
    // owned
    Poco::Net::ServerSocket listener_{Poco::Net::SocketAddress("127.0.0.1", 0)};
    std::thread thread_{[this] { serve(); }};
};

} // namespace hookcast::cluster
