#include "hooks/FormNotifyDialect.h"

#include "base/PercentEncoding.h"
#include "hooks/HookTarget.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>
#include <variant>

namespace hookcast::hooks {

namespace {

/// Blanks are escaped, too: `%20` means the same in a body and in a query.
void appendField(std::string& text, std::string_view name, std::string_view value) {
    if (!text.empty()) text.push_back('&');
    text += name;
    text.push_back('=');
    text += base::percentEncoded(value);
}

/// What an event tells beside its client.
struct Told {
    std::string_view call;
    std::string_view url;
    std::string_view name;
    std::string_view askedName; ///< empty: it is `name`
    bool tellsTcUrl = false;
};

/// One function for each kind of event: a kind more does not compile without one.
struct Teller {
    const ClientInfo& client;
    bool hasTcUrl;

    Told operator()(const HookEvent::Connect&) const { return {"connect", client.url, {}, {}}; }
    Told operator()(const HookEvent::Close&) const { return {"done", {}, {}, {}}; }
    Told operator()(const HookEvent::Publish& publish) const { return of("publish", publish.stream, hasTcUrl); }
    Told operator()(const HookEvent::Unpublish& ended) const { return of("done", ended.stream, false); }
    Told operator()(const HookEvent::Play& play) const { return of("play", play.stream, hasTcUrl); }
    Told operator()(const HookEvent::Stop& ended) const { return of("done", ended.stream, false); }
    Told operator()(const HookEvent::Update& update) const { return of("update", update.stream, hasTcUrl); }
    Told operator()(const HookEvent::Dvr&) const { throw std::logic_error("form notify has no call for a recording"); }
    Told operator()(const HookEvent::Hls&) const { throw std::logic_error("form notify has no call for a segment"); }

  private:
    Told of(std::string_view call, const NamedStreamPtr& stream, bool tellsTcUrl) const {
        return {call, stream->urlOf(client), stream->name, stream->asked, tellsTcUrl};
    }
};

/// `time` is nginx-rtmp's, in whole seconds.
void appendProgress(std::string& text, const HookEvent::Update& update) {
    const Progress& progress = *update.progress;
    appendField(text, "for", update.publishes ? "publish" : "play");
    appendField(text, "time", std::to_string(progress.durationMs / 1000));
    appendField(text, "send_bytes", std::to_string(progress.sentBytes));
    appendField(text, "recv_bytes", std::to_string(progress.receivedBytes));
    appendField(text, "duration", fmt::format("{}.{:03}", progress.durationMs / 1000, progress.durationMs % 1000));
}

/// `url` with `query` behind the one that it has; a fragment is for nobody but browsers.
std::string withQuery(std::string_view url, std::string_view query) {
    std::string text(url.substr(0, url.find('#')));
    const bool hasQuery = text.find('?') != std::string::npos;
    if (!hasQuery)
        text.push_back('?');
    else if (!text.ends_with('?') && !text.ends_with('&'))
        text.push_back('&');
    return text += query;
}

} // namespace

std::string FormNotifyDialect::fields(const HookEvent& event) {
    const ClientInfo& client = *event.client;
    const Told told = std::visit(Teller{client, config::traitsOf(client.protocol()).hasTcUrl}, event.what);
    std::string text;
    appendField(text, "protocol", config::nameOf(client.protocol()));
    appendField(text, "call", told.call);
    appendField(text, "addr", client.ip());
    appendField(text, "app", client.place->app);
    appendField(text, "url", told.url.empty() ? client.place->tcUrl : told.url);
    appendField(text, "name", told.name.empty() ? client.place->stream : told.name);
    if (!told.askedName.empty()) appendField(text, "asked_name", told.askedName);
    if (told.tellsTcUrl) appendField(text, "tcurl", client.place->tcUrl);
    appendField(text, "clientid", std::to_string(client.number()));
    if (isOpening(event.action()) && client.credentials != nullptr)
        forEachField(*client.credentials,
                     [&text](std::string_view name, const std::string& value) { appendField(text, name, value); });
    if (const auto* update = std::get_if<HookEvent::Update>(&event.what)) appendProgress(text, *update);
    return text;
}

HookRequest FormNotifyDialect::write(const HookEvent& event, const HookTarget& target) const {
    HookRequest request;
    request.method = target.method;
    if (target.method == config::HttpMethod::Get) {
        request.url = withQuery(target.url, fields(event));
    } else {
        request.url = target.url;
        request.contentType = kContentType;
        request.body = fields(event);
    }
    return request;
}

Judgement FormNotifyDialect::judge(HookAction action, const HookResponse& response) const {
    // Only the status counts, and it is known of an answer whose body is too long, too.
    const bool answered =
        response.outcome == HookResponse::Outcome::Answered || response.outcome == HookResponse::Outcome::TooLarge;
    if (!answered) return failureOf(response);
    if (response.status == 200) return {};
    // What is told has been heard, whatever the backend thinks of it, unless it says that it cannot hear now.
    if (!isOpening(action) && !hasFailed(response)) return {};
    return statusFault(response.status);
}

std::string_view FormNotifyDialect::directiveOf(HookAction action) const {
    return isClosing(action) ? "on_done" : nameOf(action);
}

} // namespace hookcast::hooks
