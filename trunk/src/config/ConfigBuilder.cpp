#include "config/ConfigBuilder.h"

#include "config/Addresses.h"
#include "config/CallChecks.h"
#include "config/ExecText.h"
#include "config/HlsChecks.h"
#include "config/HookChecks.h"
#include "config/HostNames.h"
#include "config/HostPort.h"
#include "config/ListenChecks.h"
#include "config/LiveMountText.h"
#include "config/ProgramsWithoutRtmp.h"
#include "config/RedisAddress.h"
#include "config/RtspAuth.h"
#include "config/ServedRecordings.h"
#include "config/TlsChecks.h"
#include "config/Words.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::string_view kVhost = "vhost";
constexpr std::uint16_t kDefaultRtmpPort = 1935;
constexpr std::uint16_t kDefaultRtspPort = 554;
constexpr std::uint16_t kDefaultHttpPort = 8080;
constexpr std::uint16_t kDefaultApiPort = 1985;
constexpr std::uint16_t kDefaultHttpsPort = 8088;
constexpr std::uint16_t kDefaultApiHttpsPort = 1990;
constexpr std::uint16_t kDefaultRtspsPort = 322;
constexpr std::uint16_t kDefaultRtmpsPort = 443;

/// A server that is on listens at its usual port, unless it is told where.
void assumeListen(std::vector<ListenAddress>& listen, std::uint16_t port) {
    if (listen.empty()) listen.push_back({{}, port, fmt::format("listen {}", port), {"default", 0, 0}});
}

void assumeListens(Config& config) {
    if (config.rtsp.enabled) assumeListen(config.rtsp.listen, kDefaultRtspPort);
    if (config.rtmps.enabled) assumeListen(config.rtmps.listen, kDefaultRtmpsPort);
    if (config.rtsp.rtsps.enabled) assumeListen(config.rtsp.rtsps.listen, kDefaultRtspsPort);
    if (config.http.enabled) assumeListen(config.http.listen, kDefaultHttpPort);
    if (config.http.https.enabled) assumeListen(config.http.https.listen, kDefaultHttpsPort);
    if (config.apiServer.enabled) assumeListen(config.apiServer.listen, kDefaultApiPort);
    if (config.apiServer.https.enabled) assumeListen(config.apiServer.https.listen, kDefaultApiHttpsPort);
}

constexpr std::uint16_t kDefaultSrtPort = 10080;
/// One that can be guessed would let in whoever guesses it.
constexpr std::size_t kLeastSecretBytes = 16;

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
    assumeListens(*config);
    settleSrt(config->srt, root);
    const bool isReachable = config->rtmpEnabled || config->rtsp.enabled || config->srt.enabled ||
                             config->http.enabled || config->rtmps.enabled;
    if (!isReachable) findings_.warning({root.location.file, 0, 0}, "no server is enabled: nobody can publish or play");
    settleHeartbeat(config->heartbeat, config->workDir, root);
    checkCluster(*config, root);
    checkRtpPorts(config->rtsp, root);
    checkLogClients(config->log, root);
    checkApiAuth(config->api, root);
    addVhosts(*config, root);
    TlsChecks(findings_, files_, std::chrono::system_clock::now()).check(*config, root);
    if (!findings_.hasErrors()) warnOfServedRecordings(*config, root, findings_);
    if (!findings_.hasErrors()) HlsChecks::warnOfSharers(*config, root, findings_);
    if (!findings_.hasErrors()) warnOfProgramsWithoutRtmp(*config, root, findings_);
    if (!findings_.hasErrors()) checkListening(*config, root, findings_);
    return config;
}

/// The lists come last: what their blocks are checked against is there by then.
void ConfigBuilder::fill(Scope scope, const Section& section, const Directive& block) {
    for (const DirectiveRow& row : section.rows)
        if (row.status == Status::Works && row.movedTo.empty() && !row.isBlockList())
            fillRow(scope, section, row, block);
    for (const DirectiveRow& row : section.rows) {
        if (!row.isBlockList()) continue;
        for (const Directive& child : block.children)
            if (child.name == row.name) addItem(scope, section, row, child);
    }
}

void ConfigBuilder::fillRow(Scope scope, const Section& section, const DirectiveRow& row, const Directive& block) {
    using Tolerance = ValueReader::Tolerance;
    const Tolerance tolerance = guards(section, row) ? Tolerance::None : Tolerance::AsSrs;
    if (row.isList())
        for (const Directive& child : block.children)
            if (child.name == row.name) values_.read(row, child, scope, tolerance);
    const Directive* directive = row.repeatable ? nullptr : block.find(row.name);
    if (directive == nullptr) return;
    const Section* contents = childSection(section, row);
    if (row.options != nullptr)
        for (const Directive& option : directive->children)
            row.options(scope).emplace_back(option.name, option.firstArg());
    else if (contents != nullptr)
        fill(scope, *contents, *directive);
    else
        values_.read(row, *directive, scope, tolerance);
}

void ConfigBuilder::addItem(Scope scope, const Section& section, const DirectiveRow& row, const Directive& directive) {
    const Section* contents = childSection(section, row);
    const bool isNameless = row.minArgs > 0 && directive.args.empty();
    if (contents == nullptr || isNameless) return; // the check has said so
    const auto fillIt = [&](const Scope& ofItem) { fill(ofItem, *contents, directive); };
    const auto isFit = [&](const Scope& ofItem) {
        return row.list.isFit == nullptr || row.list.isFit({scope, ofItem, directive, findings_, files_});
    };
    row.list.add(scope, directive.firstArg(), row.minArgs == 0, fillIt, isFit);
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
void ConfigBuilder::settleHeartbeat(HeartbeatConfig& heartbeat, const std::string& workDir, const Directive& root) {
    const Directive* block = root.find("heartbeat");
    if (block == nullptr) return;
    const CallChecks calls(*block, workDir, files_, findings_);
    calls.checkWords();
    if (!heartbeat.enabled) return;
    calls.checkFiles(false);
    if (heartbeat.authenticates && (!heartbeat.bearsToken || heartbeat.token.empty()))
        findings_.error(block->location, "heartbeat: 'auth' is enabled and wants 'type bearer' and a 'token'");
    if (heartbeat.authenticates && namesHeader(heartbeat.calls, "authorization"))
        findings_.error(block->location, "heartbeat: 'auth' and a 'header' both say what Authorization is; keep one");
    const base::Result<void> checked = checkHookUrl(heartbeat.url);
    if (checked) return;
    findings_.warning(block->location, fmt::format("heartbeat: 'url': '{}': {}; none is sent",
                                                   base::withoutSecrets(heartbeat.url), checked.error().message));
    heartbeat.enabled = false;
}

/// A node that cannot join would fetch nothing, or what another one fetches.
void ConfigBuilder::checkCluster(const Config& config, const Directive& root) {
    const ClusterConfig& cluster = config.cluster;
    const Directive* block = root.find("cluster_redis");
    if (block == nullptr || !cluster.enabled) return;
    const auto redis = readRedisUrl(cluster.url);
    if (!redis)
        findings_.error(block->location, fmt::format("cluster_redis: 'url': {}", redis.error().message));
    else if (redis.value().isTls)
        CallChecks(*block, config.workDir, files_, findings_).checkFiles(true);
    else if (!cluster.caFile.empty())
        findings_.warning(block->location, "cluster_redis: 'ca_file' is for rediss, and 'url' is of redis");
    for (const std::string& address : cluster.sentinels)
        if (const auto read = readSentinel(address); !read)
            findings_.error(block->location, fmt::format("cluster_redis: 'sentinel': '{}': {}",
                                                         base::printable(address), read.error().message));
    if (cluster.sentinels.empty() == !cluster.master.empty())
        findings_.error(block->location, "cluster_redis: 'sentinel' and 'master' belong together");
    if (!cluster.node.empty() && !isNodeName(cluster.node))
        findings_.error(block->location, "cluster_redis: 'node': expected letters, digits, '.', '-' and '_'");
    if (!isNodeName(cluster.name))
        findings_.error(block->location, "cluster_redis: 'name': expected letters, digits, '.', '-' and '_'");
    if (!cluster.secret.empty() && cluster.secret.size() < kLeastSecretBytes)
        findings_.error(block->location, fmt::format("cluster_redis: 'cluster_secret': expected at least {} characters",
                                                     kLeastSecretBytes));
    if (const auto read = readHostPort(cluster.address, 1); !cluster.address.empty() && !read)
        findings_.error(block->location, fmt::format("cluster_redis: 'address': {}", read.error().message));
}

/// Pairs begin at even ports. Without one, each client that wants UDP would be sent away.
void ConfigBuilder::checkRtpPorts(const RtspServerConfig& rtsp, const Directive& root) {
    const Directive* block = root.find("rtsp_server");
    const std::uint32_t first = rtsp.rtpPortMin + rtsp.rtpPortMin % 2;
    if (block == nullptr || !rtsp.enabled || first < rtsp.rtpPortMax) return;
    const Directive* last = block->find("rtp_port_max");
    const Directive& where = last != nullptr ? *last : *block;
    findings_.error(where.location,
                    fmt::format("rtsp_server: from 'rtp_port_min' {} to 'rtp_port_max' {} there is no pair of ports, "
                                "which begins with an even one",
                                rtsp.rtpPortMin, rtsp.rtpPortMax));
}

/// A word that names nobody, such as half an address, would be a silence that looks like an answer.
void ConfigBuilder::checkLogClients(const LogConfig& log, const Directive& root) {
    for (const std::string& word : log.clients)
        if (const std::string fault = base::TracedClients::faultIn(word); !fault.empty())
            findings_.error(root.find("log_client")->location,
                            fmt::format("'log_client': '{}': {}", base::printable(word), fault));
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

void ConfigBuilder::addVhosts(Config& config, const Directive& root) {
    const Section* section = findSection(kVhost);
    if (section == nullptr) return;
    for (const Directive& child : root.children)
        if (child.name == kVhost) addVhost(config, *section, child);
    if (config.vhosts.empty() && !findings_.hasErrors())
        findings_.warning(
            {root.location.file, 0, 0},
            fmt::format("no vhost: every client will be refused; 'vhost {} {{ }}' serves every name", kDefaultVhost));
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
    vhost->dvr.timeZone = config.log.shape.zone();
    vhost->exec.timeZone = config.log.shape.zone();
    fill({config, *vhost}, section, directive);
    if (const Directive* hooks = directive.find("http_hooks"))
        HookChecks(findings_, files_).check(vhost->hooks.enabled, *hooks, config.workDir);
    checkRtspAuth(*vhost, directive, findings_);
    checkRules(directive, "refer", {"all", "publish", "play"});
    checkRules(directive, "security", {"allow", "deny"});
    if (const Directive* exec = directive.find("exec")) checkExecs(vhost->exec.enabled, *exec);
    checkMounts(*vhost, directive);
    checkDvr(directive);
    HlsChecks(findings_, directive).settle(*vhost);
    config.vhosts.push_back(std::move(vhost));
}

void ConfigBuilder::checkExecs(bool enabled, const Directive& exec) {
    for (const Directive& child : exec.children) {
        if (child.name != "publish" || child.args.empty()) continue;
        const std::string fault = execTextFault(child.args);
        if (!fault.empty() && enabled)
            findings_.error(child.location, "'publish': " + fault);
        else if (!fault.empty())
            findings_.warning(child.location, fmt::format("'publish': {} (exec is off here)", fault));
    }
}

/// SRS 2 had a plan that goes on with the file of the publication before. What a variable stands for may be several
/// folders, so what is above it cannot be told when recordings are looked for.
void ConfigBuilder::checkDvr(const Directive& vhost) {
    const Directive* dvr = vhost.find("dvr");
    if (dvr == nullptr || !dvr->says("enabled", "on")) return;
    const Directive* path = dvr->find("dvr_path");
    const std::string pattern = path == nullptr ? "" : path->firstArg() + "/";
    if (pattern.find("/../", std::min(pattern.find('['), pattern.size())) != std::string::npos)
        findings_.warning(path->location,
                          "'dvr_path': '..' behind a variable: recordings are written, and not found again");
    const Directive* plan = dvr->find("dvr_plan");
    if (plan != nullptr && plan->firstArg() == "append")
        findings_.warning(plan->location, "'dvr_plan': append is session here: each publication has a file of its own");
}

/// A mount that names no stream serves nothing, as SRS would for all but one; one that names it wrongly is a mistake.
void ConfigBuilder::checkMounts(const VhostConfig& vhost, const Directive& vhostDirective) {
    const Directive* remux = vhostDirective.find("http_remux");
    const Directive* mount = remux == nullptr ? nullptr : remux->find("mount");
    if (mount == nullptr || !vhost.httpRemux.enabled) return;
    for (const std::string& text : vhost.httpRemux.mounts) {
        if (text.find('/') != std::string::npos && !namesAStream(text)) {
            findings_.warning(mount->location,
                              fmt::format("'mount': '{}' names no stream, and none is there: write [app] and [stream] "
                                          "into it",
                                          base::printable(text)));
            continue;
        }
        const base::Result<void> checked = checkLiveMount(text);
        if (!checked)
            findings_.error(mount->location,
                            fmt::format("'mount': '{}': {}", base::printable(text), checked.error().message));
    }
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
