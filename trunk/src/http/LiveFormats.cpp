#include "http/LiveFormats.h"

#include <algorithm>

namespace hookcast::http {

const LiveFormat* LiveFormats::find(std::string_view extension) const {
    const auto found = std::ranges::find(formats_, extension, &LiveFormat::extension);
    return found == formats_.end() ? nullptr : &*found;
}

} // namespace hookcast::http
