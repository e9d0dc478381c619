#pragma once

namespace hookcast::http {

// The statuses of HTTP (RFC 9110, section 15; RFC 6585) that this server answers with. Poco has their words.

inline constexpr int kSwitchingProtocols = 101;
inline constexpr int kNoContent = 204;
inline constexpr int kPartialContent = 206;
inline constexpr int kMovedPermanently = 301;
inline constexpr int kNotModified = 304;
inline constexpr int kBadRequest = 400;
inline constexpr int kUnauthorized = 401;
inline constexpr int kForbidden = 403;
inline constexpr int kNotFound = 404;
inline constexpr int kMethodNotAllowed = 405;
inline constexpr int kRequestTimeout = 408;
inline constexpr int kLengthRequired = 411;
inline constexpr int kContentTooLarge = 413;
inline constexpr int kUriTooLong = 414;
inline constexpr int kRangeNotSatisfiable = 416;
inline constexpr int kUpgradeRequired = 426;
inline constexpr int kHeaderTooLarge = 431;
inline constexpr int kServerError = 500;
inline constexpr int kUnavailable = 503;
inline constexpr int kVersionNotSupported = 505;

} // namespace hookcast::http
