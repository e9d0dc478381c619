#include "config/ConfigBuilder.h"

#include "config/Addresses.h"
#include "config/EventNames.h"
#include "config/ExecText.h"
#include "config/HostNames.h"
#include "config/InputBuilder.h"
#include "config/LiveMountText.h"
#include "config/ProgramsWithoutRtmp.h"
#include "config/ServedRecordings.h"
#include "config/Words.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::string_view kVhost = "vhost";
constexpr std::string_view kNotify = "http_notify";
constexpr std::string_view kWebhook = "webhook";
constexpr std::uint16_t kDefaultRtmpPort = 1935;
constexpr std::uint16_t kDefaultRtspPort = 554;
constexpr std::uint16_t kDefaultHttpPort = 8080;
constexpr std::uint16_t kDefaultApiPort = 1985;

/// A server that is on listens at its usual port, unless it is told where.
void assumeListen(std::vector<ListenAddress>& listen, std::uint16_t port) {
    if (listen.empty()) listen.push_back({{}, port, fmt::format("listen {}", port), {"default", 0, 0}});
}
constexpr std::uint16_t kDefaultSrtPort = 10080;

} // namespace

std::shared_ptr<const Config> ConfigBuilder::build(const Directive& root) {
    auto config = std::make_shared<Config>();
    const Section* section = findSection("");
    VhostConfig unused;
    if (section != nullptr) fill({*config, unused}, *section, root);
    if (!config->rtmpEnabled)
        config->rtmpListen.clear();
    else if (config->rtmpListen.empty() && !findings_.hasErrors()) {
        findings_.warning({root.location.file, 0, 0},
                          fmt::format("no address to listen on, 'listen {}' is assumed", kDefaultRtmpPort));
        config->rtmpListen.push_back(
            {{}, kDefaultRtmpPort, fmt::format("listen {}", kDefaultRtmpPort), {"default", 0, 0}});
    }
    if (config->rtsp.enabled) assumeListen(config->rtsp.listen, kDefaultRtspPort);
    settleSrt(config->srt, root);
    if (config->http.enabled) assumeListen(config->http.listen, kDefaultHttpPort);
    if (config->apiServer.enabled) assumeListen(config->apiServer.listen, kDefaultApiPort);
    const bool isReachable = config->rtmpEnabled || config->rtsp.enabled || config->srt.enabled || config->http.enabled;
    if (!isReachable) findings_.warning({root.location.file, 0, 0}, "no server is enabled: nobody can publish or play");
    settleHeartbeat(config->heartbeat, root);
    checkApiAuth(config->api, root);
    addWebhooks(*config, root);
    addVhosts(*config, root);
    if (!findings_.hasErrors()) warnOfServedRecordings(*config, root, findings_);
    if (!findings_.hasErrors()) warnOfProgramsWithoutRtmp(*config, root, findings_);
    return config;
}

void ConfigBuilder::fill(Scope scope, const Section& section, const Directive& block) {
    using Tolerance = ValueReader::Tolerance;
    for (const DirectiveRow& row : section.rows) {
        if (row.status != Status::Works || !row.movedTo.empty()) continue;
        const Tolerance tolerance = guards(section, row) ? Tolerance::None : Tolerance::AsSrs;
        if (row.isList())
            for (const Directive& child : block.children)
                if (child.name == row.name) values_.read(row, child, scope, tolerance);
        if (row.repeatable) continue;
        const Directive* directive = block.find(row.name);
        if (directive == nullptr) continue;
        const Section* contents = childSection(section, row);
        if (contents != nullptr)
            fill(scope, *contents, *directive);
        else
            values_.read(row, *directive, scope, tolerance);
    }
}

/// What depends on more than one directive, and what libsrt would refuse at the first connection.
void ConfigBuilder::settleSrt(SrtServerConfig& srt, const Directive& root) {
    const Directive* block = root.find("srt_server");
    if (block == nullptr) return;
    if (srt.enabled && srt.listen.empty())
        srt.listen.push_back({{}, kDefaultSrtPort, fmt::format("listen {}", kDefaultSrtPort), {"default", 0, 0}});
    if (block->find("latency") != nullptr) {
        if (block->find("recvlatency") == nullptr) srt.receiveLatencyMs = srt.latencyMs;
        if (block->find("peerlatency") == nullptr) srt.peerLatencyMs = srt.latencyMs;
    }
    constexpr std::size_t kLeastSecret = 10;
    constexpr std::size_t kMostSecret = 79;
    const std::size_t length = srt.passphrase.size();
    if (length > 0 && (length < kLeastSecret || length > kMostSecret))
        findings_.error(
            block->find("passphrase")->location,
            fmt::format("'passphrase': {} characters, expected {} to {}", length, kLeastSecret, kMostSecret));
    constexpr std::uint32_t kHeaderBytes = 44; // of IP, UDP and SRT
    if (srt.payloadBytes + kHeaderBytes <= srt.mssBytes) return;
    const Directive* culprit = block->find("payloadsize") != nullptr ? block->find("payloadsize") : block->find("mss");
    findings_.error(culprit->location, fmt::format("'{}': packets of {} bytes (mss) have no room for {} bytes "
                                                   "(payloadsize) and {} of headers",
                                                   culprit->name, srt.mssBytes, srt.payloadBytes, kHeaderBytes));
}

/// As with webhooks, one that nobody could hear is no reason not to start; but a secret that is missing is.
void ConfigBuilder::settleHeartbeat(HeartbeatConfig& heartbeat, const Directive& root) {
    const Directive* block = root.find("heartbeat");
    if (block == nullptr || !heartbeat.enabled) return;
    if (heartbeat.authenticates && (!heartbeat.bearsToken || heartbeat.token.empty()))
        findings_.error(block->location, "heartbeat: 'auth' is enabled and wants 'type bearer' and a 'token'");
    const base::Result<void> checked = checkHookUrl(heartbeat.url);
    if (checked) return;
    findings_.warning(block->location, fmt::format("heartbeat: 'url': '{}': {}; none is sent",
                                                   base::withoutSecrets(heartbeat.url), checked.error().message));
    heartbeat.enabled = false;
}

void ConfigBuilder::checkApiAuth(const HttpApiConfig& api, const Directive& root) {
    const Directive* block = root.find("http_api");
    if (block == nullptr || !api.asksForSecret) return;
    const Directive* auth = block->find("auth");
    const SourceLocation& where = auth == nullptr ? block->location : auth->location;
    if (api.scheme == HttpApiConfig::Scheme::Bearer) {
        if (api.token.empty()) findings_.error(where, "http_api: 'auth' of 'type bearer' wants a 'token'");
    } else if (api.username.empty() || api.password.empty()) {
        findings_.error(where, "http_api: 'auth' is enabled and wants a 'username' and a 'password'");
    } else if (api.username.find(':') != std::string::npos) {
        findings_.error(where, "http_api: 'auth': nobody can send a 'username' that holds a colon");
    }
}

void ConfigBuilder::addWebhooks(Config& config, const Directive& root) {
    const Section* section = findSection(kWebhook);
    if (section == nullptr) return;
    for (const Directive& child : root.children)
        if (child.name == kWebhook) addWebhook(config, *section, child);
}

void ConfigBuilder::addWebhook(Config& config, const Section& section, const Directive& directive) {
    WebhookConfig webhook;
    VhostConfig unused;
    Scope scope{config, unused};
    scope.webhook = &webhook;
    fill(scope, section, directive);
    // One that says nothing, as in the reference, is none.
    if (webhook == WebhookConfig() || !isUsable(webhook, directive)) return;
    for (const std::string& name : webhook.events)
        if (!eventNamed(name))
            findings_.warning(
                directive.find("events")->location,
                fmt::format("there is no event '{}', nothing will be sent for it", base::printable(name)));
    webhook.batch = std::min(webhook.batch, webhook.queue);
    config.webhooks.push_back(std::move(webhook));
}

/// Nobody waits for an event's answer, so one that nobody hears is no reason not to start.
bool ConfigBuilder::isUsable(const WebhookConfig& webhook, const Directive& directive) {
    if (webhook.url.empty()) {
        findings_.warning(directive.location, "webhook has no 'url': no events are sent");
        return false;
    }
    const base::Result<void> checked = checkHookUrl(webhook.url);
    if (checked) return true;
    const Directive& url = *directive.find("url");
    findings_.warning(url.location, fmt::format("'{}': '{}': {}; no events are sent there", url.writtenName(),
                                                base::withoutSecrets(webhook.url), checked.error().message));
    return false;
}

void ConfigBuilder::addVhosts(Config& config, const Directive& root) {
    const Section* section = findSection(kVhost);
    if (section == nullptr) return;
    for (const Directive& child : root.children)
        if (child.name == kVhost) addVhost(config, *section, child);
    if (config.vhosts.empty() && !findings_.hasErrors())
        findings_.warning({root.location.file, 0, 0}, "no vhost: every client will be refused; 'vhost "
                                                      "__defaultVhost__ { }' serves every name");
}

void ConfigBuilder::addVhost(Config& config, const Section& section, const Directive& directive) {
    auto vhost = std::make_shared<VhostConfig>();
    vhost->name = directive.firstArg();
    if (vhost->name.empty()) return; // the check has said so; no client can ask for it
    if (!isWritable(vhost->name)) {
        findings_.error(directive.location, "vhost: the name cannot be written in a configuration");
        return;
    }
    const auto [earlier, isFirst] = vhostPlaces_.try_emplace(canonicalHost(vhost->name), directive.location);
    if (!isFirst) {
        findings_.error(directive.location,
                        fmt::format("'vhost {}' stands here twice, the first one is at {}; keep one",
                                    base::printable(vhost->name), earlier->second.text()));
        return;
    }
    vhost->chunkSizeBytes = config.chunkSizeBytes;
    fill({config, *vhost}, section, directive);
    if (const Directive* hooks = directive.find("http_hooks")) checkHooks(vhost->hooks.enabled, *hooks, config.workDir);
    for (const Directive& child : directive.children)
        if (child.name == kNotify) addNotify({config, *vhost}, child);
    checkRules(directive, "refer", {"all", "publish", "play"});
    checkRules(directive, "security", {"allow", "deny"});
    InputBuilder(findings_, [this](const Scope& scope, const Section& contents, const Directive& block) {
        fill(scope, contents, block);
    }).addAll({config, *vhost}, directive);
    if (const Directive* exec = directive.find("exec")) addExecs(*vhost, *exec);
    checkMounts(*vhost, directive);
    config.vhosts.push_back(std::move(vhost));
}

void ConfigBuilder::addExecs(VhostConfig& vhost, const Directive& exec) {
    for (const Directive& child : exec.children) {
        if (child.name != "publish" || child.args.empty()) continue;
        if (!std::ranges::all_of(child.args, isWritable)) {
            findings_.error(child.location, "'publish': a word that cannot be written in a configuration");
            continue;
        }
        const std::string fault = execTextFault(child.args);
        if (!fault.empty() && vhost.exec.enabled)
            findings_.error(child.location, "'publish': " + fault);
        else if (!fault.empty())
            findings_.warning(child.location, fmt::format("'publish': {} (exec is off here)", fault));
        vhost.exec.publish.push_back(child.args);
    }
}

void ConfigBuilder::addNotify(Scope scope, const Directive& directive) {
    const Section* section = findSection("vhost.http_notify");
    if (section == nullptr) return;
    NotifyConfig notify;
    scope.notify = &notify;
    fill(scope, *section, directive);
    checkHooks(notify.enabled, directive, scope.config.workDir);
    // One that says nothing, as in the reference, is none.
    if (notify != NotifyConfig()) scope.vhost.notifies.push_back(std::move(notify));
}

/// A mount that names no stream would serve nothing.
void ConfigBuilder::checkMounts(const VhostConfig& vhost, const Directive& vhostDirective) {
    const Directive* remux = vhostDirective.find("http_remux");
    const Directive* mount = remux == nullptr ? nullptr : remux->find("mount");
    if (mount == nullptr || !vhost.httpRemux.enabled) return;
    for (const std::string& text : vhost.httpRemux.mounts) {
        const base::Result<void> checked = checkLiveMount(text);
        if (!checked)
            findings_.error(mount->location,
                            fmt::format("'mount': '{}': {}", base::printable(text), checked.error().message));
    }
}

/// A hook that cannot be called would refuse every client, or let everyone in: nothing to find out at run time.
void ConfigBuilder::checkHooks(bool enabled, const Directive& hooks, const std::string& workDir) {
    const Section* section = findSection(fmt::format("{}.{}", kVhost, hooks.name));
    if (section == nullptr) return;
    const bool hasUrls = checkHookUrls(enabled, *section, hooks);
    if (hasUrls && hooks.find("enabled") == nullptr)
        findings_.warning(hooks.location,
                          fmt::format("{} names URLs but is not enabled: every client is let in without a question; "
                                      "'enabled on;' turns it on, 'enabled off;' ends this warning",
                                      hooks.name));
    if (!hasUrls && enabled)
        findings_.warning(hooks.location, fmt::format("{} is enabled but names no URL: every client is let in without "
                                                      "a question",
                                                      hooks.name));
    const Directive* caFile = hooks.find("ca_file");
    if (enabled && caFile != nullptr && !caFile->args.empty()) checkCaFile(*caFile, workDir);
}

/// Returns whether there are any.
bool ConfigBuilder::checkHookUrls(bool enabled, const Section& section, const Directive& hooks) {
    bool hasUrls = false;
    for (const DirectiveRow& row : section.rows) {
        const Directive* directive = hooks.find(row.name);
        if (row.type != ValueType::Urls || row.status != Status::Works || directive == nullptr) continue;
        hasUrls = hasUrls || !directive->args.empty();
        for (const std::string& url : directive->args) checkUrl(enabled, hooks.name, *directive, url);
    }
    return hasUrls;
}

void ConfigBuilder::checkUrl(bool enabled, const std::string& blockName, const Directive& directive,
                             const std::string& url) {
    const base::Result<void> checked = checkAdmissionUrl(url);
    if (checked) return;
    const std::string message =
        fmt::format("'{}': '{}': {}", directive.name, base::withoutSecrets(url), checked.error().message);
    if (enabled)
        findings_.error(directive.location, message);
    else
        findings_.warning(directive.location, fmt::format("{} ({} is off here)", message, blockName));
}

/// Without it no call would succeed. The process enters `workDir` at its start, so a reload finds it by its own name.
void ConfigBuilder::checkCaFile(const Directive& caFile, const std::string& workDir) {
    constexpr std::size_t kLargest = 16 * 1024 * 1024;
    const std::filesystem::path path(caFile.firstArg());
    base::Result<std::string> pem = files_.read((std::filesystem::path(workDir) / path).string(), kLargest);
    if (!pem && path.is_relative()) pem = files_.read(path.string(), kLargest);
    if (!pem)
        findings_.error(caFile.location, fmt::format("'ca_file': {}", pem.error().message));
    else if (pem.value().find("-----BEGIN") == std::string::npos)
        findings_.error(caFile.location,
                        fmt::format("'ca_file': '{}' holds no certificate in PEM", base::printable(path.string())));
}

/// `rules`: the directives of the block that name someone. Whoever wrote one of them wanted the block.
void ConfigBuilder::checkRules(const Directive& vhost, const char* blockName,
                               const std::vector<std::string_view>& rules) {
    const Directive* block = vhost.find(blockName);
    if (block == nullptr || block->find("enabled") != nullptr) return;
    const bool hasRules =
        std::ranges::any_of(rules, [block](std::string_view rule) { return block->find(rule) != nullptr; });
    if (hasRules)
        findings_.warning(block->location, fmt::format("{0} has rules but is not enabled: nobody is refused by them; "
                                                       "'enabled on;' turns it on, 'enabled off;' ends this warning",
                                                       blockName));
}

} // namespace hookcast::config
