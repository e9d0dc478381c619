#include "srt/Socket.h"

#include "base/IpAddress.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

namespace hookcast::srt {

namespace {

constexpr int kBacklog = 1024;
/// What a closed socket still has to send gets so long to leave.
constexpr int kLingerS = 2;
/// SRTO_STREAMID holds no more.
constexpr std::size_t kMaxStreamIdBytes = 512;

/// What waits for one player at most where the session sees to it that it is less: libsrt's own default.
constexpr int kSendBufferBytes = 12058624;
constexpr std::uint32_t kLeastSendBufferBytes = 65536;
/// Of a peer that sends nothing but control packets: the least that libsrt takes.
constexpr int kPacketsOfNobody = 32;
constexpr int kPacketBytes = 1500;

int sendBufferBytes(const config::SrtServerConfig& config) {
    if (config.sendBufferBytes == 0) return kSendBufferBytes;
    return static_cast<int>(std::max(config.sendBufferBytes, kLeastSendBufferBytes));
}

class Options {
  public:
    explicit Options(SRTSOCKET socket) : socket_(socket) {}

    template <typename T>
    void set(SRT_SOCKOPT option, const char* name, const T& value) {
        apply(option, name, &value, sizeof value);
    }
    void set(SRT_SOCKOPT option, const char* name, const std::string& value) {
        apply(option, name, value.data(), value.size());
    }

    /// What was not taken; empty when all was.
    const std::string& problem() const { return problem_; }

  private:
    void apply(SRT_SOCKOPT option, const char* name, const void* value, std::size_t size) {
        if (!problem_.empty() || srt_setsockflag(socket_, option, value, static_cast<int>(size)) == 0) return;
        problem_ = fmt::format("{}: {}", name, srt_getlasterror_str());
    }

    SRTSOCKET socket_;
    std::string problem_;
};

std::string applyOptions(SRTSOCKET socket, const config::SrtServerConfig& config) {
    const auto number = [](auto value) { return static_cast<int>(value); };
    Options options(socket);
    options.set(SRTO_TRANSTYPE, "transtype", number(SRTT_LIVE)); // first: it sets others
    options.set(SRTO_RCVSYN, "rcvsyn", false);
    options.set(SRTO_SNDSYN, "sndsyn", false);
    options.set(SRTO_LINGER, "linger", linger{1, kLingerS});
    options.set(SRTO_MSS, "mss", number(config.mssBytes));
    options.set(SRTO_PAYLOADSIZE, "payloadsize", number(config.payloadBytes));
    options.set(SRTO_MAXBW, "maxbw", config.maxBandwidth);
    options.set(SRTO_RCVLATENCY, "recvlatency", number(config.receiveLatencyMs));
    options.set(SRTO_PEERLATENCY, "peerlatency", number(config.peerLatencyMs));
    options.set(SRTO_TSBPDMODE, "tsbpdmode", config.takesAtTime);
    options.set(SRTO_TLPKTDROP, "tlpktdrop", config.dropsTooLate);
    options.set(SRTO_PEERIDLETIMEO, "peer_idle_timeout", number(config.peerIdleTimeoutMs));
    options.set(SRTO_SNDBUF, "sendbuf", sendBufferBytes(config));
    options.set(SRTO_RCVBUF, "recvbuf", number(config.receiveBufferBytes));
    if (!config.passphrase.empty()) {
        options.set(SRTO_PASSPHRASE, "passphrase", config.passphrase);
        if (config.keyBytes != 0) options.set(SRTO_PBKEYLEN, "pbkeylen", number(config.keyBytes));
    }
    return options.problem();
}

} // namespace

Address Address::of(const sockaddr_storage& address) {
    try {
        const bool isIpv6 = address.ss_family == AF_INET6;
        const Poco::Net::SocketAddress parsed(reinterpret_cast<const sockaddr*>(&address),
                                              isIpv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
        return {base::IpAddress::unmapped(parsed.host().toString()), parsed.port()};
    } catch (const Poco::Exception&) {
        return {};
    }
}

std::string Address::text() const {
    return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, port) : fmt::format("[{}]:{}", ip, port);
}

Socket::~Socket() {
    if (id_ != SRT_INVALID_SOCK) srt_close(id_);
}

base::Result<Socket> Socket::bind(const config::ListenAddress& address, const config::SrtServerConfig& options) {
    Socket socket(srt_create_socket());
    if (socket.id_ == SRT_INVALID_SOCK) return base::Error{srt_getlasterror_str()};
    if (const std::string problem = applyOptions(socket.id_, options); !problem.empty()) return base::Error{problem};
    const Poco::Net::SocketAddress local(address.host.empty() ? std::string("0.0.0.0") : address.host, address.port);
    if (local.family() == Poco::Net::SocketAddress::IPv6) {
        const int only = 1;
        srt_setsockflag(socket.id_, SRTO_IPV6ONLY, &only, sizeof only);
    }
    if (srt_bind(socket.id_, local.addr(), static_cast<int>(local.length())) != 0)
        return base::Error{srt_getlasterror_str()};
    return socket;
}

base::Result<void> Socket::listen() const {
    return srt_listen(id_, kBacklog) == 0 ? base::Result<void>() : base::Error{srt_getlasterror_str()};
}

Socket::Outcome Socket::receive(std::span<std::uint8_t> buffer, std::size_t& sizeBytes) const {
    const int got = srt_recvmsg2(id_, reinterpret_cast<char*>(buffer.data()), static_cast<int>(buffer.size()), nullptr);
    if (got > 0) {
        sizeBytes = static_cast<std::size_t>(got);
        return Outcome::Done;
    }
    return got < 0 && srt_getlasterror(nullptr) == SRT_EASYNCRCV ? Outcome::Again : Outcome::Broken;
}

Socket::Outcome Socket::send(base::ByteSpan message) const {
    const int sent =
        srt_sendmsg2(id_, reinterpret_cast<const char*>(message.data()), static_cast<int>(message.size()), nullptr);
    if (sent > 0) return Outcome::Done;
    return srt_getlasterror(nullptr) == SRT_EASYNCSND ? Outcome::Again : Outcome::Broken;
}

Address Socket::localAddress() const {
    sockaddr_storage address{};
    int size = sizeof address;
    if (srt_getsockname(id_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    return Address::of(address);
}

std::int64_t Socket::number(SRT_SOCKOPT option) const {
    int value = 0;
    int size = sizeof value;
    return srt_getsockflag(id_, option, &value, &size) == 0 ? value : 0;
}

std::size_t Socket::waitingPackets() const {
    std::size_t packets = 0;
    std::size_t bytes = 0;
    return srt_getsndbuffer(id_, &packets, &bytes) >= 0 ? packets : 0;
}

std::int64_t Socket::roundTripMs() const {
    SRT_TRACEBSTATS statistics{};
    constexpr int kKeepCounting = 0;
    constexpr int kOfThisMoment = 1;
    const bool isKnown = srt_bistats(id_, &statistics, kKeepCounting, kOfThisMoment) == 0;
    return isKnown ? std::llround(statistics.msRTT) : 0;
}

void Socket::expectNoMedia(SRTSOCKET caller) {
    // libsrt makes a list of lost packets and a table of received ones as large as these say, at once.
    Options options(caller);
    options.set(SRTO_FC, "fc", kPacketsOfNobody);
    options.set(SRTO_RCVBUF, "recvbuf", kPacketsOfNobody * kPacketBytes);
}

std::string Socket::streamId() const {
    std::array<char, kMaxStreamIdBytes + 1> text{};
    int size = text.size();
    if (srt_getsockflag(id_, SRTO_STREAMID, text.data(), &size) != 0) return {};
    return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace hookcast::srt
