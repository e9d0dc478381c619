#include "SrtCall.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/URI.h>

#include <utility>

namespace hookcast::load {

namespace {

constexpr const char* kStreamIdKey = "streamid=";

} // namespace

base::Result<SrtTarget> SrtTarget::parse(const std::string& url) {
    try {
        // A stream id begins with #, which ends a URL for Poco.
        const std::size_t query = url.find('?');
        const Poco::URI uri(url.substr(0, query));
        SrtTarget target;
        target.host = uri.getHost();
        if (uri.getPort() != 0) target.port = uri.getPort();
        if (target.host.empty()) return base::Error{"the URL must name a host: " + url};
        const std::size_t streamId = url.find(kStreamIdKey);
        if (query != std::string::npos && streamId != std::string::npos)
            target.streamId = url.substr(streamId + std::string(kStreamIdKey).size());
        return target;
    } catch (const Poco::Exception& e) {
        return base::Error{"broken URL " + url + ": " + e.displayText()};
    }
}

srt::Socket callSrt(const SrtTarget& target) {
    srt::Socket socket(srt_create_socket());
    const bool waits = false;
    srt_setsockflag(socket.id(), SRTO_RCVSYN, &waits, sizeof waits);
    srt_setsockflag(socket.id(), SRTO_SNDSYN, &waits, sizeof waits);
    srt_setsockflag(socket.id(), SRTO_STREAMID, target.streamId.data(), static_cast<int>(target.streamId.size()));
    const Poco::Net::SocketAddress address(target.host, target.port);
    if (srt_connect(socket.id(), address.addr(), static_cast<int>(address.length())) < 0) return {};
    return socket;
}

std::string rejection(const srt::Socket& socket) {
    const int code = srt_getrejectreason(socket.id());
    return "SRT reject code " + std::to_string(code) + ": " + srt_rejectreason_str(code);
}

} // namespace hookcast::load
