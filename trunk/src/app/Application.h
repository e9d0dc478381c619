#pragma once

#include "app/ConfigSource.h"
#include "app/ReloadRequests.h"
#include "app/Runtime.h"
#include "app/Successor.h"
#include "app/Upgrade.h"
#include "base/Log.h"
#include "config/Dump.h"

#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::app {

/// The command line: reads options and configuration, then runs the server until a signal ends it.
class Application final : public Poco::Util::ServerApplication {
  protected:
    void defineOptions(Poco::Util::OptionSet& options) override;
    void initialize(Poco::Util::Application& self) override;
    void handleOption(const std::string& name, const std::string& value) override;
    int main(const std::vector<std::string>& arguments) override;

  private:
    enum class Mode { Serve, Help, Version, Test, Dump, Reference };

    int printHelp() const;
    int reportTest(const config::LoadOutcome& outcome) const;
    int printDump(const config::LoadOutcome& outcome) const;
    int printReport(const config::LoadOutcome& outcome) const;
    int serve(const config::LoadOutcome& outcome) const;
    void runUntilEnd(const Upgrade::Parts& parts, ReloadRequests& reloads, const Birth& birth) const;
    void reload(Runtime& runtime, ReloadRequests& reloads, base::Log& log) const;
    base::Result<void> tryReload(Runtime& runtime, ReloadRequests& reloads, base::Log& log) const;

    std::filesystem::path startFolder_ = std::filesystem::current_path(); ///< before work_dir
    Mode mode_ = Mode::Serve;
    ConfigSource source_;
    config::Secrets secrets_ = config::Secrets::Masked;
    bool withReport_ = false; ///< behind the dump
    bool isStrict_ = false;   ///< warnings fail a test
};

} // namespace hookcast::app
