#pragma once

#include "app/ListeningService.h"
#include "app/Wiring.h"
#include "hub/TsFormat.h"
#include "srt/Server.h"
#include "srt/ServerContext.h"

#include <memory>
#include <span>

namespace hookcast::app {

/// What SRT's sessions share.
struct SrtParts {
    explicit SrtParts(const Wiring& wiring) : context{wiring.services, format} {}

    hub::TsFormat format;
    srt::ServerContext context;
};

/// SRT. Its parts are a base so that they outlive the server.
class SrtService final : protected SrtParts, public ListeningService<srt::Server> {
  public:
    explicit SrtService(const Wiring& wiring);

  protected:
    std::unique_ptr<srt::Server> makeServer() override;
    srt::Server::Bound bindMissing(srt::Server& server, const config::Config& config,
                                   std::span<const config::ListenAddress> addresses) const override;

  private:
    // given
    const Wiring wiring_;
};

} // namespace hookcast::app
