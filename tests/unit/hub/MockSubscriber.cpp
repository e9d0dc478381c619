#include "unit/hub/MockSubscriber.h"

#include <algorithm>

namespace hookcast::support {

MockSubscriber::MockSubscriber() {
    ON_CALL(*this, write).WillByDefault([this](std::span<const iovec> ranges) { return take(ranges); });
    ON_CALL(*this, onStalled).WillByDefault([this](const std::string& reason) { stalls.push_back(reason); });
    ON_CALL(*this, onEnded).WillByDefault([this] { ++ends; });
}

MockSubscriber::~MockSubscriber() = default;

std::size_t MockSubscriber::take(std::span<const iovec> ranges) {
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

} // namespace hookcast::support
