#include "hls/Handler.h"

#include "config/HlsFiles.h"
#include "hls/NamePattern.h"
#include "hls/PlaylistExchange.h"
#include "hls/Query.h"
#include "hls/SegmentExchange.h"
#include "http/HttpStatus.h"
#include "hub/StreamName.h"
#include "net/EndReasons.h"

#include <utility>

namespace hookcast::hls {

namespace {

constexpr const char* kNotHere = "no stream has this path";

/// Stands for the application of paths that have none, which the vhost is asked of all the same.
constexpr std::string_view kNoApp = "-";

/// What a whole URL has between its host and its query.
std::string rawPathOf(std::string_view url) {
    const std::string_view whole = http::withoutQuery(url);
    const std::size_t path = whole.find('/', whole.find("://") + 3);
    return path == std::string_view::npos ? "/" : std::string(whole.substr(path));
}

bool isServed(const config::VhostConfig& vhost) {
    return vhost.hls.enabled || vhost.dash.enabled;
}

} // namespace

std::optional<std::string> Handler::serve(const http::HttpRequest& request, const http::RequestTarget& target,
                                          http::HttpPort& port, bool isLast) {
    const base::Result<hub::StreamUrl> url = hub::parseStreamUrl(target.url, hub::PathEncoding::Percent, kNoApp);
    const base::Result<hooks::StreamPath> path = hooks::readStreamPath(target.path);
    if (!url || !path) return kNotHere;
    const std::shared_ptr<const config::Config> config = context_.services.config.get();
    Asked asked{request, target, port, config->findVhost(url.value().vhost), {}, {}, {}, false, isLast};
    asked.path = path.value().app.empty() ? path.value().stream : path.value().app + "/" + path.value().stream;
    asked.isHead = request.method() == http::RequestHead::kHead;
    asked.token = Query(target.query).find(Query::kToken);
    const ViewerPassPtr its = asked.token ? context_.viewers.find(*asked.token) : nullptr;
    // Where a token is, it tells the vhost, too: URLs in a playlist are without its name.
    if (its != nullptr) asked.vhost = config->findVhost(its->key().vhost);
    if (asked.vhost == nullptr || !isServed(*asked.vhost)) return std::string();
    if (!asked.vhost->enabled) return net::kVhostDisabled;
    const bool isBound = asked.vhost->hls.ctxBind;
    if (its != nullptr && its->key().vhost == asked.vhost->name && (!isBound || its->ip() == port.caller().ip))
        asked.pass = its;

    const auto named = streamNamedBy(asked);
    return named ? servePlaylist(asked, {asked.vhost->name, named->app, named->stream}) : serveNamed(asked);
}

/// The stream whose playlist or manifest has this path.
std::optional<hooks::StreamPath> Handler::streamNamedBy(Asked& asked) {
    const config::VhostConfig& vhost = *asked.vhost;
    if (vhost.dash.enabled) {
        auto named = NamePattern(vhost.dash.manifestFile, vhost.name).match(asked.path);
        asked.isManifest = named.has_value();
        if (named) return named;
    }
    return vhost.hls.enabled ? NamePattern(vhost.hls.playlistFile, vhost.name).match(asked.path) : std::nullopt;
}

std::optional<std::string> Handler::servePlaylist(const Asked& asked, const hooks::StreamKey& key) {
    const config::HlsConfig& hls = asked.vhost->hls;
    const bool isThere = context_.streams.find(key) != nullptr || context_.services.streams.headers(key) != nullptr;
    if (!asked.token && !asked.isLast && !isThere) return net::kNobodyPublishes;
    if (!asked.isHead && asked.request.method() != http::RequestHead::kGet) {
        http::HttpResponse response = http::textResponse(http::kMethodNotAllowed, "a stream can be read only");
        response.fields = {{"Allow", "GET, HEAD, OPTIONS"}};
        asked.port.respond(response, "a stream can be read only");
        return std::nullopt;
    }
    if (asked.target.url.size() > context_.services.config.get()->limits.urlBytes) {
        asked.port.respond(http::textResponse(http::kUriTooLong, net::kUrlTooLong), net::kUrlTooLong);
        return std::nullopt;
    }
    if (asked.token) {
        if (asked.pass == nullptr || asked.pass->key() != key)
            deny(asked, "not this viewer's token");
        else
            runPlaylist(asked, key, asked.pass, false);
        return std::nullopt;
    }
    if (asked.isHead) {
        // Nothing of the stream, so no question to the backends; nor does the answer tell whether there is one.
        http::HttpResponse response;
        response.contentType = asked.isManifest ? PlaylistExchange::kManifestType : PlaylistExchange::kPlaylistType;
        asked.port.respond(response, {});
        return std::nullopt;
    }
    const bool givesToken = hls.ctx && !hls.cdn;
    ViewerPassPtr pass = givesToken || hls.cdn ? nullptr : context_.viewers.find(identityOf(asked, key));
    if (pass == nullptr || pass->state() == ViewerPass::State::Ended) {
        base::Result<ViewerPassPtr> opened = open(asked, key, givesToken);
        if (!opened) {
            asked.port.respond(http::textResponse(http::kUnavailable, "too many viewers"), opened.error().message);
            return std::nullopt;
        }
        pass = std::move(opened.value());
    }
    runPlaylist(asked, key, std::move(pass), givesToken);
    return std::nullopt;
}

/// What a playlist lists, or something else's path.
std::optional<std::string> Handler::serveNamed(const Asked& asked) {
    const config::HlsConfig& hls = asked.vhost->hls;
    const Catalogue::Item item = context_.streams.catalogue().find(asked.vhost->name, asked.path);
    const bool isKnown = item.stream != nullptr;
    if (!isKnown && ((!asked.token && !asked.isLast) || !couldBeNamed(asked))) return std::string();
    if (!asked.isHead && asked.request.method() != http::RequestHead::kGet) return std::string();
    if (asked.token) {
        // Another stream's is nothing to him, as what is not there.
        if (asked.pass != nullptr)
            runSegment(asked, asked.pass, false);
        else
            deny(asked, "not this viewer's token");
        return std::nullopt;
    }
    if (hls.cdn && isKnown) {
        // What caches keep is there for all; what decrypts it is not.
        if (item.key == nullptr)
            runSegment(asked, nullptr, false);
        else if (base::Result<ViewerPassPtr> pass = open(asked, item.stream->key(), false))
            runSegment(asked, std::move(pass.value()), true);
        else
            deny(asked, pass.error().message);
        return std::nullopt;
    }
    ViewerPassPtr pass;
    if (isKnown && !(hls.ctx && hls.tsCtx)) pass = context_.viewers.findAny(identityOf(asked, item.stream->key()));
    if (pass == nullptr)
        deny(asked, "a segment without a viewer's token");
    else
        runSegment(asked, std::move(pass), false);
    return std::nullopt;
}

bool Handler::couldBeNamed(const Asked& asked) const {
    const config::HlsConfig& hls = asked.vhost->hls;
    // As segments are called, which tell their streams where the patterns do not.
    for (const std::string& pattern : {config::distinctPattern(hls.tsFile), config::distinctPattern(hls.fmp4File),
                                       config::tellingPattern(hls.initFile), config::distinctPattern(hls.keyFile)})
        if (NamePattern(pattern, asked.vhost->name).couldBe(asked.path)) return true;
    return false;
}

ViewerPass::Identity Handler::identityOf(const Asked& asked, const hooks::StreamKey& key) const {
    return {key, asked.port.caller().ip, asked.request.field("User-Agent"), Query(asked.target.query).own()};
}

/// An error: there are too many.
base::Result<ViewerPassPtr> Handler::open(const Asked& asked, const hooks::StreamKey& key, bool hasToken) const {
    const config::HlsConfig& hls = asked.vhost->hls;
    Viewer::Wanted wanted;
    wanted.vhost = asked.vhost;
    wanted.key = key;
    wanted.param = Query(asked.target.query).own();
    wanted.url = std::string(http::withoutQuery(asked.target.url)) + wanted.param;
    // Some browsers name the page of what a script fetches by its origin only.
    wanted.pageUrl = asked.request.field(asked.request.head.has("Referer") ? "Referer" : "Origin");
    wanted.ip = asked.port.caller().ip;
    // Segments that have no token are his by where he is.
    const bool isKnownByPlace = !hls.cdn && !(hasToken && hls.tsCtx);
    if (!isKnownByPlace) return context_.viewers.open(wanted, asked.port.loop(), hasToken);
    const ViewerPass::Identity identity = identityOf(asked, key);
    return context_.viewers.open(wanted, asked.port.loop(), hasToken, &identity);
}

/// Whether there is what was asked for is not this client's business.
void Handler::deny(const Asked& asked, const std::string& why) const {
    asked.port.session().setAdmitted(false);
    http::HttpResponse response = http::textResponse(http::kForbidden, Exchange::kNotAllowed);
    response.close = true;
    asked.port.respond(response, why);
}

Exchange::Caller Handler::callerOf(const Asked& asked, ViewerPassPtr pass, bool isForThis) const {
    Exchange::Caller caller;
    caller.pass = std::move(pass);
    caller.isForThis = isForThis;
    caller.isHead = asked.isHead;
    caller.timeoutMs = context_.services.config.get()->limits.idleTimeoutMs;
    return caller;
}

void Handler::runPlaylist(const Asked& asked, const hooks::StreamKey& key, ViewerPassPtr pass, bool isMaster) const {
    PlaylistExchange::Wanted wanted;
    wanted.vhost = asked.vhost;
    wanted.key = key;
    wanted.path = asked.path;
    wanted.rawPath = rawPathOf(asked.target.url);
    wanted.query = asked.target.query;
    wanted.isMaster = isMaster && !asked.isManifest; // a manifest has the token itself
    wanted.isManifest = asked.isManifest;
    const bool isForThis = asked.vhost->hls.cdn;
    asked.port.run(std::make_unique<PlaylistExchange>(context_, callerOf(asked, std::move(pass), isForThis),
                                                      std::move(wanted), asked.port));
}

void Handler::runSegment(const Asked& asked, ViewerPassPtr pass, bool isForThis) const {
    SegmentExchange::Wanted wanted;
    wanted.vhost = asked.vhost;
    wanted.path = asked.path;
    wanted.query = asked.target.query;
    wanted.range = asked.request.field("Range");
    wanted.mayWait = asked.token.has_value();
    asked.port.run(std::make_unique<SegmentExchange>(context_, callerOf(asked, std::move(pass), isForThis),
                                                     std::move(wanted), asked.port));
}

} // namespace hookcast::hls
