#include "control/Api.h"

#include "control/ApiGate.h"
#include "control/JsonText.h"
#include "http/HttpStatus.h"

#include <Poco/String.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hookcast::control {

namespace {

constexpr std::size_t kCallbackLength = 64;
constexpr const char* kJson = "application/json";
constexpr const char* kScript = "text/javascript";
constexpr const char* kNotHere = "the control interface has no such path";
constexpr std::string_view kRoot = "/api";
constexpr const char* kRawPath = "/api/v1/raw";

/// A name in JavaScript, dots allowed: anything else could be a script of its own.
bool isCallback(std::string_view name) {
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
               c == '.';
    };
    return name.size() <= kCallbackLength && std::ranges::all_of(name, isAllowed);
}

http::HttpResponse jsonResponse(const ApiQuery& query, const Json& json) {
    http::HttpResponse response;
    const std::string callback = query.parameter("callback");
    response.contentType = callback.empty() ? kJson : kScript;
    response.body = callback.empty() ? jsonText(json) : callback + "(" + scriptText(json) + ")";
    return response;
}

} // namespace

Api::Api(ApiContext context, net::Loop& loop)
    : context_(std::move(context)), loop_(loop), streamPages_(context_), kickPages_(context_), clusterPages_(context_),
      hookPages_(context_), eventPages_(context_), listenerPages_(context_), metricsPage_(context_),
      programPages_(context_), recordingPages_(context_), systemPages_(context_), sampleTimer_(loop),
      worker_(std::make_shared<base::WorkerThread>(context_.services.log, "api")) {
    addEndpoints();
    loop_.post([this] { sampleLater(); });
}

Api::~Api() {
    stop();
}

void Api::stop() {
    if (worker_ == nullptr) return;
    loop_.runAndWait([this] { sampleTimer_.cancel(); });
    worker_.reset();
}

void Api::addEndpoints() {
    const auto page = [](const auto& pages, auto member) {
        return [&pages, member](const ApiQuery& query, const Census& census) { return (pages.*member)(query, census); };
    };
    const auto add = [this](const char* path, bool takesId, std::vector<std::string> methods, const char* help,
                            std::function<ApiAnswer(const ApiQuery&, const Census&)> answer) {
        endpoints_.push_back({path, takesId, std::move(methods), help, std::move(answer)});
    };
    add("/api/v1/versions", false, {"GET"}, "the server's version", page(programPages_, &ProgramPages::versions));
    add("/api/v1/summaries", false, {"GET"}, "process and machine at a glance",
        page(systemPages_, &SystemPages::summaries));
    add("/api/v1/rusages", false, {"GET"}, "getrusage() of the process", page(systemPages_, &SystemPages::rusages));
    add("/api/v1/self_proc_stats", false, {"GET"}, "/proc/self/stat", page(systemPages_, &SystemPages::selfProcStats));
    add("/api/v1/system_proc_stats", false, {"GET"}, "/proc/stat", page(systemPages_, &SystemPages::systemProcStats));
    add("/api/v1/meminfos", false, {"GET"}, "/proc/meminfo", page(systemPages_, &SystemPages::meminfos));
    add("/api/v1/authors", false, {"GET"}, "license and authors", page(programPages_, &ProgramPages::authors));
    add("/api/v1/features", false, {"GET"}, "what this server does", page(programPages_, &ProgramPages::features));
    add("/api/v1/clusters", false, {"GET"}, "the cluster as this node knows it: nodes, captures, streams, pulls",
        page(clusterPages_, &ClusterPages::clusters));
    add(kRawPath, false, {"GET", "POST"}, "rpc=raw, rpc=reload, rpc=reload-fetch",
        page(systemPages_, &SystemPages::raw));
    add("/api/v1/vhosts", true, {"GET"}, "vhosts", page(streamPages_, &StreamPages::vhosts));
    add("/api/v1/streams", true, {"GET", "DELETE"}, "streams; DELETE closes all who publish or play one",
        [this](const ApiQuery& query, const Census& census) {
            return query.method == "DELETE" ? kickPages_.kickStream(query) : streamPages_.streams(query, census);
        });
    add("/api/v1/clients", true, {"GET", "DELETE"}, "clients; DELETE closes one",
        [this](const ApiQuery& query, const Census& census) {
            return query.method == "DELETE" ? kickPages_.kickClient(query) : streamPages_.clients(query, census);
        });
    endpoints_.back().looksAtClient = true;
    add("/api/v1/streams", true, {"GET"}, "a picture of one, as JPEG",
        page(recordingPages_, &RecordingPages::snapshot));
    endpoints_.back().behindId = "/snapshot.jpg";
    add("/api/v1/recordings", false, {"GET"}, "what is recorded of streams, and where it is played",
        page(recordingPages_, &RecordingPages::recordings));
    add("/api/v1/hooks", false, {"GET"}, "what hook calls came to, per URL", page(hookPages_, &HookPages::hooks));
    add("/api/v1/verdicts", false, {"DELETE"}, "DELETE forgets the verdicts that are kept",
        [this](const ApiQuery& query, const Census&) { return hookPages_.verdicts(query); });
    add("/api/v1/webhooks", false, {"GET"}, "what event webhooks came to", page(hookPages_, &HookPages::webhooks));
    add("/api/v1/events", false, {"GET"}, "what backends were told, and have still to be",
        page(eventPages_, &EventPages::events));
    add("/api/v1/events/replay", false, {"POST"}, "tells a range of them again",
        page(eventPages_, &EventPages::replay));
    add("/api/v1/listeners", false, {"GET"}, "what TLS and HTTP/2 came to, per kind of listener",
        page(listenerPages_, &ListenerPages::listeners));
    add("/metrics", false, {"GET"}, "figures for Prometheus",
        [this](const ApiQuery& query, const Census& census) { return metricsPage_.metrics(query, census); });
}

std::optional<std::string> Api::handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                       http::HttpPort& port) {
    ApiQuery query = ApiQuery::of(request, target);
    const bool isIndex = query.path == "/" || query.path == kRoot || query.path == "/api/v1";
    const Endpoint* endpoint = isIndex ? nullptr : find(query);
    if (!isIndex && endpoint == nullptr) return kNotHere;
    const auto config = context_.services.config.get();
    if (!hasSecret(query.authorization, config->api)) {
        refuseWithoutSecret(config->api, port);
        return std::nullopt;
    }
    // As SRS's console does it, which can only GET.
    if (query.method == "GET" && !query.parameter("method").empty())
        query.method = Poco::toUpper(query.parameter("method"));
    const bool isChange = changes(endpoint, query);
    if (const auto refusal = refusalOfPage(request, query, isChange, *config)) {
        port.respond(http::textResponse(refusal->status, refusal->reason), refusal->reason);
        return std::nullopt;
    }
    const bool isRead = query.method == "GET" || query.method == "HEAD";
    const bool isAllowed =
        isIndex ? isRead : std::ranges::count(endpoint->methods, query.method == "HEAD" ? "GET" : query.method) > 0;
    if (!isAllowed) {
        http::HttpResponse response = http::textResponse(http::kMethodNotAllowed, "not a method of this path");
        response.fields = {{"Allow", "GET, HEAD, OPTIONS, POST, DELETE"}};
        port.respond(response, "not a method of this path");
        return std::nullopt;
    }
    if (!isCallback(query.parameter("callback"))) {
        constexpr const char* kWrong = "callback must be the name of a function";
        port.respond(http::textResponse(http::kBadRequest, kWrong), kWrong);
        return std::nullopt;
    }
    if (isIndex) {
        port.respond(index(query), {});
        return std::nullopt;
    }
    const auto write = [this, endpoint, query](const Census& census, const ApiCall::OnResponse& onResponse) {
        respond(endpoint->answer(query, census), query, onResponse);
    };
    const std::string meant = endpoint->looksAtClient && !isChange ? query.id : std::string();
    port.run(std::make_unique<ApiCall>(context_.services.clients, worker_, meant, write, port));
    return std::nullopt;
}

void Api::refuseWithoutSecret(const config::HttpApiConfig& config, http::HttpPort& port) {
    const bool wantsToken = config.scheme == config::HttpApiConfig::Scheme::Bearer;
    const std::string reason =
        wantsToken ? "the control interface wants a token" : "the control interface wants a name and a password";
    http::HttpResponse response = http::textResponse(http::kUnauthorized, reason);
    response.fields = {{"WWW-Authenticate", wantsToken ? "Bearer" : "Basic realm=\"hookcast\""}};
    port.respond(response, reason);
}

/// Whether it is more than a question: every method but those of questions, and the commands of the raw interface.
bool Api::changes(const Endpoint* endpoint, const ApiQuery& query) {
    if (endpoint != nullptr && endpoint->path == kRawPath) return SystemPages::isCommand(query);
    return query.method != "GET" && query.method != "HEAD";
}

/// And what stands behind its path, into the query.
const Api::Endpoint* Api::find(ApiQuery& query) const {
    for (const Endpoint& endpoint : endpoints_) {
        if (query.path == endpoint.path && endpoint.behindId.empty()) return &endpoint;
        if (!endpoint.takesId || !query.path.starts_with(endpoint.path + "/")) continue;
        query.id = query.path.substr(endpoint.path.size() + 1);
        if (!query.id.ends_with(endpoint.behindId)) continue;
        query.id.resize(query.id.size() - endpoint.behindId.size());
        if (query.id.find('/') == std::string::npos) return &endpoint;
    }
    return nullptr;
}

void Api::summaries(std::function<void(std::string)> onText) {
    visits::takeCensus(context_.services.clients.all(),
                       [this, worker = std::weak_ptr(worker_),
                        onText = std::move(onText)](std::vector<visits::ClientFigures> clients) {
                           const auto alive = worker.lock();
                           if (alive == nullptr) return;
                           alive->post([this, onText, census = Census{std::move(clients), {}}] {
                               onText(jsonText(systemPages_.summaries({}, census).fields));
                           });
                       });
}

void Api::respond(ApiAnswer answer, const ApiQuery& query, const ApiCall::OnResponse& onResponse) const {
    if (answer.later) {
        // While the interface's thread lives, so does the interface.
        answer.later([this, worker = std::weak_ptr(worker_), query, onResponse](std::function<ApiAnswer()> write) {
            const auto alive = worker.lock();
            if (alive == nullptr) return;
            alive->post([this, query, onResponse, write = std::move(write)] {
                ApiCall::answer([&] { respond(write(), query, onResponse); }, onResponse);
            });
        });
        return;
    }
    http::HttpResponse response;
    if (answer.text.empty()) {
        Json json = envelope(answer.code);
        for (const std::string& name : answer.fields.getNames()) json.set(name, answer.fields.get(name));
        response = jsonResponse(query, json);
    } else {
        response.status = answer.status;
        response.contentType = answer.contentType;
        response.body = std::move(answer.text);
    }
    const std::string refusal = response.status == 200 ? std::string() : response.body;
    onResponse(std::move(response), refusal);
}

/// The paths below that of the query, as SRS lists them.
http::HttpResponse Api::index(const ApiQuery& query) const {
    const std::string& path = query.path;
    Json urls = orderedJson();
    if (path == "/") {
        urls.set("api", "the api root");
        urls.set("metrics", "figures for Prometheus");
    } else if (path == kRoot) {
        urls.set("v1", "the api version 1.0");
    } else {
        for (const Endpoint& endpoint : endpoints_)
            if (endpoint.path.starts_with("/api/v1/") && endpoint.behindId.empty())
                urls.set(endpoint.path.substr(8), endpoint.help);
    }
    Json json = envelope(ApiAnswer::kOk);
    json.set("urls", urls);
    return jsonResponse(query, json);
}

Json Api::envelope(int code) const {
    Json json = orderedJson();
    json.set("code", code);
    json.set("server", context_.identity.serverId());
    json.set("service", context_.identity.serviceId());
    json.set("pid", std::to_string(::getpid()));
    return json;
}

/// So that rates have a past to look back at.
void Api::sampleLater() {
    sampleTimer_.runAfter(base::RateMeter::kSampleMs, [this] {
        if (context_.services.config.get()->apiServer.enabled)
            visits::takeCensus(context_.services.clients.all(), [](const auto&) {});
        worker_->post([this] { systemPages_.sample(); });
        sampleLater();
    });
}

} // namespace hookcast::control
