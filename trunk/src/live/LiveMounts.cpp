#include "live/LiveMounts.h"

#include "config/HostNames.h"
#include "config/LiveMountText.h"
#include "http/HttpStatus.h"
#include "hub/StreamName.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace hookcast::live {

namespace {

constexpr const char* kVhostVariable = "[vhost]";
constexpr const char* kNotHere = "no stream has this path";

/// The path's directory: for HTTP what a tcUrl is for RTMP.
std::string directoryOf(std::string_view url) {
    const std::string_view path = http::withoutQuery(url);
    return std::string(path.substr(0, path.rfind('/')));
}

void refuse(http::HttpPort& port, int status, const std::string& reason, http::HttpResponse::Fields fields = {}) {
    http::HttpResponse response = http::textResponse(status, reason);
    response.fields = std::move(fields);
    port.respond(response, reason);
}

} // namespace

LiveMounts::LiveMounts(visits::Services& services, std::shared_ptr<const config::Config> config) : services_(services) {
    apply(std::move(config));
}

base::Task LiveMounts::prepare(std::shared_ptr<const config::Config> config) {
    auto table = std::make_shared<Table>();
    for (const auto& vhost : config->vhosts) {
        if (!vhost->httpRemux.enabled) continue;
        for (const std::string& text : vhost->httpRemux.mounts) {
            if (!config::namesAStream(text)) continue; // the configuration's checks have said so
            base::Result<LiveMount> mount = LiveMount::parse(text);
            if (!mount) throw std::runtime_error("mount " + text + ": " + mount.error().message);
            const LiveFormat* format = formats_.find(mount.value().extension());
            if (format != nullptr) table->entries.push_back({vhost, mount.take(), format});
        }
    }
    table->config = std::move(config);
    return [this, table = std::move(table)] {
        const std::lock_guard lock(mutex_);
        table_ = table;
    };
}

std::shared_ptr<const LiveMounts::Table> LiveMounts::table() const {
    const std::lock_guard lock(mutex_);
    return table_;
}

std::optional<std::string> LiveMounts::handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                              http::HttpPort& port) {
    base::Result<LivePlayer::Wanted> found = find(target);
    if (!found) return found.error().message;
    // There may be a file of this name: a recording.
    if (services_.streams.headers(found.value().key()) == nullptr) return net::kNobodyPublishes;
    serve(request, found.take(), port);
    return std::nullopt;
}

std::optional<std::string> LiveMounts::Unpublished::handle(const http::HttpRequest& request,
                                                           const http::RequestTarget& target, http::HttpPort& port) {
    base::Result<LivePlayer::Wanted> found = mounts_.find(target);
    if (!found) return found.error().message;
    mounts_.serve(request, found.take(), port);
    return std::nullopt;
}

void LiveMounts::serve(const http::HttpRequest& request, LivePlayer::Wanted wanted, http::HttpPort& port) const {
    const bool isHead = request.method() == http::RequestHead::kHead;
    if (!isHead && request.method() != http::RequestHead::kGet) {
        refuse(port, http::kMethodNotAllowed, "a stream can be read only", {{"Allow", "GET, HEAD, OPTIONS"}});
        return;
    }
    if (wanted.url.size() > services_.config.get()->limits.urlBytes) {
        refuse(port, http::kUriTooLong, net::kUrlTooLong);
        return;
    }
    if (isHead) {
        // No media, so no question to the backends; nor does the answer tell whether there is any.
        port.respond(liveResponse(*wanted.format), {});
        return;
    }
    play(request, std::move(wanted), port);
}

base::Result<LivePlayer::Wanted> LiveMounts::find(const http::RequestTarget& target) const {
    const base::Result<hub::StreamUrl> url = hub::parseStreamUrl(target.url, hub::PathEncoding::Percent);
    if (!url) return base::Error{kNotHere};
    const std::string path = "/" + url.value().app + "/" + url.value().stream;
    const std::shared_ptr<const Table> table = this->table();
    const auto asked = table->config->findVhost(url.value().vhost);
    // Those of the vhost that was asked for come first, then those that any host may ask for.
    for (const bool ofAskedVhost : {true, false}) {
        for (const Entry& entry : table->entries) {
            if ((entry.vhost == asked) != ofAskedVhost || !takesHost(entry, url.value().vhost, ofAskedVhost)) continue;
            std::optional<LiveMount::Match> match = entry.mount.match(path);
            if (!match) continue;
            if (!entry.vhost->enabled) return base::Error{net::kVhostDisabled};
            LivePlayer::Wanted wanted;
            wanted.vhost = entry.vhost;
            wanted.app = std::move(match->app);
            wanted.stream = std::move(match->stream);
            wanted.format = entry.format;
            wanted.url = target.url;
            wanted.tcUrl = directoryOf(target.url);
            wanted.param = target.query;
            wanted.waitMs = entry.vhost->play.waitStreamMs;
            return wanted;
        }
    }
    return base::Error{kNotHere};
}

/// SRS: `[vhost]` in a mount is the host of the URL, or none where the vhost is the default one; a mount without it
/// takes every host.
bool LiveMounts::takesHost(const Entry& entry, const std::string& asked, bool isAskedVhost) {
    const std::string& host = entry.mount.host();
    if (host.empty()) return true;
    return host == kVhostVariable ? isAskedVhost : config::sameHost(host, asked);
}

void LiveMounts::play(const http::HttpRequest& request, LivePlayer::Wanted wanted, http::HttpPort& port) const {
    if (http::wantsWebSocket(request)) {
        if (request.field("Sec-WebSocket-Version") != http::kWebSocketVersion) {
            refuse(port, http::kUpgradeRequired, "WebSocket version 13 is spoken here",
                   {{"Sec-WebSocket-Version", http::kWebSocketVersion}});
            return;
        }
        base::Result<std::string> accept = http::webSocketAccept(request);
        if (!accept) {
            refuse(port, http::kBadRequest, accept.error().message);
            return;
        }
        wanted.webSocketAccept = accept.take();
        wanted.webSocketProtocol = http::webSocketProtocol(request);
    }
    // A browser names the page of a WebSocket by its origin only.
    wanted.pageUrl = request.field(request.head.has("Referer") ? "Referer" : "Origin");
    port.run(std::make_unique<LivePlayer>(services_, services_.config.get()->limits, std::move(wanted), port));
}

} // namespace hookcast::live
