#include "Floor.h"

#include "base/Bytes.h"

#include <fmt/format.h>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::load {

namespace {

const Poco::Timespan kAcceptWait(0, 100'000);

/// The sockets that one thread sends to.
class Lane {
  public:
    Lane() = default;
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
    ~Lane() {
        for (const int fd : sockets_) ::close(fd);
    }

    void add(int fd) {
        const std::lock_guard lock(mutex_);
        sockets_.push_back(fd);
    }

    /// A socket that is full loses the turn, as it would with any sender that does not wait.
    void sendToAll(base::ByteSpan bytes) {
        const std::lock_guard lock(mutex_);
        std::erase_if(sockets_, [bytes](int fd) {
            const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent >= 0 || errno == EAGAIN) return false;
            ::close(fd);
            return true;
        });
    }

  private:
    std::mutex mutex_;
    std::vector<int> sockets_;
};

void sendAtCadence(Lane& lane, const base::Bytes& bytes, double periodMs, double seconds) {
    timespec next{};
    ::clock_gettime(CLOCK_MONOTONIC, &next);
    const auto periodNs = static_cast<std::int64_t>(periodMs * 1e6);
    for (double passedMs = 0; seconds <= 0 || passedMs < seconds * 1000; passedMs += periodMs) {
        const std::int64_t ns = next.tv_nsec + periodNs;
        next.tv_sec += ns / 1'000'000'000;
        next.tv_nsec = ns % 1'000'000'000;
        ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
        lane.sendToAll(bytes);
    }
}

} // namespace

base::Result<void> runFloor(const Options& options) {
    try {
        Poco::Net::ServerSocket listener;
        listener.bind(Poco::Net::SocketAddress("127.0.0.1", options.port), true);
        listener.listen(4096);
        const unsigned loops = options.loops != 0 ? options.loops : std::max(1U, std::thread::hardware_concurrency());
        const auto sizeBytes = static_cast<std::size_t>(options.bitrateKbps * 1000 / 8 * options.periodMs / 1000);
        const base::Bytes bytes(sizeBytes, 0x5A);
        std::vector<std::unique_ptr<Lane>> lanes;
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < loops; ++i) {
            lanes.push_back(std::make_unique<Lane>());
            threads.emplace_back([&lane = *lanes.back(), &bytes, &options] {
                sendAtCadence(lane, bytes, options.periodMs, options.seconds);
            });
        }
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
        for (unsigned accepted = 0; std::chrono::steady_clock::now() < end;) {
            if (!listener.poll(kAcceptWait, Poco::Net::Socket::SELECT_READ)) continue;
            const int fd = ::accept4(listener.impl()->sockfd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd >= 0) lanes[accepted++ % loops]->add(fd);
        }
        for (std::thread& thread : threads) thread.join();
        return {};
    } catch (const Poco::Exception& e) {
        return base::Error{fmt::format("cannot listen on port {}: {}", options.port, e.displayText())};
    }
}

} // namespace hookcast::load
