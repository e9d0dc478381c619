#pragma once

#include "base/LogParts.h"
#include "config/VhostConfig.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::net {

// Why sessions and streams end, and why clients do not get what they want, in the words that all protocols share: they
// stand in the log, in closing events and, where a protocol has room for it, in what the client is told. What only one
// protocol has a reason for stays with it.

inline constexpr const char* kClosed = "closed"; ///< nothing better is known
inline constexpr const char* kServerStopped = "server stopped";
inline constexpr const char* kVhostDisabled = "the vhost is disabled";
inline constexpr const char* kVhostGone = "the vhost is not served any more";
inline constexpr const char* kKicked = "kicked by the control interface";
inline constexpr const char* kTakenOver = "another publisher has taken the stream over";

// What a backend's answer has set, in its own words, as it is the backend that reads them.

inline constexpr const char* kMaxDuration = "max_duration";
inline constexpr const char* kMaxKbps = "max_kbps";

// Players.

inline constexpr const char* kPublisherLeft = "the publisher has left";
inline constexpr const char* kNobodyPublishes = "nobody publishes this stream";
inline constexpr const char* kTookNothing = "the player took nothing for the send timeout";

// Clients that do not do what is expected of them; each names the limit that says so.

inline constexpr const char* kNothingUseful = "neither publishes nor plays";
inline constexpr const char* kNoFirstMedia = "the publisher sent no media within firstpkt_timeout";
inline constexpr const char* kNoMedia = "the publisher sent no media within normal_timeout";
inline constexpr const char* kRepliesUnread = "too many replies left unread";
inline constexpr const char* kUrlTooLong = "the URL is longer than url_size";

/// The client itself wants it, by a command of its protocol.
std::string endedByClient(std::string_view command);

/// What the log says of the end of a connection.
struct ClosedLine {
    std::string text;
    base::LogParts parts;
};
ClosedLine closedLine(const std::string& reason, const std::string& ip, std::uint64_t receivedBytes,
                      std::uint64_t sentBytes, std::int64_t livedMs);

/// `what` is the client's word, or connect, publish, play; `reason` is fit for a log.
std::string refused(std::string_view what, std::string_view reason);

/// Why nobody gets to `vhost`, which a client calls `name`; empty when it may be there. Null: there is none.
std::string vhostFault(std::string_view name, const config::VhostConfig* vhost);

/// The same of a protocol that each vhost allows or not, by `isServed`.
std::string vhostFault(std::string_view name, const config::VhostConfig* vhost, bool config::VhostConfig::*isServed,
                       std::string_view protocol);

} // namespace hookcast::net
