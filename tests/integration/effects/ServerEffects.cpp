#include "effects/Effect.h"

namespace hookcast::integration {

Effects serverEffects() {
    return {};
}

} // namespace hookcast::integration
