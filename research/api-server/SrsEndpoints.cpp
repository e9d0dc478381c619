#include "api-server/SrsEndpoints.h"

#include "api-server/FormText.h"
#include "api-server/JsonText.h"
#include "base/JsonWriter.h"
#include "base/Log.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::mock {

namespace {

using Fields = std::vector<std::string>;

Outcome refuseBadJson(const ParsedBody& body, ReplyMode mode) {
    return {codeAnswer(kBadJsonCode, mode), fmt::format("hookcast bad json: {}", base::printable(body.error))};
}

/// The fields of `names` after those that every hook has.
Fields hookFields(const Fields& names) {
    Fields fields = {"client_id", "ip", "vhost", "app"};
    fields.insert(fields.end(), names.begin(), names.end());
    return fields;
}

std::vector<Action> publishActions() {
    return {{"on_publish", hookFields({"stream", "param", "tcUrl"})},
            {"on_unpublish", hookFields({"stream", "param"})}};
}

} // namespace

ActionEndpoint::ActionEndpoint(std::string path, std::vector<Action> actions)
    : Endpoint(std::move(path)), actions_(std::move(actions)) {}

Outcome ActionEndpoint::answer(const Request&, const ParsedBody& body, ReplyMode mode) const {
    if (!body.isObject) return refuseBadJson(body, mode);
    const std::string_view name = body.field("action");
    const auto action =
        std::find_if(actions_.begin(), actions_.end(), [&](const Action& known) { return known.name == name; });
    if (action == actions_.end())
        return {codeAnswer(kWrongActionCode, mode),
                fmt::format("hookcast wrong action for {}: action={}", this->name(), base::printable(name))};
    return {accept(mode), fmt::format("hookcast {}: {}", action->name, listFields(body, action->loggedFields))};
}

Outcome HeartbeatEndpoint::answer(const Request&, const ParsedBody& body, ReplyMode mode) const {
    if (!body.isObject) return refuseBadJson(body, mode);
    return {codeAnswer(0, mode), fmt::format("hookcast heartbeat: {}", listFields(body, {"device_id", "ip"}))};
}

bool HlsEndpoint::owns(std::string_view path) const {
    return Endpoint::owns(path) || path.starts_with(this->path() + "/");
}

Outcome HlsEndpoint::answer(const Request& request, const ParsedBody& body, ReplyMode mode) const {
    if (request.method != "GET") return ActionEndpoint::answer(request, body, mode);
    Poco::JSON::Array::Ptr args(new Poco::JSON::Array);
    const std::string_view below = std::string_view(request.path).substr(path().size());
    for (const std::string& part : partsOf(below, '/')) args->add(toUtf8(percentDecoded(part, Plus::IsPlus)).text);

    constexpr int kKeepOrder = Poco::JSON_PRESERVE_KEY_ORDER;
    Poco::JSON::Object::Ptr kwargs(new Poco::JSON::Object(kKeepOrder));
    for (const auto& [name, value] : fieldsOf(request.query, Plus::IsPlus))
        kwargs->set(toUtf8(name).text, toUtf8(value).text);

    Answer echo;
    base::JsonWriter json;
    json.beginObject().key("args").raw(compactJson(args)).key("kwargs").raw(compactJson(kwargs)).endObject();
    echo.body = json.take();
    echo.contentType = kJsonText;
    return {echo, fmt::format("hookcast on_hls_notify: path={}, query={}", base::printable(below),
                              base::printable(request.query))};
}

Answer ForwardEndpoint::accept(ReplyMode) const {
    Answer answer;
    answer.body = R"({"code":0,"data":{"urls":[]}})";
    answer.contentType = kJsonText;
    return answer;
}

std::vector<std::unique_ptr<Endpoint>> srsEndpoints() {
    const auto actions = [](auto... action) { return std::vector<Action>{std::move(action)...}; };
    std::vector<std::unique_ptr<Endpoint>> all;
    all.push_back(std::make_unique<ActionEndpoint>(
        "/api/v1/clients", actions(Action{"on_connect", hookFields({"tcUrl", "pageUrl"})},
                                   Action{"on_close", hookFields({"send_bytes", "recv_bytes"})})));
    all.push_back(std::make_unique<ActionEndpoint>("/api/v1/streams", publishActions()));
    all.push_back(std::make_unique<ActionEndpoint>(
        "/api/v1/sessions", actions(Action{"on_play", hookFields({"stream", "param", "pageUrl"})},
                                    Action{"on_stop", hookFields({"stream", "param"})})));
    all.push_back(std::make_unique<ActionEndpoint>(
        "/api/v1/updates",
        actions(Action{"on_update", hookFields({"stream", "param", "for", "send_bytes", "recv_bytes", "duration"})})));
    all.push_back(std::make_unique<ActionEndpoint>(
        "/api/v1/dvrs", actions(Action{"on_dvr", hookFields({"stream", "param", "cwd", "file"})})));
    all.push_back(std::make_unique<HlsEndpoint>(
        "/api/v1/hls", actions(Action{"on_hls", hookFields({"stream", "param", "duration", "cwd", "file", "url", "m3u8",
                                                            "m3u8_url", "seq_no"})})));
    all.push_back(std::make_unique<ForwardEndpoint>(
        "/api/v1/forward", actions(Action{"on_forward", hookFields({"tcUrl", "stream", "param"})})));
    all.push_back(std::make_unique<ActionEndpoint>("/api/v1/snapshots", publishActions()));
    all.push_back(std::make_unique<HeartbeatEndpoint>("/api/v1/servers"));
    return all;
}

} // namespace hookcast::mock
