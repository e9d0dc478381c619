#include "hooks/SrsJsonDialect.h"

#include "base/Utf8.h"
#include "hooks/HookTarget.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <sstream>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace hookcast::hooks {

namespace {

constexpr const char* kDefaultVhost = "__defaultVhost__";
constexpr std::size_t kMaxJsonDepth = 32;
constexpr std::size_t kMaxMessageCharacters = 200;

bool namesStream(HookAction action) {
    return action != HookAction::Connect && action != HookAction::Close;
}

/// SRS writes the default vhost as no vhost at all.
std::string streamUrl(const HookEvent& event) {
    const ClientInfo& client = *event.client;
    const std::string vhost = client.vhost == kDefaultVhost ? "" : client.vhost;
    return vhost + "/" + client.app + "/" + event.stream;
}

/// JSON is UTF-8: what a client sent in bytes that are none must not make the whole body unreadable.
void setText(Poco::JSON::Object& json, const char* key, const std::string& text) {
    json.set(key, base::toValidUtf8(text));
}

void writeStream(Poco::JSON::Object& json, const HookEvent& event) {
    const ClientInfo& client = *event.client;
    setText(json, "tcUrl", client.tcUrl);
    setText(json, "stream", event.stream);
    setText(json, "param", event.param);
    if (event.action == HookAction::Play) setText(json, "pageUrl", client.pageUrl);
    setText(json, "stream_url", streamUrl(event));
    if (!event.streamId.empty()) json.set("stream_id", event.streamId);
}

void writeClosing(Poco::JSON::Object& json, const Closing& closing) {
    json.set("send_bytes", closing.sentBytes);
    json.set("recv_bytes", closing.receivedBytes);
    json.set("duration", static_cast<double>(closing.durationMs) / 1000.0);
    setText(json, "reason", closing.reason);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Poco::JSON::Object::Ptr parseObject(std::string_view body) {
    Poco::JSON::Parser parser;
    parser.setDepth(kMaxJsonDepth);
    return parser.parse(std::string(body)).extract<Poco::JSON::Object::Ptr>();
}

base::Result<void> judgeObject(std::string_view body) {
    try {
        const auto object = parseObject(body);
        const Poco::Dynamic::Var code = object->get("code");
        // An integer beyond 64 bits comes from Poco's parser as an unsigned one, wrapped: it may well be 0 then.
        if (code.type() != typeid(Poco::Int64)) return base::Error{"the answer has no integer `code`"};
        if (code.extract<Poco::Int64>() == 0) return {};
        return base::Error{fmt::format("the answer's code is {}", code.extract<Poco::Int64>())};
    } catch (const Poco::Exception&) {
        return base::Error{"the answer is not a JSON object"};
    }
}

} // namespace

SrsJsonDialect::SrsJsonDialect(std::string serverId, std::string serviceId)
    : serverId_(std::move(serverId)), serviceId_(std::move(serviceId)) {}

HookRequest SrsJsonDialect::write(const HookEvent& event, const HookTarget& target) const {
    HookRequest request;
    request.url = target.url;
    request.contentType = kContentType;
    request.body = write(event, target.clientIdForm);
    request.timeoutMs = target.timeoutMs;
    request.caFile = target.caFile;
    return request;
}

std::string SrsJsonDialect::write(const HookEvent& event, config::ClientIdForm clientIdForm) const {
    const ClientInfo& client = *event.client;
    Poco::JSON::Object json(Poco::JSON_PRESERVE_KEY_ORDER);
    json.set("server_id", serverId_);
    json.set("service_id", serviceId_);
    json.set("action", std::string(nameOf(event.action)));
    if (clientIdForm == config::ClientIdForm::Integer)
        json.set("client_id", client.number);
    else
        json.set("client_id", client.id);
    setText(json, "ip", client.ip);
    setText(json, "vhost", client.vhost);
    setText(json, "app", client.app);
    if (namesStream(event.action)) writeStream(json, event);
    if (event.action == HookAction::Connect) {
        setText(json, "stream", client.stream);
        setText(json, "param", client.param);
        setText(json, "tcUrl", client.tcUrl);
        setText(json, "pageUrl", client.pageUrl);
    }
    if (isClosing(event.action)) writeClosing(json, event.closing);
    if (event.action == HookAction::Dvr) {
        setText(json, "cwd", event.dvr.cwd);
        setText(json, "file", event.dvr.file);
    }
    std::ostringstream text;
    json.stringify(text);
    return text.str();
}

base::Result<void> SrsJsonDialect::judge(const HookResponse& response) {
    if (response.outcome != HookResponse::Outcome::Answered) return base::Error{response.error};
    if (response.status != 200) return base::Error{fmt::format("status {}", response.status)};
    const std::string_view body = trimmed(response.body);
    if (body == "0") return {};
    if (body.empty()) return base::Error{"the answer is empty"};
    if (body.front() == '{') return judgeObject(body);
    return base::Error{
        fmt::format("the answer is neither 0 nor a JSON object with code 0: {}", base::printable(body, 40))};
}

std::string SrsJsonDialect::messageFor(const HookResponse& refusal) const {
    const std::string_view body = trimmed(refusal.body);
    if (refusal.outcome != HookResponse::Outcome::Answered || refusal.status != 200 || !body.starts_with('{'))
        return {};
    try {
        const Poco::Dynamic::Var message = parseObject(body)->get("msg");
        if (message.isString()) return base::toPlainText(message.extract<std::string>(), kMaxMessageCharacters);
    } catch (const Poco::Exception&) {
        return {}; // the judgement says in the log what is wrong with it
    }
    return {};
}

} // namespace hookcast::hooks
