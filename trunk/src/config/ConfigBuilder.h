#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/DirectiveTable.h"
#include "config/FileSource.h"
#include "config/Finding.h"
#include "config/ValueReader.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// Makes the typed Config of a tree with modern names. Never fails: what is wrong is an error finding, and the Config
/// is then not to be used. One load, one thread.
class ConfigBuilder {
  public:
    /// Both must outlive the builder.
    ConfigBuilder(Findings& findings, const FileSource& files)
        : findings_(findings), files_(files), values_(findings) {}

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
    void checkHooks(bool enabled, const Directive& hooks, const std::string& workDir);
    bool checkHookUrls(bool enabled, const Section& section, const Directive& hooks);
    void checkUrl(bool enabled, const std::string& blockName, const Directive& directive, const std::string& url);
    void checkCaFile(const Directive& caFile, const std::string& workDir);
    void checkRules(const Directive& vhost, const char* blockName, const std::vector<std::string_view>& rules);
    void settleSrt(SrtServerConfig& srt, const Directive& root);
    void settleHeartbeat(HeartbeatConfig& heartbeat, const Directive& root);
    void checkApiAuth(const HttpApiConfig& api, const Directive& root);
    void checkMounts(const VhostConfig& vhost, const Directive& vhostDirective);

    // given
    Findings& findings_;
    const FileSource& files_;

    // owned
    ValueReader values_;

    // state
    std::map<std::string, SourceLocation> vhostPlaces_; ///< by canonicalHost()
};

} // namespace hookcast::config
