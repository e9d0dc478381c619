#include "live/LiveFormats.h"

#include <algorithm>

namespace hookcast::live {

http::HttpResponse liveResponse(const LiveFormat& format) {
    http::HttpResponse response;
    response.contentType = format.contentType;
    response.fields = {{"Cache-Control", "no-cache, no-store"}, {"Pragma", "no-cache"}};
    response.isStream = true;
    return response;
}

const LiveFormat* LiveFormats::find(std::string_view extension) const {
    const auto found = std::ranges::find(formats_, extension, &LiveFormat::extension);
    return found == formats_.end() ? nullptr : &*found;
}

} // namespace hookcast::live
