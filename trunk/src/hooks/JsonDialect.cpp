#include "hooks/JsonDialect.h"

#include "base/Utf8.h"
#include "hooks/AnswerText.h"
#include "hooks/HookTarget.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <string_view>
#include <typeinfo>
#include <utility>

namespace hookcast::hooks {

namespace {

constexpr std::size_t kMaxMessageCharacters = 200;

void writeClientId(base::JsonWriter& json, std::string_view name, const ClientIds& client,
                   config::ClientIdForm clientIdForm) {
    if (clientIdForm == config::ClientIdForm::Integer)
        json.member(name, client.number);
    else
        json.member(name, client.id);
}

Fault badAnswer(std::string_view body, const std::string& what) {
    const bool isUtf8 = base::toValidUtf8(body) == body;
    return {RefusalCause::BadAnswer, isUtf8 ? what : fmt::format("{} (and no UTF-8)", what)};
}

Judgement judgeObject(std::string_view body) {
    try {
        const auto object = parseAnswer(body);
        const Poco::Dynamic::Var code = object->get("code");
        // An integer beyond 64 bits comes from Poco's parser as an unsigned one, wrapped: it may well be 0 then.
        if (code.type() != typeid(Poco::Int64)) return badAnswer(body, "the answer has no integer `code`");
        if (code.extract<Poco::Int64>() == 0) return {};
        return Fault{RefusalCause::Code, fmt::format("the answer's code is {}", code.extract<Poco::Int64>())};
    } catch (const Poco::ExistsException& e) {
        return badAnswer(body, fmt::format("the answer has a key twice: {}", e.message()));
    } catch (const Poco::Exception&) {
        return badAnswer(body, "the answer is not a JSON object");
    }
}

} // namespace

std::string streamUrlOf(const ClientInfo& client, const NamedStream& stream) {
    const std::string vhost = client.place->vhost == config::kDefaultVhost ? "" : client.place->vhost;
    return vhost + "/" + client.place->app + "/" + stream.name;
}

void writeClosing(base::JsonWriter& json, const Closing& closing) {
    json.member("send_bytes", closing.sentBytes);
    json.member("recv_bytes", closing.receivedBytes);
    json.member("duration", static_cast<double>(closing.durationMs) / 1000.0);
    json.member("reason", closing.reason);
}

void writeProgress(base::JsonWriter& json, const HookEvent::Update& update) {
    json.member("for", update.publishes ? "publish" : "play");
    json.member("send_bytes", update.progress->sentBytes);
    json.member("recv_bytes", update.progress->receivedBytes);
    json.member("duration", static_cast<double>(update.progress->durationMs) / 1000.0);
}

void writeAskedName(base::JsonWriter& json, const NamedStream& stream) {
    if (!stream.asked.empty()) json.member("asked_stream", stream.asked);
}

void writeSegment(base::JsonWriter& json, const HlsSegment& segment) {
    json.member("duration", static_cast<double>(segment.durationMs) / 1000.0);
    json.member("cwd", segment.cwd);
    json.member("file", segment.file);
    json.member("url", segment.url);
    json.member("m3u8", segment.m3u8);
    json.member("m3u8_url", segment.m3u8Url);
    json.member("seq_no", segment.seqNo);
}

void writeCredentials(base::JsonWriter& json, const ClientInfo& client) {
    if (client.credentials == nullptr) return;
    forEachField(*client.credentials,
                 [&json](std::string_view name, const std::string& value) { json.member(name, value); });
}

void writeReplaced(base::JsonWriter& json, const HookEvent::Publish& publish, config::ClientIdForm clientIdForm) {
    if (publish.replaces != nullptr) writeClientId(json, "replaces", *publish.replaces, clientIdForm);
}

JsonDialect::JsonDialect(std::string serverId, std::string serviceId, const config::HookDialectTraits& traits)
    : serverId_(std::move(serverId)), serviceId_(std::move(serviceId)), traits_(traits) {}

HookRequest JsonDialect::write(const HookEvent& event, const HookTarget& target) const {
    HookRequest request;
    request.url = target.url;
    request.contentType = kContentType;
    request.body = write(event, target.clientIdForm, target.terms->tellsEventId);
    return request;
}

std::string JsonDialect::write(const HookEvent& event, config::ClientIdForm clientIdForm, bool tellsId) const {
    const ClientInfo& client = *event.client;
    base::JsonWriter json;
    json.beginObject();
    json.member("server_id", serverId_);
    json.member("service_id", serviceId_);
    json.member("action", nameOf(event.action()));
    writeClientId(json, "client_id", {client.number(), client.id()}, clientIdForm);
    json.member("ip", client.ip());
    json.member("vhost", client.place->vhost);
    json.member("app", client.place->app);
    writeRest(json, event, clientIdForm);
    if (isOpening(event.action())) writeCredentials(json, client);
    if (tellsId && !event.id.empty()) json.member("event_id", event.id);
    json.endObject();
    return json.take();
}

Judgement JsonDialect::judge(const HookResponse& response, const config::HookDialectTraits& traits) {
    if (response.outcome != HookResponse::Outcome::Answered) return failureOf(response);
    if (!traits.admits(response.status)) return statusFault(response.status);
    const std::string_view body = answerText(response.body);
    if (body == "0") return {};
    if (body.empty()) return badAnswer(body, "the answer is empty");
    if (body.front() == '{') return judgeObject(body);
    // A number is what SRS's own samples say no with.
    const bool isNumber = body.find_first_not_of("-0123456789") == std::string_view::npos;
    Fault fault = badAnswer(body, "the answer is neither 0 nor a JSON object with code 0");
    if (isNumber) fault.cause = RefusalCause::Code;
    fault.message += ": " + base::printable(body, 40);
    return fault;
}

std::string JsonDialect::messageFor(const HookResponse& refusal) const {
    if (refusal.outcome != HookResponse::Outcome::Answered || !traits_.admits(refusal.status)) return {};
    return base::toPlainText(messageIn(refusal.body), kMaxMessageCharacters);
}

AnswerDataReading JsonDialect::dataIn(const HookResponse& yes) const {
    return readAnswerData(yes.body);
}

std::optional<std::int64_t> JsonDialect::keepMs(const HookResponse& answer) const {
    const std::optional<std::int64_t> ttlMs = ttlMsIn(answer.body);
    return ttlMs ? ttlMs : answer.maxAgeMs;
}

} // namespace hookcast::hooks
