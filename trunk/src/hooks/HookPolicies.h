#pragma once

#include "hooks/Breakers.h"
#include "hooks/ShadowPlaces.h"
#include "hooks/SharedQuestions.h"
#include "hooks/VerdictMemory.h"

#include <cstddef>

namespace hookcast::hooks {

/// What all openings know of each other's answers. Any thread.
struct HookPolicies {
    Breakers breakers;
    VerdictMemory last;        ///< what backends have said last, for when they fail
    VerdictMemory kept;        ///< what they have let be kept, so that they need not be asked
    SharedQuestions questions; ///< that are out, where verdicts may be kept
    ShadowPlaces shadowPlaces;

    /// Both.
    std::size_t forget(const VerdictFilter& filter) { return kept.forget(filter) + last.forget(filter); }
};

} // namespace hookcast::hooks
