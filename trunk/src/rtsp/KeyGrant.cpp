#include "rtsp/KeyGrant.h"

#include "rtsp/KeyManagement.h"

namespace hookcast::rtsp {

base::Result<std::optional<srtp::Keying>> clientsKey(const RtspRequest& request) {
    const std::string* header = request.headers.find("KeyMgmt");
    if (header == nullptr) return std::optional<srtp::Keying>();
    auto keying = parseKeyMgmt(*header);
    if (!keying) return keying.error();
    return std::optional(keying.take());
}

base::Result<KeyGrant> grant(const RtspRequest& request, const srtp::Keying& ours, const srtp::Keying& theirs,
                             bool tellsOurs, std::uint64_t ntpTime) {
    auto protection = srtp::Protection::make(ours, theirs);
    if (!protection) return protection.error();
    KeyGrant granted;
    granted.protection = protection.take();
    if (!tellsOurs) return granted;
    auto header = writeKeyMgmt(request.url, ours, ntpTime);
    if (!header) return header.error();
    granted.keyMgmt = header.take();
    return granted;
}

base::Result<KeyGrant> grantPublisher(const RtspRequest& request, std::string_view section, std::uint64_t ntpTime) {
    auto theirs = clientsKey(request);
    if (theirs && !theirs.value()) theirs = keyingIn(section);
    if (!theirs) return theirs.error();
    if (!theirs.value()) return base::Error{"SRTP without a key"};
    const auto key = srtp::randomKey();
    if (!key) return key.error();
    return grant(request, {key.value(), theirs.value()->tag, {}}, *theirs.value(), true, ntpTime);
}

} // namespace hookcast::rtsp
