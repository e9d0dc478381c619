#include "effects/Effect.h"

namespace hookcast::integration {

Effects limitEffects() {
    return {};
}

} // namespace hookcast::integration
