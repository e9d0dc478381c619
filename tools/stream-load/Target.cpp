#include "Target.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace hookcast::load {

namespace {

std::uint16_t defaultPortOf(const std::string& scheme) {
    if (scheme == "rtmp") return 1935;
    return scheme == "rtsp" ? 554 : 80;
}

/// The scheme that is spoken in TLS, where it is one of TLS.
std::string withinTls(const std::string& scheme) {
    for (const char* plain : {"rtmp", "rtsp", "http", "ws"})
        if (scheme == std::string(plain) + 's') return plain;
    return {};
}

} // namespace

base::Result<Target> Target::parse(const std::string& url) {
    try {
        const Poco::URI uri(url);
        Target target;
        target.url = url;
        const std::string within = withinTls(uri.getScheme());
        target.isTls = !within.empty();
        target.scheme = target.isTls ? within : uri.getScheme();
        target.host = uri.getHost();
        target.port = uri.getPort() != 0 ? uri.getPort() : defaultPortOf(target.scheme);
        // As it was given: a server is to see every byte of it.
        const std::size_t pathAt = url.find('/', url.find("://") + 3);
        const std::string path = pathAt == std::string::npos ? "/" : url.substr(pathAt);
        target.path = path;
        const std::size_t slash = path.find('/', 1);
        if (target.host.empty() || slash == std::string::npos || slash + 1 == path.size())
            return base::Error{"the URL must name a host, an application and a stream: " + url};
        target.app = path.substr(1, slash - 1);
        target.stream = path.substr(slash + 1);
        target.tcUrl = "rtmp://" + uri.getAuthority() + "/" + target.app;
        return target;
    } catch (const Poco::Exception& e) {
        return base::Error{"broken URL " + url + ": " + e.displayText()};
    }
}

std::string numbered(const std::string& url, unsigned number) {
    const std::size_t at = url.find("%d");
    if (at == std::string::npos) return url;
    return url.substr(0, at) + std::to_string(number) + url.substr(at + 2);
}

} // namespace hookcast::load
