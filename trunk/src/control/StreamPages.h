#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"

#include <string>

namespace hookcast::control {

/// What the control interface tells of vhosts, streams and clients, with SRS's fields and codes. On the interface's
/// thread.
class StreamPages {
  public:
    explicit StreamPages(ApiContext& context) : context_(context) {}

    ApiAnswer vhosts(const ApiQuery& query, const Census& census) const;
    ApiAnswer streams(const ApiQuery& query, const Census& census) const;
    ApiAnswer clients(const ApiQuery& query, const Census& census) const;

  private:
    Json vhostJson(const config::VhostConfig& vhost, const Census& census) const;
    Json streamJson(const hub::StreamRegistry::View& stream, const Census& census) const;
    Json clientJson(const visits::ClientFigures& client) const;
    static Json newcomerJson(const visits::ClientState& client);

    ApiContext& context_;
};

/// The id that the interface gives to a vhost: the same for the same name, always.
std::string vhostId(const std::string& name);

/// The name of the vhost that has `text` as its name or its id; `text` where there is none, and the default vhost where
/// it is empty.
std::string vhostNamed(const config::Config& config, const std::string& text);

} // namespace hookcast::control
