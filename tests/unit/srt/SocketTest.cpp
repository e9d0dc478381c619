// What the directives of srt_server come to, as libsrt tells it.
#include "srt/Socket.h"

#include "base/Log.h"
#include "srt/Library.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace hookcast::srt {
namespace {

class SrtSocketTest : public ::testing::Test {
  protected:
    static Socket listening(const config::SrtServerConfig& options) {
        auto socket = Socket::bind({"127.0.0.1", 0, "listen", {}}, options);
        EXPECT_TRUE(socket) << (socket ? "" : socket.error().message);
        EXPECT_TRUE(socket && socket.value().listen());
        return socket ? socket.take() : Socket();
    }

    template <typename T>
    static T option(const Socket& socket, SRT_SOCKOPT name) {
        T value{};
        int size = sizeof value;
        EXPECT_EQ(srt_getsockflag(socket.id(), name, &value, &size), 0) << srt_getlasterror_str();
        return value;
    }

    base::Log log_{base::LogLevel::None, ""};
    Library library_{log_};
};

TEST_F(SrtSocketTest, HasTheOptionsOfSrtServer) {
    config::SrtServerConfig options;
    options.maxBandwidth = 5'000'000'000;
    options.mssBytes = 1400;
    options.receiveLatencyMs = 201;
    options.peerLatencyMs = 202;
    options.dropsTooLate = false;
    options.peerIdleTimeoutMs = 204;
    options.sendBufferBytes = 3'000'000;
    options.receiveBufferBytes = 2'000'000;
    options.payloadBytes = 1128;
    options.keyBytes = 24;
    options.passphrase = "a secret of SRT";
    const Socket socket = listening(options);
    EXPECT_EQ(option<std::int64_t>(socket, SRTO_MAXBW), 5'000'000'000);
    EXPECT_EQ(option<int>(socket, SRTO_MSS), 1400);
    EXPECT_EQ(option<int>(socket, SRTO_RCVLATENCY), 201);
    EXPECT_EQ(option<int>(socket, SRTO_PEERLATENCY), 202);
    EXPECT_FALSE(option<bool>(socket, SRTO_TLPKTDROP));
    EXPECT_EQ(option<int>(socket, SRTO_PEERIDLETIMEO), 204);
    // libsrt counts in packets, and rounds down.
    EXPECT_NEAR(option<int>(socket, SRTO_SNDBUF), 3'000'000, 1500);
    EXPECT_NEAR(option<int>(socket, SRTO_RCVBUF), 2'000'000, 1500);
    EXPECT_EQ(option<int>(socket, SRTO_PAYLOADSIZE), 1128);
    EXPECT_EQ(option<int>(socket, SRTO_PBKEYLEN), 24);
    EXPECT_FALSE(option<bool>(socket, SRTO_RCVSYN));
    EXPECT_FALSE(option<bool>(socket, SRTO_SNDSYN));
}

TEST_F(SrtSocketTest, TakesTheDefaultsAndTheExtremes) {
    listening({});
    using Change = std::function<void(config::SrtServerConfig&)>;
    for (const Change& change :
         std::vector<Change>{[](auto& o) { o.maxBandwidth = 0; }, [](auto& o) { o.takesAtTime = false; },
                             [](auto& o) { o.sendBufferBytes = o.receiveBufferBytes = 65536; },
                             [](auto& o) { o.sendBufferBytes = o.receiveBufferBytes = 1024 * 1024 * 1024; },
                             [](auto& o) { o.payloadBytes = 188; }, [](auto& o) { o.payloadBytes = 1456; },
                             [](auto& o) { o.mssBytes = 300, o.payloadBytes = 188; },
                             [](auto& o) { o.receiveLatencyMs = o.peerLatencyMs = 3600 * 1000; },
                             [](auto& o) { o.peerIdleTimeoutMs = 1; },
                             [](auto& o) { o.passphrase = std::string(79, 'x'), o.keyBytes = 32; }}) {
        config::SrtServerConfig options;
        change(options);
        listening(options);
    }
}

TEST_F(SrtSocketTest, SaysWhatLibsrtDoesNotLike) {
    config::SrtServerConfig options;
    options.passphrase = "short";
    const auto socket = Socket::bind({"127.0.0.1", 0, "listen", {}}, options);
    ASSERT_FALSE(socket);
    EXPECT_NE(socket.error().message.find("passphrase: "), std::string::npos) << socket.error().message;
    EXPECT_EQ(socket.error().message.find("short"), std::string::npos) << "a secret is not repeated";
}

TEST_F(SrtSocketTest, AnAddressIsWrittenAsOneWritesIt) {
    sockaddr_storage storage{};
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(7);
    ipv6.sin6_addr = in6addr_loopback;
    EXPECT_EQ(Address::of(storage).text(), "[::1]:7");
    const std::uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3};
    std::copy_n(mapped, 16, ipv6.sin6_addr.s6_addr);
    EXPECT_EQ(Address::of(storage).text(), "10.1.2.3:7");
}

} // namespace
} // namespace hookcast::srt
