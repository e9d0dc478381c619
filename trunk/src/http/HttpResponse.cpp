#include "http/HttpResponse.h"

#include "http/HttpStatus.h"

#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

#include <sstream>

namespace hookcast::http {

namespace {

using Poco::Net::HTTPMessage;

bool mayHaveBody(int status) {
    return status != kSwitchingProtocols && status != kNoContent && status != kNotModified;
}

} // namespace

HttpResponse textResponse(int status, const std::string& text) {
    HttpResponse response;
    response.status = status;
    response.contentType = "text/plain; charset=utf-8";
    response.body = text + "\n";
    return response;
}

std::string writeResponse(const HttpResponse& response, const ResponseFraming& framing) {
    Poco::Net::HTTPResponse head(HTTPMessage::HTTP_1_1,
                                 static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
    head.set("Server", framing.serverName);
    head.setDate(Poco::Timestamp::fromEpochTime(framing.unixS));
    if (response.status != kSwitchingProtocols) head.set("Connection", framing.keepAlive ? "keep-alive" : "close");
    if (!response.contentType.empty()) head.setContentType(response.contentType);
    if (!response.isStream && mayHaveBody(response.status))
        head.setContentLength64(static_cast<Poco::Int64>(response.bodyBytes.value_or(response.body.size())));
    if (framing.crossdomain) {
        head.set("Access-Control-Allow-Origin", "*");
        head.set("Access-Control-Expose-Headers", "Content-Length,Content-Range,Date,Server");
    }
    for (const auto& [name, value] : response.fields) head.set(name, value);
    std::ostringstream text;
    head.write(text);
    if (!framing.headOnly && mayHaveBody(response.status)) text << response.body;
    return text.str();
}

} // namespace hookcast::http
