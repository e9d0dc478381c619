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
    void fillRow(Scope scope, const Section& section, const DirectiveRow& row, const Directive& block);
    void addItem(Scope scope, const Section& section, const DirectiveRow& row, const Directive& directive);
    void addVhosts(Config& config, const Directive& root);
    void addVhost(Config& config, const Section& section, const Directive& directive);
    void checkExecs(bool enabled, const Directive& exec);
    void checkRules(const Directive& vhost, const char* blockName, const std::vector<std::string_view>& rules);
    void settleSrt(SrtServerConfig& srt, const Directive& root);
    void settleHeartbeat(HeartbeatConfig& heartbeat, const std::string& workDir, const Directive& root);
    void checkCluster(const Config& config, const Directive& root);
    void checkRtpPorts(const RtspServerConfig& rtsp, const Directive& root);
    void checkLogClients(const LogConfig& log, const Directive& root);
    void checkApiAuth(const HttpApiConfig& api, const Directive& root);
    void checkDvr(const Directive& vhost);
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
