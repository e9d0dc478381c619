#include "hub/StreamWait.h"

#include "hub/StreamRegistry.h"

#include <utility>

namespace hookcast::hub {

StreamWait::~StreamWait() {
    registry_.forget(key_, id_);
}

void StreamWait::expireAfter(std::int64_t timeoutMs) {
    timer_.runAfter(timeoutMs, [this] { tell(receiver_, registry_.headers(key_)); });
}

/// Once: what comes first, the stream or the time. It may be the end of the wait.
void StreamWait::tell(const std::weak_ptr<Receiver>& receiver, const std::shared_ptr<const StreamHeaders>& headers) {
    const std::shared_ptr<Receiver> alive = receiver.lock();
    if (alive == nullptr) return;
    if (const OnStream onStream = std::exchange(alive->onStream, nullptr)) onStream(headers);
}

} // namespace hookcast::hub
