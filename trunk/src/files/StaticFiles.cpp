#include "files/StaticFiles.h"

#include "config/HostNames.h"

#include "files/FileTransfer.h"
#include "net/EndReasons.h"

#include <algorithm>
#include <utility>

namespace hookcast::files {

namespace {

constexpr const char* kVhostVariable = "[vhost]";

/// What stands in a whole URL between the slashes and the port.
std::string hostOf(std::string_view url) {
    url.remove_prefix(std::min(url.find("://") + 3, url.size()));
    url = url.substr(0, url.find_first_of("/?"));
    const std::size_t bracket = url.rfind(']');
    const std::size_t colon = url.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return std::string(url.substr(0, colon));
}

/// The path as the client wrote it.
std::string_view rawPathOf(std::string_view url) {
    url = http::withoutQuery(url);
    return url.substr(std::min(url.find('/', url.find("://") + 3), url.size()));
}

} // namespace

void StaticFiles::apply(const std::shared_ptr<const config::Config>& config) {
    auto table = std::make_shared<Table>();
    table->config = config;
    std::vector<Mount>& mounts = table->mounts;
    for (const auto& vhost : config->vhosts)
        if (vhost->httpStatic.enabled) mounts.push_back(mountOf(vhost));
    std::ranges::stable_sort(mounts, std::ranges::greater(), [](const Mount& mount) { return mount.prefix.size(); });
    mounts.push_back({nullptr, "", "/", config->http.dir});
    const std::lock_guard lock(mutex_);
    table->recordings =
        std::make_shared<const RecordedFiles>(*table->config, table_ == nullptr ? nullptr : table_->recordings.get());
    table_ = std::move(table);
}

std::shared_ptr<const StaticFiles::Table> StaticFiles::table() const {
    const std::lock_guard lock(mutex_);
    return table_;
}

StaticFiles::Mount StaticFiles::mountOf(const std::shared_ptr<const config::VhostConfig>& vhost) {
    const std::string& text = vhost->httpStatic.mount;
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string prefix = text.substr(slash);
    if (!prefix.ends_with('/')) prefix += '/';
    return {vhost, text.substr(0, slash), std::move(prefix), vhost->httpStatic.dir};
}

bool StaticFiles::Mount::isFor(const std::string& askedHost, const config::VhostConfig* asked,
                               const std::string& path) const {
    // Without its last slash a mount's own path is a folder like any other.
    if (!path.starts_with(prefix) && path + "/" != prefix) return false;
    if (host.empty()) return true;
    return host == kVhostVariable ? vhost.get() == asked : config::sameHost(host, askedHost);
}

std::optional<std::string> StaticFiles::handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                               http::HttpPort& port) {
    if (request.method() != http::RequestHead::kGet && request.method() != http::RequestHead::kHead)
        return "files can be read only";
    const std::string host = hostOf(target.url);
    const std::shared_ptr<const Table> table = this->table();
    const auto asked = table->config->findVhost(host);
    if (asked != nullptr && !asked->enabled) return net::kVhostDisabled;
    const auto mount = std::ranges::find_if(
        table->mounts, [&](const Mount& one) { return one.isFor(host, asked.get(), target.path); });
    if (mount == table->mounts.end()) return "no such file";
    FileTransfer::Source source;
    source.folder = mount->folder;
    source.redirect = std::string(rawPathOf(target.url)) + "/";
    if (target.path.size() < mount->prefix.size()) {
        http::HttpResponse response = http::textResponse(301, "a folder");
        response.fields = {{"Location", source.redirect}};
        port.respond(response, {});
        return std::nullopt;
    }
    source.path = target.path.substr(mount->prefix.size());
    source.recordings = table->recordings;
    FileGate::Wish visit{target.url, target.query, request.field("Referer")};
    port.run(std::make_unique<FileTransfer>(services_, disk_, std::move(source), FileWish(request), std::move(visit),
                                            table->config->limits.idleTimeoutMs, port));
    return std::nullopt;
}

} // namespace hookcast::files
