#include "support/SrtClient.h"

#include "support/Loopback.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace hookcast::integration {

namespace {

constexpr std::size_t kPayloadBytes = 1316;
constexpr std::size_t kMessageBytes = 1500;
constexpr int kMomentMs = 100;
constexpr int kPatienceMs = 60'000; ///< libsrt's own, three seconds, is too little for a busy machine

/// libsrt's threads have to end before its globals do, and those of the program.
class Library {
  public:
    Library() {
        srt_startup();
        srt_setloglevel(0);
    }
    ~Library() { srt_cleanup(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

SRTSOCKET createSocket() {
    static const Library library;
    return srt_create_socket();
}

void check(int result, const char* what) {
    if (result < 0) throw std::runtime_error(fmt::format("{}: {}", what, srt_getlasterror_str()));
}

template <typename T>
void set(SRTSOCKET socket, SRT_SOCKOPT option, const T& value) {
    check(srt_setsockflag(socket, option, &value, sizeof value), "option");
}

void set(SRTSOCKET socket, SRT_SOCKOPT option, const std::string& value) {
    if (!value.empty()) check(srt_setsockflag(socket, option, value.data(), static_cast<int>(value.size())), "option");
}

} // namespace

SrtClient::SrtClient(std::uint16_t port, const std::string& streamId, const SrtClientOptions& options)
    : socket_(createSocket()) {
    set(socket_, SRTO_STREAMID, streamId);
    set(socket_, SRTO_PASSPHRASE, options.passphrase);
    set(socket_, SRTO_RCVTIMEO, kMomentMs);
    set(socket_, SRTO_CONNTIMEO, kPatienceMs);
    set(socket_, SRTO_TLPKTDROP, options.dropsTooLate);
    if (options.receiveBufferBytes != 0) {
        set(socket_, SRTO_FC, 32);
        set(socket_, SRTO_RCVBUF, options.receiveBufferBytes);
    }
    const sockaddr_in address = loopback(port);
    if (srt_connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        rejectReason_ = srt_getrejectreason(socket_);
}

SrtClient::~SrtClient() {
    close();
}

void SrtClient::send(base::ByteSpan bytes) const {
    while (!bytes.empty()) {
        const base::ByteSpan message = bytes.first(std::min(bytes.size(), kPayloadBytes));
        const auto* const data = reinterpret_cast<const char*>(message.data());
        if (srt_sendmsg2(socket_, data, static_cast<int>(message.size()), nullptr) < 0) return;
        bytes = bytes.subspan(message.size());
    }
}

int SrtClient::next(std::span<std::uint8_t> buffer) const {
    const int got =
        srt_recvmsg2(socket_, reinterpret_cast<char*>(buffer.data()), static_cast<int>(buffer.size()), nullptr);
    if (got > 0) return got;
    const int error = srt_getlasterror(nullptr);
    return error == SRT_ETIMEOUT || error == SRT_EASYNCRCV ? 0 : -1;
}

base::Bytes SrtClient::receive(std::size_t size, const Deadline& deadline) const {
    base::Bytes received;
    std::array<std::uint8_t, kMessageBytes> buffer{};
    while (received.size() < size) {
        const int got = next(buffer);
        if (got < 0) throw std::runtime_error("the server has closed the connection");
        received.insert(received.end(), buffer.begin(), buffer.begin() + got);
        if (deadline.passed()) throw std::runtime_error(fmt::format("{} of {} bytes came", received.size(), size));
    }
    return received;
}

base::Bytes SrtClient::receiveMessage(const Deadline& deadline) const {
    std::array<std::uint8_t, kMessageBytes> buffer{};
    while (!deadline.passed()) {
        const int got = next(buffer);
        if (got < 0) throw std::runtime_error("the server has closed the connection");
        if (got > 0) return {buffer.begin(), buffer.begin() + got};
    }
    throw std::runtime_error("no message came");
}

int SrtClient::option(SRT_SOCKOPT name) const {
    int value = 0;
    int size = sizeof value;
    check(srt_getsockflag(socket_, name, &value, &size), "option");
    return value;
}

int SrtClient::flowWindow() const {
    SRT_TRACEBSTATS statistics{};
    constexpr int kKeep = 0;
    check(srt_bstats(socket_, &statistics, kKeep), "statistics");
    return statistics.pktFlowWindow;
}

std::size_t SrtClient::expectClosed(const Deadline& deadline) const {
    std::array<std::uint8_t, kMessageBytes> buffer{};
    std::size_t received = 0;
    for (int got = next(buffer); got >= 0; got = next(buffer)) {
        received += static_cast<std::size_t>(got);
        if (deadline.passed()) throw std::runtime_error("the server has not closed the connection");
    }
    return received;
}

void SrtClient::close() {
    if (socket_ != SRT_INVALID_SOCK) srt_close(socket_);
    socket_ = SRT_INVALID_SOCK;
}

} // namespace hookcast::integration
