#pragma once

#include "base/Result.h"
#include "srt/Socket.h"

#include <cstdint>
#include <string>

namespace hookcast::load {

/// srt://HOST:PORT?streamid=STREAMID
struct SrtTarget {
    std::string host;
    std::uint16_t port = 10080;
    std::string streamId; ///< as it stands in the URL

    static base::Result<SrtTarget> parse(const std::string& url);
};

/// Calls without waiting: the socket is writable when the server has taken the call, and breaks when it has not.
/// Returns an unusable socket when libsrt does not even try.
srt::Socket callSrt(const SrtTarget& target);

/// Why a call was not taken.
std::string rejection(const srt::Socket& socket);

} // namespace hookcast::load
