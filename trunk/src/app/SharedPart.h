#pragma once

#include "config/Config.h"

namespace hookcast::app {

/// `config` without what only one process at a time can have, so that two of them can be there for the time of an
/// upgrade: captures and ingest, which a source would see twice; SRT, whose connections share the port's socket; and
/// the heartbeat.
config::Config sharedPart(const config::Config& config);

} // namespace hookcast::app
