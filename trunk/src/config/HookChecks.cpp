#include "config/HookChecks.h"

#include "config/Addresses.h"
#include "config/CallChecks.h"
#include "config/Directive.h"
#include "config/DirectiveTable.h"
#include "config/EventNames.h"
#include "config/FileSource.h"
#include "config/Finding.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace hookcast::config {

namespace {

/// Nobody waits for an event's answer, so one that nobody hears is no reason not to start.
bool hasUsableUrl(const WebhookConfig& webhook, const ReadBlock& read) {
    if (webhook.url.empty()) {
        read.findings.warning(read.directive.location, "webhook has no 'url': no events are sent");
        return false;
    }
    const base::Result<void> checked = checkHookUrl(webhook.url);
    if (checked) return true;
    const Directive& url = *read.directive.find("url");
    read.findings.warning(url.location, fmt::format("'{}': '{}': {}; no events are sent there", url.writtenName(),
                                                    base::withoutSecrets(webhook.url), checked.error().message));
    return false;
}

/// Events that have nowhere to wait are lost, and two blocks would have one queue.
void checkVia(const WebhookConfig& webhook, const ReadBlock& read) {
    const Directive* via = read.directive.find("via");
    const Directive* consumer = read.directive.find("consumer");
    if (webhook.via == WebhookConfig::Via::Direct) {
        if (!webhook.consumer && consumer != nullptr)
            read.findings.warning(consumer->location, "'consumer off' counts with 'via redis' only: these events are "
                                                      "posted");
        return;
    }
    const SourceLocation& where = via == nullptr ? read.directive.location : via->location;
    if (!read.scope.config.cluster.enabled)
        read.findings.error(where, "webhook: 'via redis' wants 'cluster_redis', which is not enabled");
    for (const WebhookConfig& other : read.scope.config.webhooks)
        if (other.via == WebhookConfig::Via::Redis && other.url == webhook.url)
            read.findings.error(where, "webhook: another block has this 'url' with 'via redis' already: one names all "
                                       "events of a URL");
}

} // namespace

/// A hook that cannot be called would refuse every client, or let everyone in: nothing to find out at run time.
void HookChecks::check(bool enabled, const Directive& hooks, const std::string& workDir) {
    const Section* section = findSection(fmt::format("vhost.{}", hooks.name));
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
    const CallChecks calls(hooks, workDir, files_, findings_);
    calls.checkWords();
    if (enabled) calls.checkFiles(true);
}

/// Returns whether there are any.
bool HookChecks::checkHookUrls(bool enabled, const Section& section, const Directive& hooks) {
    bool hasUrls = false;
    for (const DirectiveRow& row : section.rows) {
        const Directive* directive = hooks.find(row.name);
        if (row.type != ValueType::Urls || row.status != Status::Works || directive == nullptr) continue;
        // A shadow guards nothing.
        hasUrls = hasUrls || (!directive->args.empty() && !row.name.starts_with("shadow_"));
        for (const std::string& url : directive->args) checkUrl(enabled, hooks.name, *directive, url);
    }
    return hasUrls;
}

void HookChecks::checkUrl(bool enabled, const std::string& blockName, const Directive& directive,
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

bool isNotifyUsable(const ReadBlock& read) {
    HookChecks(read.findings, read.files)
        .check(read.scope.its<NotifyConfig>().enabled, read.directive, read.scope.config.workDir);
    return true;
}

bool isWebhookUsable(const ReadBlock& read) {
    auto& webhook = read.scope.its<WebhookConfig>();
    for (const std::string& name : webhook.events) {
        const std::optional<EventName> event = eventNamed(name);
        const bool neverComes = (event == EventName::ServerCapture || event == EventName::ServerRelease) &&
                                !read.scope.config.cluster.enabled;
        if (event && !neverComes) continue;
        read.findings.warning(
            read.directive.find("events")->location,
            neverComes ? fmt::format("'{}' never comes: it is an event of clusters, and cluster_redis is off", name)
                       : fmt::format("there is no event '{}', nothing will be sent for it", base::printable(name)));
    }
    checkVia(webhook, read);
    const CallChecks calls(read.directive, read.scope.config.workDir, read.files, read.findings);
    calls.checkWords();
    calls.checkFiles(false);
    if (!hasUsableUrl(webhook, read)) return false;
    webhook.batch = std::min(webhook.batch, webhook.queue);
    return true;
}

} // namespace hookcast::config
