#pragma once

#include "config/Config.h"

#include <functional>
#include <string>
#include <vector>

namespace hookcast::config {

/// A value of a directive that works, and how it shows in Config.
struct Sample {
    std::string path;
    std::string value; ///< as written, not the default
    std::function<bool(const Config&, const VhostConfig&)> arrived;
};

/// One per row of the directive table that has a field. Once main() has begun.
const std::vector<Sample>& directiveSamples();

/// Those of them about how URLs are called.
std::vector<Sample> callSamples();

/// Those among them about backends that fail and verdicts that are kept.
std::vector<Sample> policySamples();

/// Those among them about TLS.
std::vector<Sample> tlsSamples();

/// Those among them about viewers of HLS.
std::vector<Sample> hlsViewerSamples();

/// Those among them about segments and playlists, of HLS and of DASH.
std::vector<Sample> hlsSegmentSamples();

/// Those among them about what is made of segments of HLS beside serving them.
std::vector<Sample> hlsDiskSamples();

} // namespace hookcast::config
