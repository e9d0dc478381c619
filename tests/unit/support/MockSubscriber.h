#pragma once

#include "hub/Playback.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hookcast::support {

/// A player's connection that takes what it has room for, and keeps it. Loop thread.
class MockSubscriber : public hub::Subscriber {
  public:
    static constexpr std::size_t kEndless = static_cast<std::size_t>(-1);

    MockSubscriber() {
        ON_CALL(*this, write).WillByDefault([this](std::span<const iovec> ranges) { return take(ranges); });
        ON_CALL(*this, onStalled).WillByDefault([this](const std::string& reason) { stalls.push_back(reason); });
        ON_CALL(*this, onEnded).WillByDefault([this] { ++ends; });
    }

    MOCK_METHOD(std::size_t, write, (std::span<const iovec>), (override));
    MOCK_METHOD(void, onStalled, (const std::string&), (override));
    MOCK_METHOD(void, onEnded, (), (override));

    std::size_t room = kEndless; ///< so many bytes are taken before it is full
    std::string taken;
    std::size_t writes = 0; ///< calls that took something
    std::vector<std::string> stalls;
    std::size_t ends = 0;

  private:
    std::size_t take(std::span<const iovec> ranges) {
        std::size_t count = 0;
        for (const iovec& range : ranges) {
            const std::size_t size = std::min(range.iov_len, room);
            taken.append(static_cast<const char*>(range.iov_base), size);
            count += size;
            if (room != kEndless) room -= size;
        }
        if (count > 0) ++writes;
        return count;
    }
};

using Subscriber = ::testing::NiceMock<MockSubscriber>;

} // namespace hookcast::support
