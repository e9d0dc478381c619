// An SDP, and what is made of its sections: a depacketizer, codec configurations, a section for players.
#include "base/Bytes.h"
#include "rtp/Depacketizer.h"
#include "rtp/Sdp.h"
#include "rtp/SdpWriter.h"

#include <cstdlib>

namespace {

using namespace hookcast;

constexpr rtp::SdpLimits kLimits{16 * 1024, 256, 8};

void check(bool condition) {
    if (!condition) std::abort();
}

void useSection(const rtp::SdpMedia& media) {
    const bool isRtp = media.protocol.starts_with("RTP/");
    check(media.payloadType <= 127 && (!isRtp || media.clockRate > 0) && media.channels > 0);
    check(media.avcConfig().sps.size() <= 32 && media.hevcConfig().sps.size() <= 16);
    (void)media.aacConfig();
    const auto depacketizer = rtp::makeDepacketizer(media, 100'000);
    check(!depacketizer.ok() || depacketizer.value() != nullptr);

    const auto described = rtp::describeOpaque(media.text);
    check(described.ok() == isRtp);
    if (!described.ok()) return;
    // Players are told the same, and nothing that breaks the lines around it.
    const std::vector<rtp::TrackDescription> tracks{described.value()};
    const auto again = rtp::parseSdp(rtp::writeSdp({1, media.encodingName, "127.0.0.1"}, tracks), {});
    check(again.ok() && again.value().media.size() == 1);
    const rtp::SdpMedia& told = again.value().media.front();
    check(told.payloadType == media.payloadType && told.clockRate == media.clockRate &&
          told.control == rtp::trackControl(0) && told.encodingName.size() == media.encodingName.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto sdp = rtp::parseSdp(base::asText({data, size}), kLimits);
    if (!sdp.ok()) {
        check(sdp.error().message.size() < 200);
        return 0;
    }
    check(sdp.value().media.size() <= kLimits.mediaSections);
    for (const rtp::SdpMedia& media : sdp.value().media) useSection(media);
    return 0;
}
