#include "effects/Effect.h"

namespace hookcast::integration {

Effects gateEffects() {
    return {};
}

} // namespace hookcast::integration
