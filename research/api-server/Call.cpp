#include "api-server/Call.h"

#include "api-server/JsonText.h"
#include "api-server/Verdict.h"

#include "base/Base64.h"
#include "base/JsonWriter.h"

#include <map>
#include <ostream>

namespace hookcast::mock {

namespace {

/// RFC 9110 section 5.3: several headers of one name mean the same as one with their values joined by commas.
void writeHeaders(base::JsonWriter& json, const Headers& headers) {
    std::map<std::string, std::string> joined;
    for (const auto& [name, value] : headers) {
        const auto [at, isNew] = joined.try_emplace(name, value);
        if (!isNew) at->second += ", " + value;
    }
    json.key("headers").beginObject();
    for (const auto& [name, value] : joined) json.member(name, value);
    json.endObject();
}

void writeRequest(base::JsonWriter& json, const Request& request) {
    json.member("method", request.method).member("path", request.path).member("query", request.query);
    writeHeaders(json, request.headers);
    const Utf8Text text = toUtf8(request.body);
    json.member("raw_body", text.text);
    if (!text.wasValid) json.member("raw_body_base64", base::toBase64(base::asBytes(request.body)));
}

void writeAnswer(base::JsonWriter& json, const Answer& answer) {
    json.key("answer").beginObject().member("status", answer.status).member("body", answer.body);
    json.member("delay_ms", answer.delayMs).member("dropped", answer.dropped).key("rule");
    if (answer.ruleId)
        json.value(*answer.ruleId);
    else
        json.null();
    json.endObject();
}

void writeIdentity(base::JsonWriter& json, const Call& call) {
    json.member("webhook_id", headerValue(call.request.headers, "webhook-id"));
    json.member("signature", nameOf(call.signature)).key("repeats");
    if (call.repeats != 0)
        json.value(call.repeats);
    else
        json.null();
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
    base::JsonWriter json;
    json.beginObject();
    json.member("order", call.order).member("time", call.time).member("monotonic_ms", call.monotonicMs);
    writeRequest(json, call.request);
    json.key("body").raw(call.bodyJson);
    json.key("client").beginObject().member("address", call.request.clientAddress);
    json.member("port", call.request.clientPort).endObject();
    writeAnswer(json, call.answer);
    const Verdict verdict = verdictOn(call.request, call.answer);
    writeIdentity(json, call);
    json.key("verdict").beginObject().member("good", verdict.isGood).member("text", verdict.text).endObject();
    json.endObject();
    out << json.take();
}

} // namespace hookcast::mock
