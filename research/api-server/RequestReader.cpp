#include "api-server/RequestReader.h"

#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <istream>

namespace hookcast::mock {

namespace {

Request readHead(const Poco::Net::HTTPServerRequest& request) {
    Request head;
    head.method = request.getMethod();
    const std::string& target = request.getURI();
    const std::size_t mark = std::min(target.find('?'), target.size());
    head.path = target.substr(0, mark);
    head.query = target.substr(std::min(mark + 1, target.size()));
    head.version = request.getVersion();
    for (const auto& [name, value] : request) head.headers.emplace_back(Poco::toLower(name), value);
    head.clientAddress = request.clientAddress().host().toString();
    head.clientPort = request.clientAddress().port();
    return head;
}

ReadEnd readBody(std::istream& in, std::size_t maxBodyBytes, std::string& body) {
    std::array<char, 8192> piece{};
    while (in.good() && body.size() <= maxBodyBytes) {
        const std::size_t wanted = std::min(piece.size(), maxBodyBytes + 1 - body.size());
        in.read(piece.data(), static_cast<std::streamsize>(wanted));
        body.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    }
    return body.size() > maxBodyBytes ? ReadEnd::TooLarge : ReadEnd::Complete;
}

ReadEnd readSizedBody(Poco::Net::HTTPServerRequest& request, std::size_t maxBodyBytes, std::string& body) {
    if (announcesTooLarge(request, maxBodyBytes)) return ReadEnd::TooLarge;
    const std::int64_t announced = request.getContentLength64();
    if (announced >= 0) readBody(request.stream(), maxBodyBytes, body);
    return static_cast<std::int64_t>(body.size()) == announced ? ReadEnd::Complete : ReadEnd::Malformed;
}

} // namespace

bool announcesTooLarge(const Poco::Net::HTTPServerRequest& request, std::size_t maxBodyBytes) {
    return !request.getChunkedTransferEncoding() && request.hasContentLength() &&
           request.getContentLength64() > static_cast<std::int64_t>(maxBodyBytes);
}

ReadRequest readRequest(Poco::Net::HTTPServerRequest& request, std::size_t maxBodyBytes) {
    ReadRequest read{ReadEnd::Complete, readHead(request)};
    std::string& body = read.request.body;
    if (request.getChunkedTransferEncoding())
        read.end = readBody(request.stream(), maxBodyBytes, body);
    else if (request.has(Poco::Net::HTTPMessage::TRANSFER_ENCODING))
        read.end = ReadEnd::Malformed; // an encoding that we cannot take off, so the body's end is unknown
    else if (request.hasContentLength())
        read.end = readSizedBody(request, maxBodyBytes, body);
    // With neither a length nor chunks there is no body (RFC 9112 section 6.3), though Poco would read until the end.
    if (read.end != ReadEnd::Complete) body.clear();
    return read;
}

} // namespace hookcast::mock
