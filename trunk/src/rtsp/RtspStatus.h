#pragma once

#include <string_view>

namespace hookcast::rtsp {

// The statuses of RTSP (RFC 2326, section 7.1.1; RFC 4567, 4.2) that this server answers with.

inline constexpr int kOk = 200;
inline constexpr int kBadRequest = 400;
inline constexpr int kUnauthorized = 401;
inline constexpr int kForbidden = 403;
inline constexpr int kNotFound = 404;
inline constexpr int kTooLarge = 413;
inline constexpr int kUriTooLong = 414;
inline constexpr int kUnsupportedMedia = 415;
inline constexpr int kParameterNotUnderstood = 451;
inline constexpr int kSessionNotFound = 454;
inline constexpr int kNotInThisState = 455;
inline constexpr int kInvalidRange = 457;
inline constexpr int kAggregateNotAllowed = 459;
inline constexpr int kUnsupportedTransport = 461;
inline constexpr int kKeyManagementFailure = 463;
inline constexpr int kNotImplemented = 501;
inline constexpr int kUnavailable = 503;
inline constexpr int kVersionNotSupported = 505;
inline constexpr int kOptionNotSupported = 551;

/// The standard's phrase for a status; "Unknown" for one that it does not list.
std::string_view reasonPhrase(int status);

} // namespace hookcast::rtsp
