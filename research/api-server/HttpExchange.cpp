#include "api-server/HttpExchange.h"

#include "api-server/IndexPage.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/NetException.h>

#include <utility>

namespace hookcast::mock {

namespace {

bool isControl(const Request& request) {
    return request.path.starts_with(ControlHandler::kPrefix);
}

Answer refusal(int status, const char* body) {
    Answer answer;
    answer.status = status;
    answer.body = body;
    return answer;
}

Answer pageAnswer(const Request& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        Answer answer = refusal(405, "no such method here\n");
        answer.headers.emplace_back("Allow", "GET, HEAD");
        return answer;
    }
    Answer answer;
    answer.body = indexPage();
    answer.contentType = "text/html; charset=utf-8";
    // The page shows what strangers send. It escapes everything; should it fail to, nothing can be loaded or run.
    answer.headers.emplace_back("Content-Security-Policy", kIndexPagePolicy);
    return answer;
}

} // namespace

void HttpExchange::handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
    ResponseWriter writer(dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request), stop_);
    try {
        answer(readRequest(request, kMaxBodyBytes), writer);
    } catch (const Poco::IOException&) {
        response.setKeepAlive(false); // the client has left, so there is nobody to tell
    } catch (const Poco::TimeoutException&) {
        response.setKeepAlive(false);
    }
    if (stop_.requested()) response.setKeepAlive(false);
}

void HttpExchange::answer(ReadRequest read, ResponseWriter& writer) const {
    Request& request = read.request;
    if (read.end == ReadEnd::Malformed) {
        writer.sendAndClose(refusal(400, "the body's framing is broken\n"));
    } else if (read.end == ReadEnd::TooLarge) {
        writer.sendAndClose(isControl(request) || request.path == "/" ? refusal(413, "the body is too large\n")
                                                                      : hooks_.handleTooLarge(std::move(request)));
    } else if (isControl(request)) {
        const ControlReply reply = control_.handle(request);
        if (reply.page)
            writer.sendPage(*reply.page);
        else if (reply.events)
            writer.sendPage(*reply.events);
        else
            writer.send(reply.answer);
    } else if (request.path == "/") {
        writer.send(pageAnswer(request));
    } else {
        writer.send(hooks_.handle(std::move(request)));
    }
}

Poco::Net::HTTPRequestHandler* HttpExchangeFactory::createRequestHandler(const Poco::Net::HTTPServerRequest& request) {
    // With any other status than 200 Poco does not invite the client to send the body that it asked leave for.
    if (announcesTooLarge(request, kMaxBodyBytes))
        request.response().setStatus(Poco::Net::HTTPResponse::HTTP_REQUEST_ENTITY_TOO_LARGE);
    return new HttpExchange(hooks_, control_, stop_);
}

} // namespace hookcast::mock
