#include "http/HandlerRound.h"

#include "http/HttpStatus.h"

#include <utility>

namespace hookcast::http {

namespace {

constexpr const char* kReads = "GET, HEAD, OPTIONS";

} // namespace

void HandlerRound::begin(HttpRequest&& request, const Line& line, HttpPort& port) {
    if (request.method() == RequestHead::kOptions) {
        port.respond(options(line), {});
        return;
    }
    const std::string& host = request.head.has("Host") ? request.field("Host") : line.host;
    base::Result<RequestTarget> target = readTarget(request.head.uri(), host, line.isEncrypted ? "https" : "http");
    if (!target) {
        port.respond(textResponse(kBadRequest, target.error().message), target.error().message);
        return;
    }
    leftBecause_.clear();
    asked_ = Asked{std::move(request), target.take()};
    goOn(port);
}

void HandlerRound::goOn(HttpPort& port) {
    while (asked_->nextHandler < context_.handlers.size()) {
        HttpHandler* handler = context_.handlers[asked_->nextHandler++];
        const std::optional<std::string> left = handler->handle(asked_->request, asked_->target, port);
        if (!left) return;
        noteLeft(*left);
    }
    noteLeft("not found");
    port.respond(textResponse(kNotFound, leftBecause_), leftBecause_);
}

/// The same for every path, `*` included: a browser asks before it sends what it may not send unasked.
HttpResponse HandlerRound::options(const Line& line) const {
    HttpResponse response;
    response.status = kNoContent;
    response.fields = {{"Allow", context_.methods}};
    if (line.server.crossdomain) {
        // A page of another origin may read; what it changes wants a secret, which only its user can give it.
        response.fields.emplace_back("Access-Control-Allow-Methods", line.asksForSecret ? context_.methods : kReads);
        response.fields.emplace_back("Access-Control-Allow-Headers", line.asksForSecret ? "*, Authorization" : "*");
        response.fields.emplace_back("Access-Control-Max-Age", "86400");
    }
    return response;
}

} // namespace hookcast::http
