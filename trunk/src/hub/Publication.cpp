#include "hub/Publication.h"

#include "base/Log.h"
#include "hub/StreamRegistry.h"

#include <exception>

namespace hookcast::hub {

/// The weak pointer keeps what is posted from coming to a session whose publication has ended.
void postEviction(net::Loop& loop, const std::weak_ptr<OnEvicted>& onEvicted, const std::string& reason) {
    loop.post([onEvicted, reason] {
        if (const auto alive = onEvicted.lock()) (*alive)(reason);
    });
}

Publication::~Publication() {
    const bool handedOver = registry_.isHandedOver(reservation_.key());
    // One that throws, as the machine has no memory, keeps none of the others from its end.
    const auto guarded = [this](const auto& step) {
        try {
            step();
        } catch (const std::exception& e) {
            loop().log().error(stream_->opening.client->logName(), "internal error at the end of {}: {}",
                               base::printable(reservation_.key().text()), e.what());
        }
    };
    guarded([&] { writer_->end(handedOver ? StreamWriter::End::HandedOver : StreamWriter::End::Final); });
    for (StreamListener* listener : registry_.listenersOf(*stream_)) guarded([&] { listener->onUnpublish(stream_); });
    guarded([&] { registry_.endPublication(reservation_.key(), *writer_, handedOver); });
}

void Publication::evict(const std::string& reason) {
    postEviction(loop(), onEvicted_, reason);
}

} // namespace hookcast::hub
