#include "hooks/SrsJsonDialect.h"

#include "base/JsonWriter.h"
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

/// SRS writes the default vhost as no vhost at all.
std::string streamUrl(const ClientInfo& client, const NamedStream& stream) {
    const std::string vhost = client.vhost == config::kDefaultVhost ? "" : client.vhost;
    return vhost + "/" + client.app + "/" + stream.name;
}

enum class Page { Told, Untold };

void writeStream(base::JsonWriter& json, const ClientInfo& client, const NamedStream& stream,
                 Page page = Page::Untold) {
    json.member("tcUrl", client.tcUrl);
    json.member("stream", stream.name);
    json.member("param", stream.param);
    if (page == Page::Told) json.member("pageUrl", client.pageUrl);
    json.member("stream_url", streamUrl(client, stream));
    if (!stream.id.empty()) json.member("stream_id", stream.id);
}

void writeClosing(base::JsonWriter& json, const Closing& closing) {
    json.member("send_bytes", closing.sentBytes);
    json.member("recv_bytes", closing.receivedBytes);
    json.member("duration", static_cast<double>(closing.durationMs) / 1000.0);
    json.member("reason", closing.reason);
}

/// Writes the fields that only one kind of event has.
class KindWriter {
  public:
    KindWriter(base::JsonWriter& json, const ClientInfo& client) : json_(json), client_(client) {}

    void operator()(const HookEvent::Connect&) const {
        json_.member("stream", client_.stream);
        json_.member("param", client_.param);
        json_.member("tcUrl", client_.tcUrl);
        json_.member("pageUrl", client_.pageUrl);
    }
    void operator()(const HookEvent::Close& close) const { writeClosing(json_, close.closing); }
    void operator()(const HookEvent::Publish& publish) const { writeStream(json_, client_, publish.stream); }
    void operator()(const HookEvent::Play& play) const {
        writeStream(json_, client_, play.stream, Page::Told);
        json_.member("clients", play.clients);
    }
    void operator()(const HookEvent::Unpublish& unpublish) const {
        writeStream(json_, client_, unpublish.stream);
        writeClosing(json_, unpublish.closing);
    }
    void operator()(const HookEvent::Stop& stop) const {
        writeStream(json_, client_, stop.stream);
        json_.member("clients", stop.closing.clientsLeft);
        writeClosing(json_, stop.closing);
    }
    void operator()(const HookEvent::Dvr& dvr) const {
        writeStream(json_, client_, dvr.stream);
        json_.member("cwd", dvr.recording.cwd);
        json_.member("file", dvr.recording.file);
    }
    void operator()(const HookEvent::Update& update) const {
        writeStream(json_, client_, update.stream, update.publishes ? Page::Untold : Page::Told);
        json_.member("for", update.publishes ? "publish" : "play");
        json_.member("send_bytes", update.progress.sentBytes);
        json_.member("recv_bytes", update.progress.receivedBytes);
        json_.member("duration", static_cast<double>(update.progress.durationMs) / 1000.0);
    }

  private:
    base::JsonWriter& json_;
    const ClientInfo& client_;
};

Fault badAnswer(std::string_view body, const char* what) {
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
    } catch (const Poco::Exception&) {
        return badAnswer(body, "the answer is not a JSON object");
    }
}

} // namespace

SrsJsonDialect::SrsJsonDialect(std::string serverId, std::string serviceId)
    : serverId_(std::move(serverId)), serviceId_(std::move(serviceId)) {}

HookRequest SrsJsonDialect::write(const HookEvent& event, const HookTarget& target) const {
    HookRequest request;
    request.url = target.url;
    request.contentType = kContentType;
    request.body = write(event, target.clientIdForm, target.terms->tellsEventId);
    return request;
}

std::string SrsJsonDialect::write(const HookEvent& event, config::ClientIdForm clientIdForm, bool tellsId) const {
    const ClientInfo& client = *event.client;
    base::JsonWriter json;
    json.beginObject();
    json.member("server_id", serverId_);
    json.member("service_id", serviceId_);
    json.member("action", nameOf(event.action()));
    if (clientIdForm == config::ClientIdForm::Integer)
        json.member("client_id", client.number);
    else
        json.member("client_id", client.id);
    json.member("ip", client.ip);
    json.member("vhost", client.vhost);
    json.member("app", client.app);
    std::visit(KindWriter(json, client), event.what);
    if (tellsId && !event.id.empty()) json.member("event_id", event.id);
    json.endObject();
    return json.take();
}

Judgement SrsJsonDialect::judge(const HookResponse& response) {
    if (response.outcome != HookResponse::Outcome::Answered) return failureOf(response);
    if (response.status != 200) return statusFault(response.status);
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

std::string SrsJsonDialect::messageFor(const HookResponse& refusal) const {
    if (refusal.outcome != HookResponse::Outcome::Answered || refusal.status != 200) return {};
    return base::toPlainText(messageIn(refusal.body), kMaxMessageCharacters);
}

std::optional<std::int64_t> SrsJsonDialect::keepMs(const HookResponse& answer) const {
    const std::optional<std::int64_t> ttlMs = ttlMsIn(answer.body);
    return ttlMs ? ttlMs : answer.maxAgeMs;
}

} // namespace hookcast::hooks
