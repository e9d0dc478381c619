#pragma once

#include "config/Config.h"
#include "config/DirectiveRow.h"

#include <string>

namespace hookcast::config {

/// Whether the backends of a vhost's http_hooks or http_notify block can be asked; what is wrong is a finding.
class HookChecks {
  public:
    /// Both outlive it.
    HookChecks(Findings& findings, const FileSource& files) : findings_(findings), files_(files) {}

    /// `hooks` is the block, `workDir` the server's working directory.
    void check(bool enabled, const Directive& hooks, const std::string& workDir);

  private:
    bool checkHookUrls(bool enabled, const Section& section, const Directive& hooks);
    void checkUrl(bool enabled, const std::string& blockName, const Directive& directive, const std::string& url);

    // given
    Findings& findings_;
    const FileSource& files_;
};

// For the lists in the directive table: see BlockList::isFit.

bool isNotifyUsable(const ReadBlock& read);
bool isWebhookUsable(const ReadBlock& read);

} // namespace hookcast::config
