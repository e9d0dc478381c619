#pragma once

#include "api-server/Answer.h"
#include "api-server/Request.h"
#include "api-server/SignatureGate.h"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace hookcast::mock {

/// One call of a hook: what came, and what was decided to answer. Never changed once the CallStore has it.
struct Call {
    std::uint64_t order = 0;      ///< given by the CallStore
    std::string time;             ///< given by the CallStore: UTC, ISO 8601, microseconds
    std::int64_t monotonicMs = 0; ///< given by the CallStore: of base::Clock, for differences between calls
    std::uint64_t repeats = 0;    ///< given by the CallStore: the order of the first one with its id, to its URL
    SignatureState signature = SignatureState::Unchecked;
    Request request;
    std::string bodyJson = "null"; ///< ParsedBody::json
    Answer answer;
};

/// About what the call takes in memory.
std::size_t sizeBytes(const Call& call);

/// The call as one JSON object, as `GET /control/calls` lists it.
void writeJson(std::ostream& out, const Call& call);

} // namespace hookcast::mock
