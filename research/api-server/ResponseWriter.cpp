#include "api-server/ResponseWriter.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <array>
#include <chrono>
#include <ostream>

namespace hookcast::mock {

namespace {

constexpr std::chrono::milliseconds kLingerTime{2000};

} // namespace

void ResponseWriter::send(const Answer& answer) {
    if (!keepDelay(answer.delayMs) || answer.dropped)
        drop();
    else
        write(answer);
}

void ResponseWriter::sendPage(const CallStore::Page& page) {
    writeJson(beginPage(), page);
}

void ResponseWriter::sendPage(const EventStore::Page& page) {
    writeJson(beginPage(), page);
}

std::ostream& ResponseWriter::beginPage() {
    response_.setStatusAndReason(Poco::Net::HTTPResponse::HTTP_OK);
    response_.setContentType(kJsonText);
    response_.set("Cache-Control", "no-store");
    if (response_.getVersion() == Poco::Net::HTTPMessage::HTTP_1_1)
        response_.setChunkedTransferEncoding(true);
    else
        response_.setKeepAlive(false); // HTTP/1.0 has no chunks: the end of the connection is the end of the list
    return response_.send();
}

void ResponseWriter::sendAndClose(const Answer& answer) {
    response_.setKeepAlive(false);
    write(answer);
    discardRest();
}

bool ResponseWriter::keepDelay(std::int64_t delayMs) {
    return delayMs == 0 ||
           stop_.waitWhileConnected(static_cast<int>(request_.socket().impl()->sockfd()), delayMs) == WaitEnd::TimedOut;
}

void ResponseWriter::drop() {
    response_.setKeepAlive(false);
    request_.socket().shutdown();
}

void ResponseWriter::write(const Answer& answer) {
    response_.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
    response_.setContentType(answer.contentType);
    // RFC 9110 section 8.6 forbids a length with 204; a 304 would announce the length of what it stands for.
    const bool mayHaveBody = answer.status != Poco::Net::HTTPResponse::HTTP_NO_CONTENT &&
                             answer.status != Poco::Net::HTTPResponse::HTTP_NOT_MODIFIED;
    if (mayHaveBody) response_.setContentLength64(static_cast<std::int64_t>(answer.body.size()));
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    std::ostream& out = response_.send();
    if (mayHaveBody) out << answer.body;
    out.flush();
}

/// Closing a socket with unread data resets the connection, and the client may then never see the answer (RFC 9112
/// section 9.6). So what still comes is thrown away, for a short while.
void ResponseWriter::discardRest() {
    using SteadyClock = std::chrono::steady_clock;
    Poco::Net::StreamSocket& socket = request_.socket();
    socket.shutdownSend();
    const auto deadline = SteadyClock::now() + kLingerTime;
    std::array<char, 8192> waste{};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
        if (left.count() <= 0) return;
        const auto fd = static_cast<int>(socket.impl()->sockfd());
        if (stop_.waitReadable(fd, left.count()) != WaitEnd::Readable) return;
        if (socket.receiveBytes(waste.data(), static_cast<int>(waste.size())) <= 0) return;
    }
}

} // namespace hookcast::mock
