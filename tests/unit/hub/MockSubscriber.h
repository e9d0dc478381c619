#pragma once

#include "hub/Playback.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hookcast::support {

/// A player's connection that takes what it has room for, and keeps it. Loop thread.
class MockSubscriber : public hub::Subscriber {
  public:
    static constexpr std::size_t kEndless = static_cast<std::size_t>(-1);

    MockSubscriber();
    ~MockSubscriber() override;

    MOCK_METHOD(std::size_t, write, (std::span<const iovec>), (override));
    MOCK_METHOD(void, onStalled, (const std::string&), (override));
    MOCK_METHOD(void, onEnded, (), (override));

    std::size_t room = kEndless; ///< so many bytes are taken before it is full
    std::string taken;
    std::size_t writes = 0; ///< calls that took something
    std::vector<std::string> stalls;
    std::size_t ends = 0;

  private:
    std::size_t take(std::span<const iovec> ranges);
};

using Subscriber = ::testing::NiceMock<MockSubscriber>;

} // namespace hookcast::support
