#include "rtsp/PlayerKeys.h"

#include "rtp/Text.h"
#include "rtsp/KeyManagement.h"

#include <optional>
#include <utility>

namespace hookcast::rtsp {

KeyTelling keyTellingIn(std::string_view query) {
    if (!query.empty()) query.remove_prefix(1);
    while (!query.empty()) {
        std::string_view value = rtp::takeUntil(query, '&');
        if (rtp::takeUntil(value, '=') != "srtp") continue;
        // Clients put a slash behind a query.
        value = value.substr(0, value.find('/'));
        if (value == "mikey") return KeyTelling::Mikey;
        if (value == "sdes") return KeyTelling::Crypto;
    }
    return KeyTelling::None;
}

base::Result<std::vector<std::string>> PlayerKeys::describe(KeyTelling how, std::size_t tracks, std::uint64_t ntpTime) {
    telling_ = how;
    told_.clear();
    std::vector<std::string> lines;
    while (told_.size() < tracks) {
        const auto key = srtp::randomKey();
        if (!key) return key.error();
        srtp::Keying& keying = told_.emplace_back();
        keying.key = key.value();
        if (how == KeyTelling::Crypto) {
            lines.push_back(writeCryptoLine(keying));
            continue;
        }
        auto line = writeKeyMgmtLine(keying, ntpTime);
        if (!line) return line.error();
        lines.push_back(line.take());
    }
    return lines;
}

base::Result<KeyGrant> PlayerKeys::setUp(std::size_t index, const RtspRequest& request, std::uint64_t ntpTime) const {
    const auto brought = clientsKey(request);
    if (!brought) return brought.error();
    const std::optional<srtp::Keying>& theirs = brought.value();
    if (!theirs && index >= told_.size()) return base::Error{"SRTP without a KeyMgmt header"};
    const auto ours = oursFor(index, theirs ? theirs->tag : srtp::Tag::Bits80);
    if (!ours) return ours.error();
    // Where the description has told of our key by MIKEY: the same again, for who would rather read it here.
    return grant(request, ours.value(), theirs ? *theirs : ours.value(), !areInTheClear(), ntpTime);
}

/// A client's policy goes for both directions, unless it has been told of ours before.
base::Result<srtp::Keying> PlayerKeys::oursFor(std::size_t index, srtp::Tag tag) const {
    if (index < told_.size()) return told_[index];
    const auto key = srtp::randomKey();
    if (!key) return key.error();
    return srtp::Keying{key.value(), tag, {}};
}

} // namespace hookcast::rtsp
