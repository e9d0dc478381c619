#include "effects/Effect.h"

namespace hookcast::integration {

Effects inputEffects() {
    return {};
}

} // namespace hookcast::integration
