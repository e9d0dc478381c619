#include "Floor.h"

#include "FloorMessage.h"

#include "base/Bytes.h"

#include <fmt/format.h>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
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

    /// A socket that is full loses the turn, as it would with any sender that does not wait. `isAnswered`: what came
    /// back since the turn before is read first.
    void sendToAll(base::ByteSpan bytes, bool isAnswered) {
        const std::lock_guard lock(mutex_);
        std::erase_if(sockets_, [bytes, isAnswered](int fd) {
            std::array<char, 2 * FloorMessage::kAnswerBytes> answer{};
            if (isAnswered) (void)::recv(fd, answer.data(), answer.size(), MSG_DONTWAIT);
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

void sendAtCadence(Lane& lane, base::Bytes bytes, const Options& options) {
    timespec next{};
    ::clock_gettime(CLOCK_MONOTONIC, &next);
    const auto periodNs = static_cast<std::int64_t>(options.periodMs * 1e6);
    const auto most = static_cast<std::uint64_t>(options.seconds * 1000 / options.periodMs);
    for (std::uint64_t number = 0; most == 0 || number < most; ++number) {
        const std::int64_t ns = next.tv_nsec + periodNs;
        next.tv_sec += ns / 1'000'000'000;
        next.tv_nsec = ns % 1'000'000'000;
        ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
        FloorMessage::writeNumber(bytes, number);
        lane.sendToAll(bytes, options.reloads);
    }
}

} // namespace

base::Result<void> runFloor(const Options& options) {
    try {
        Poco::Net::ServerSocket listener;
        listener.bind(Poco::Net::SocketAddress("127.0.0.1", options.port), true);
        listener.listen(4096);
        const unsigned loops = options.loops != 0 ? options.loops : std::max(1U, std::thread::hardware_concurrency());
        const base::Bytes bytes(FloorMessage::sizeBytes(options), 0x5A);
        std::vector<std::unique_ptr<Lane>> lanes;
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < loops; ++i) {
            lanes.push_back(std::make_unique<Lane>());
            threads.emplace_back([&lane = *lanes.back(), &bytes, &options] { sendAtCadence(lane, bytes, options); });
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
