#pragma once

#include "hls/Segment.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hls {

/// What the names of `segments` (at least one) have before, between and behind their number: as many pieces as the
/// number stands there times, and one. Where it stands is told by `pattern` (as hls_fmp4_file), not by digits that look
/// like it, so that further segments of the stream change nothing of it. None where their names differ in more than the
/// number, could do so, as with [timestamp], or are not made by the pattern.
std::optional<std::vector<std::string>> piecesAroundNumber(std::string_view pattern,
                                                           std::span<const SegmentPtr> segments);

} // namespace hookcast::hls
