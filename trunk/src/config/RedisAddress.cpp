#include "config/RedisAddress.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>

namespace hookcast::config {

namespace {

constexpr std::size_t kMaxNameBytes = 253; // a host name's

base::Result<RedisAddress> readParts(const Poco::URI& uri) {
    RedisAddress address;
    address.host = uri.getHost();
    if (address.host.empty()) return base::Error{"expected a host"};
    if (uri.getPort() != 0) address.port = uri.getPort();
    const std::string& userInfo = uri.getUserInfo();
    const std::size_t colon = userInfo.find(':');
    // `redis://secret@host`, as `redis://:secret@host`, is a password of the default user.
    Poco::URI::decode(colon == std::string::npos ? userInfo : userInfo.substr(colon + 1), address.password);
    if (colon != std::string::npos) Poco::URI::decode(userInfo.substr(0, colon), address.user);
    std::string_view database = uri.getPath();
    if (database.starts_with('/')) database.remove_prefix(1);
    if (database.empty()) return address;
    const char* const end = database.data() + database.size();
    const auto [behind, error] = std::from_chars(database.data(), end, address.database);
    if (error != std::errc() || behind != end) return base::Error{"the path is no database's number"};
    return address;
}

} // namespace

base::Result<RedisAddress> readRedisUrl(const std::string& url) {
    try {
        const Poco::URI uri(url);
        if (uri.getScheme() != "redis" && uri.getScheme() != "rediss")
            return base::Error{"expected redis://HOST or rediss://HOST"};
        if (!uri.getRawQuery().empty() || !uri.getFragment().empty())
            return base::Error{"nothing may stand behind the database"};
        base::Result<RedisAddress> address = readParts(uri);
        if (address) address.value().isTls = uri.getScheme() == "rediss";
        return address;
    } catch (const Poco::Exception&) {
        return base::Error{"no URL"};
    }
}

base::Result<RedisAddress> readSentinel(const std::string& address) {
    base::Result<RedisAddress> read = readRedisUrl("redis://" + address);
    if (!read) return read;
    RedisAddress& sentinel = read.value();
    if (!sentinel.password.empty() || !sentinel.user.empty() || address.find('/') != std::string::npos)
        return base::Error{"expected HOST:PORT"};
    if (address.find_last_of(':') == std::string::npos || address.ends_with(']'))
        sentinel.port = RedisAddress::kDefaultSentinelPort;
    return read;
}

bool isNodeName(std::string_view name) {
    const auto isGood = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_';
    };
    return !name.empty() && name != "-" && name.size() <= kMaxNameBytes && std::ranges::all_of(name, isGood);
}

} // namespace hookcast::config
