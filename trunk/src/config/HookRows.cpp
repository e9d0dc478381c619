#include "config/CallRows.h"
#include "config/DirectiveTable.h"
#include "config/HookPolicyRows.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Int64 = std::int64_t;

constexpr auto kDialectNames = [] {
    std::array<Choice, kHookDialects.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kHookDialects[i].name, static_cast<int>(i)};
    return names;
}();

constexpr ChoiceField kDialect = {
    [](Scope s) { return static_cast<int>(s.vhost.hooks.dialect); },
    [](Scope s, int value) { s.vhost.hooks.dialect = static_cast<HookDialectName>(value); }};

constexpr std::array kClientIds = {Choice{"auto", static_cast<int>(ClientIdForm::Auto)},
                                   Choice{"integer", static_cast<int>(ClientIdForm::Integer)},
                                   Choice{"string", static_cast<int>(ClientIdForm::String)}};

constexpr ChoiceField kClientId = {
    [](Scope s) { return static_cast<int>(s.vhost.hooks.clientIdForm); },
    [](Scope s, int value) { s.vhost.hooks.clientIdForm = static_cast<ClientIdForm>(value); }};

constexpr std::array kHttpHooks = joined(
    std::array{
        offSwitch("enabled", "Ask the backend. Off: every client is let in.").in([](Scope s) -> bool& {
            return s.vhost.hooks.enabled;
        }),
        urls("on_connect", "Asked when a client connects to an app.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onConnect; })
            .shown("http://127.0.0.1:8085/api/v1/clients"),
        urls("on_close", "Told when that client is gone.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onClose; })
            .shown("http://127.0.0.1:8085/api/v1/clients"),
        urls("on_publish", "Asked when a client wants to publish a stream.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onPublish; })
            .shown("http://127.0.0.1:8085/api/v1/streams"),
        urls("on_unpublish", "Told when it has stopped.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onUnpublish; })
            .shown("http://127.0.0.1:8085/api/v1/streams"),
        urls("on_play", "Asked when a client wants to play a stream.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onPlay; })
            .shown("http://127.0.0.1:8085/api/v1/sessions"),
        urls("on_stop", "Told when it has stopped.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onStop; })
            .shown("http://127.0.0.1:8085/api/v1/sessions"),
        urls("on_dvr", "Told when a recording is complete.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onDvr; })
            .shown("http://127.0.0.1:8085/api/v1/dvrs"),
        urls("on_update", "Told what a publisher or player has sent and got so far, each update_interval.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onUpdate; })
            .shown("http://127.0.0.1:8085/api/v1/updates"),
        decimal("update_interval", "30", "s",
                "The time from one on_update of a client to the next; fractions are allowed.")
            .within(0.1, 86400)
            .in([](Scope s) -> Int64& { return s.vhost.hooks.updateIntervalMs; }),
        decimal("timeout", "30", "s", "A call that takes longer has failed; fractions are allowed.")
            .within(0.001, 3600)
            .in([](Scope s) -> Int64& { return s.vhost.hooks.calls.timeoutMs; }),
        choice("dialect", "srs", "How the backend is spoken to: srs, as by SRS 1 to 3, or srs4, as by SRS 4 to 8.")
            .onlyOneOf(kDialectNames)
            .in(kDialect),
        choice("client_id", "auto",
               "integer, string, or auto: as the dialect has it, integer for srs, string for srs4.")
            .onlyOneOf(kClientIds)
            .in(kClientId),
        offSwitch("show_message", "Tell a refused client the answer's msg, as text of at most 200 characters.")
            .in([](Scope s) -> bool& { return s.vhost.hooks.showsMessage; }),
        offSwitch("answer_data", "A yes may rename the stream, set limits, and say whether to record, in its data.")
            .in([](Scope s) -> bool& { return s.vhost.hooks.answerData; }),
        urls("shadow_connect",
             "Asked as on_connect is, beside it, and never obeyed; what it says otherwise is counted.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.shadow.onConnect; })
            .shown("http://127.0.0.1:8086/api/v1/clients"),
        urls("shadow_publish", "The same beside on_publish.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.shadow.onPublish; })
            .shown("http://127.0.0.1:8086/api/v1/streams"),
        urls("shadow_play", "The same beside on_play.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.shadow.onPlay; })
            .shown("http://127.0.0.1:8086/api/v1/sessions"),
        integer("shadow_calls", "64", "calls", "To one shadow URL at one time; a further one is left out, and counted.")
            .within(1, 10'000)
            .in([](Scope s) -> std::uint32_t& { return s.vhost.hooks.shadow.calls; }),
        onSwitch("event_id", "Bodies have the call's webhook-id as event_id, too.").in([](Scope s) -> bool& {
            return s.vhost.hooks.calls.tellsEventId;
        }),
        urls("on_hls", "Told when a segment of HLS is complete.")
            .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onHls; })
            .shown("http://127.0.0.1:8085/api/v1/hls"),
        text("on_hls_notify", "",
             "Fetched then: with [server_id], [service_id], [app], [stream], [param] and [ts_url].")
            .in([](Scope s) -> std::string& { return s.vhost.hooks.onHlsNotify; })
            .shown("http://127.0.0.1:8085/api/v1/hls/[server_id]/[app]/[stream]/[ts_url][param]"),
    },
    joined(kCallRows<[](Scope s) -> CallTerms& { return s.vhost.hooks.calls; }>,
           hookPolicyRows<[](Scope s) -> HookPolicy& { return s.vhost.hooks.policy; }>()));

constexpr std::array kMethods = {Choice{"POST", static_cast<int>(HttpMethod::Post)},
                                 Choice{"GET", static_cast<int>(HttpMethod::Get)}};

constexpr ChoiceField kMethod = {
    [](Scope s) { return static_cast<int>(s.its<NotifyConfig>().method); },
    [](Scope s, int value) { s.its<NotifyConfig>().method = static_cast<HttpMethod>(value); }};

constexpr auto kProtocolNames = [] {
    std::array<Choice, kProtocols.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kProtocols[i].name, static_cast<int>(i)};
    return names;
}();

constexpr std::array kHttpNotify = joined(
    std::array{
        offSwitch("enabled", "Ask this backend. Off: the block is as good as not there.").in([](Scope s) -> bool& {
            return s.its<NotifyConfig>().enabled;
        }),
        urls("on_connect", "Asked when a client connects.")
            .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onConnect; })
            .shown("http://127.0.0.1:8085/notify/connect"),
        urls("on_publish", "Asked when a client wants to publish a stream.")
            .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onPublish; })
            .shown("http://127.0.0.1:8085/notify/publish"),
        urls("on_play", "Asked when a client wants to play a stream.")
            .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onPlay; })
            .shown("http://127.0.0.1:8085/notify/play"),
        urls("on_done", "Told when publishing or playing has ended.")
            .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onDone; })
            .shown("http://127.0.0.1:8085/notify/done"),
        choice("notify_method", "POST", "POST sends the fields as the body, GET as the URL's query.")
            .onlyOneOf(kMethods)
            .in(kMethod),
        words("protocols", "", "Whose clients it asks about: rtmp, rtsp, srt, httpflv, hls; without it those of all.")
            .onlyOneOf(kProtocolNames)
            .in([](Scope s) -> std::vector<Protocol>& { return s.its<NotifyConfig>().protocols; })
            .shown("rtsp"),
        urls("on_update", "Told what a publisher or player has sent and got so far, each update_interval.")
            .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onUpdate; })
            .shown("http://127.0.0.1:8085/notify/update"),
        decimal("update_interval", "30", "s",
                "The time from one on_update of a client to the next; fractions are allowed.")
            .within(0.1, 86400)
            .in([](Scope s) -> Int64& { return s.its<NotifyConfig>().updateIntervalMs; }),
        decimal("timeout", "30", "s", "A call that takes longer has failed; fractions are allowed.")
            .within(0.001, 3600)
            .in([](Scope s) -> Int64& { return s.its<NotifyConfig>().calls.timeoutMs; }),
    },
    joined(kCallRows<[](Scope s) -> CallTerms& { return s.its<NotifyConfig>().calls; }>,
           hookPolicyRows<[](Scope s) -> HookPolicy& { return s.its<NotifyConfig>().policy; }>()));

constexpr std::array kSections = {
    Section{.context = "vhost.http_hooks", .rows = kHttpHooks, .guards = true},
    Section{.context = "vhost.http_notify", .rows = kHttpNotify, .environment = false, .guards = true},
};

} // namespace

std::span<const Section> hookSections() {
    return kSections;
}

} // namespace hookcast::config
