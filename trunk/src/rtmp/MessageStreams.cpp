#include "rtmp/MessageStreams.h"

#include <algorithm>

namespace hookcast::rtmp {

std::optional<std::uint32_t> MessageStreams::create() {
    if (given_.size() >= most_) return std::nullopt;
    std::uint32_t id = kFirstMessageStreamId;
    while (isGiven(id)) ++id;
    given_.push_back(id);
    return id;
}

void MessageStreams::remove(std::uint32_t id) {
    std::erase(given_, id);
}

std::uint32_t MessageStreams::meantBy(std::uint32_t sent) const {
    if (isGiven(sent) || (sent >= kFirstMessageStreamId && sent <= most_)) return sent;
    return given_.empty() ? kFirstMessageStreamId : given_.back();
}

void MessageStreams::use(std::uint32_t sent) {
    used_ = meantBy(sent);
    usedAs_ = sent;
}

bool MessageStreams::isGiven(std::uint32_t id) const {
    return std::ranges::find(given_, id) != given_.end();
}

} // namespace hookcast::rtmp
