#include "effects/Effect.h"

namespace hookcast::integration {

Effects outputEffects() {
    return {};
}

} // namespace hookcast::integration
