#pragma once

#include "control/ApiContext.h"
#include "unit/support/HookGate.h"

#include <memory>

namespace hookcast::control {

/// What the control interface tells of: a server with one vhost, where nobody is.
struct ControlledServer {
    class NoReload final : public ReloadControl {
      public:
        void request() override {}
        State state() const override { return {}; }
    };

    static std::shared_ptr<const config::Config> oneVhost() {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = std::string(config::kDefaultVhost);
        auto config = std::make_shared<config::Config>();
        config->vhosts.push_back(std::move(vhost));
        return config;
    }

    support::HookGate gate;
    hub::StreamRegistry streams{1024, 1024};
    visits::ClientBook clients;
    visits::ClientNumbers numbers;
    config::CurrentConfig config{oneVhost()};
    visits::Services services{gate.admission, streams, clients, gate.log, numbers, config};
    hooks::EventFeed events{
        {}, gate.transport, gate.runner.loop(), gate.log, hooks::EventFeed::Sender::ofProcess(gate.clock)};
    net::ConnectionBudget budget{{}, gate.clock};
    NoReload reload;
    ApiContext context{services, events, gate.dialect, budget, reload, gate.clock, "0.1.0", {}};
};

} // namespace hookcast::control
