#pragma once

#include "base/Result.h"
#include "rtsp/KeyGrant.h"
#include "rtsp/RtspMessage.h"
#include "srtp/Keying.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtsp {

/// How a player asks to be told its keys by DESCRIBE.
enum class KeyTelling : std::uint8_t {
    None,   ///< not at all: it may learn them by SETUP
    Mikey,  ///< RFC 4567
    Crypto, ///< RFC 4568: keys in the clear, which FFmpeg reads
};

/// What a URL's query (with its `?`) asks for: `srtp=mikey` or `srtp=sdes`.
KeyTelling keyTellingIn(std::string_view query);

/// The keys that one player gets its tracks with. Loop thread of its session.
class PlayerKeys {
  public:
    /// New keys for so many tracks, and for each the lines that tell of it in a description. An error: there is no
    /// randomness.
    base::Result<std::vector<std::string>> describe(KeyTelling how, std::size_t tracks, std::uint64_t ntpTime);

    /// Who reads its keys in the clear opens what it gets, whatever profile its SETUP names: FFmpeg's is RTP/AVP.
    bool areInTheClear() const { return telling_ == KeyTelling::Crypto; }

    /// What a SETUP of the description's track `index` comes to. An error, fit for the log: the client's key cannot be
    /// used, or it has none and has not been told ours.
    base::Result<KeyGrant> setUp(std::size_t index, const RtspRequest& request, std::uint64_t ntpTime) const;

  private:
    base::Result<srtp::Keying> oursFor(std::size_t index, srtp::Tag tag) const;

    // state
    KeyTelling telling_ = KeyTelling::None;
    std::vector<srtp::Keying> told_; ///< by the description's tracks
};

} // namespace hookcast::rtsp
