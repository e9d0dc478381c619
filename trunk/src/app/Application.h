#pragma once

#include "base/Log.h"
#include "config/ConfigLoader.h"

#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>

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

    config::LoadOutcome load() const;
    int printHelp() const;
    int reportTest(const config::LoadOutcome& outcome) const;
    int serve(const config::Config& config, const config::LoadOutcome& outcome) const;

    Mode mode_ = Mode::Serve;
    std::string configFile_;
    bool environmentOnly_ = false;
};

} // namespace hookcast::app
