// What clients say about keys, and what they send by them. The first byte says which: a MIKEY message, a KeyMgmt
// header, a publisher's media section, a URL's query, a packet of SRTP. What is read is written and read again as the
// same, and no fault tells of a key; a packet that was not made with the key does not open.
#include "base/Bytes.h"
#include "rtsp/KeyManagement.h"
#include "rtsp/PlayerKeys.h"
#include "srtp/Inbound.h"
#include "srtp/Mikey.h"

#include <cstdlib>
#include <string>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

void message(base::ByteSpan bytes) {
    const auto parsed = srtp::parseMikey(bytes);
    if (!parsed) {
        check(parsed.error().message.size() < 100);
        return;
    }
    check(parsed.value().sessions.size() <= srtp::MikeyMessage::kMaxSessions);
    check(parsed.value().keying.mki.size() <= srtp::Keying::kMaxMkiBytes);
    const auto again = srtp::parseMikey(srtp::writeMikey(parsed.value(), {}));
    check(again.ok() && again.value() == parsed.value());
}

void header(const std::string& text) {
    const auto keying = rtsp::parseKeyMgmt(text);
    if (!keying) {
        check(keying.error().message.size() < 150);
        return;
    }
    const auto again = rtsp::parseKeyMgmt(rtsp::writeKeyMgmt(text, keying.value(), 0).take());
    check(again.ok() && again.value() == keying.value());
}

void section(const std::string& text) {
    const auto keying = rtsp::keyingIn(text);
    if (!keying) {
        check(keying.error().message.size() < 150);
    } else if (keying.value()) {
        const auto again = rtsp::keyingIn(rtsp::writeKeyMgmtLine(*keying.value(), 0).take());
        check(again.ok() && again.value() == keying.value());
    }
}

void packet(base::ByteSpan bytes) {
    auto inbound = srtp::Inbound::make({});
    if (!inbound) return;
    check(!inbound.value()->rtp(bytes) && !inbound.value()->rtcp(bytes));
    check(inbound.value()->dropped() == 2);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    // A copy of its own, so that a look behind the end is caught.
    const std::string text(base::asText({data + 1, size - 1}));
    switch (data[0] % 5) {
    case 0: message(base::asBytes(text)); break;
    case 1: header(text); break;
    case 2: section(text); break;
    case 3: rtsp::keyTellingIn(text); break;
    default: packet(base::asBytes(text)); break;
    }
    return 0;
}
