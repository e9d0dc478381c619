#include "effects/Effect.h"

namespace hookcast::integration {

Effects httpEffects() {
    return {};
}

} // namespace hookcast::integration
