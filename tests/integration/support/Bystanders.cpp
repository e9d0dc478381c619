#include "support/Bystanders.h"

#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <stdexcept>

namespace hookcast::integration {

Bystanders::Bystanders(const HookcastServer& server)
    : player_(startPlayer(server.port(), "bystanders")), publisher_(startPublisher(server.port(), "bystanders")) {
    expectToGoOn();
}

void Bystanders::expectToGoOn() {
    timestampMs_ += 40;
    const rtmp::Message frame = avcKeyframe(timestampMs_, 500, timestampMs_);
    publisher_->send(frame);
    if (!(seen(player_->expectMedia(1).front()) == seen(frame)))
        throw std::runtime_error("a bystander got something else than was sent");
}

std::size_t memoryAllowance(std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr std::size_t kQuarantineBytes = 512UL * 1024 * 1024;
    return bytes * 2 + kQuarantineBytes;
#else
    return bytes;
#endif
}

} // namespace hookcast::integration
