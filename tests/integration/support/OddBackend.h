#pragma once

#include "support/Descriptor.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hookcast::integration {

/// A hook backend that begins an answer and does not end it as backends do, in threads of the test.
class OddBackend {
  public:
    enum class Answer : std::uint8_t {
        Drips, ///< `0`, a byte of the header at a time, a moment between two: it would take a quarter of an hour
        Floods ///< a GiB of blanks behind a `0`, as fast as they are taken
    };

    static constexpr std::size_t kFloodBytes = 1024UL * 1024 * 1024;

    /// Listens on a free port of 127.0.0.1. Throws std::runtime_error when it cannot.
    explicit OddBackend(Answer answer);
    ~OddBackend();
    OddBackend(const OddBackend&) = delete;
    OddBackend& operator=(const OddBackend&) = delete;

    std::string url(std::string_view path) const;

    /// Of answers, so far.
    std::size_t sentBytes() const { return sentBytes_; }

    /// Who has asked so far.
    std::size_t connections() const { return connections_; }

  private:
    void run();
    void answer(const Descriptor& connection);
    bool sendAll(const Descriptor& connection, std::string_view bytes);
    bool pause(const Descriptor& connection) const;

    // given
    Answer answer_;
    // owned
    Descriptor listening_;
    std::uint16_t port_ = 0;
    std::vector<std::thread> answering_; ///< by run()
    // state
    std::atomic<std::size_t> sentBytes_{0};
    std::atomic<std::size_t> connections_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace hookcast::integration
