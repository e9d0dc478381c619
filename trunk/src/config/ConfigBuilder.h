#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/DirectiveTable.h"
#include "config/Finding.h"
#include "config/ValueReader.h"

#include <map>
#include <memory>
#include <string>

namespace hookcast::config {

/// Makes the typed Config of a tree with modern names. Never fails: what is wrong is an error finding, and the Config
/// is then not to be used. One load, one thread.
class ConfigBuilder {
  public:
    /// `findings` must outlive the builder.
    explicit ConfigBuilder(Findings& findings) : findings_(findings), values_(findings) {}

    std::shared_ptr<const Config> build(const Directive& root);

  private:
    void fill(Scope scope, const Section& section, const Directive& block);
    void addWebhooks(Config& config, const Directive& root);
    void addWebhook(Config& config, const Section& section, const Directive& directive);
    bool isUsable(const WebhookConfig& webhook, const Directive& directive);
    void addVhosts(Config& config, const Directive& root);
    void addVhost(Config& config, const Section& section, const Directive& directive);
    void addExecs(VhostConfig& vhost, const Directive& exec);
    void addNotify(Scope scope, const Directive& directive);
    void checkHooks(bool enabled, const Directive& hooks);
    void checkHookUrls(bool enabled, const std::string& blockName, const Directive& directive);
    void settleSrt(SrtServerConfig& srt, const Directive& root);
    void settleHeartbeat(HeartbeatConfig& heartbeat, const Directive& root);
    void checkApiAuth(const HttpApiConfig& api, const Directive& root);
    void checkMounts(const VhostConfig& vhost, const Directive& vhostDirective);

    // given
    Findings& findings_;

    // owned
    ValueReader values_;

    // state
    std::map<std::string, SourceLocation> vhostPlaces_;
};

} // namespace hookcast::config
