#include "api-server/Call.h"

#include "api-server/JsonText.h"

#include <Poco/Base64Encoder.h>
#include <fmt/format.h>

#include <map>
#include <ostream>
#include <sstream>

namespace hookcast::mock {

namespace {

std::string base64(const std::string& bytes) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder << bytes;
    encoder.close();
    return out.str();
}

/// RFC 9110 section 5.3: several headers of one name mean the same as one with their values joined by commas.
void writeHeaders(std::ostream& out, const Headers& headers) {
    std::map<std::string, std::string> joined;
    for (const auto& [name, value] : headers) {
        const auto [at, isNew] = joined.try_emplace(name, value);
        if (!isNew) at->second += ", " + value;
    }
    out << R"("headers":{)";
    const char* separator = "";
    for (const auto& [name, value] : joined) {
        out << separator << jsonString(name) << ':' << jsonString(value);
        separator = ",";
    }
    out << '}';
}

void writeBody(std::ostream& out, const std::string& body) {
    const Utf8Text text = toUtf8(body);
    out << R"("raw_body":)" << jsonString(text.text);
    if (!text.wasValid) out << R"(,"raw_body_base64":")" << base64(body) << '"';
}

} // namespace

std::size_t sizeBytes(const Call& call) {
    std::size_t size = sizeof(Call) + call.time.size() + call.bodyJson.size() + call.answer.body.size();
    const Request& request = call.request;
    size += request.method.size() + request.path.size() + request.query.size() + request.body.size();
    for (const Headers* headers : {&request.headers, &call.answer.headers})
        for (const auto& [name, value] : *headers) size += sizeof(Headers::value_type) + name.size() + value.size();
    return size;
}

void writeJson(std::ostream& out, const Call& call) {
    const Request& request = call.request;
    const Answer& answer = call.answer;
    out << fmt::format(R"({{"order":{},"time":"{}","monotonic_ms":{},"method":{},"path":{},"query":{},)", call.order,
                       call.time, call.monotonicMs, jsonString(request.method), jsonString(request.path),
                       jsonString(request.query));
    writeHeaders(out, request.headers);
    out << ',';
    writeBody(out, request.body);
    out << R"(,"body":)" << call.bodyJson;
    out << fmt::format(R"(,"client":{{"address":{},"port":{}}})", jsonString(request.clientAddress),
                       request.clientPort);
    out << fmt::format(R"(,"answer":{{"status":{},"body":{},"delay_ms":{},"dropped":{},"rule":{}}}}})", answer.status,
                       jsonString(answer.body), answer.delayMs, answer.dropped,
                       answer.ruleId ? std::to_string(*answer.ruleId) : "null");
}

} // namespace hookcast::mock
