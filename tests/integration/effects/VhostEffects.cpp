#include "effects/Effect.h"

namespace hookcast::integration {

Effects vhostEffects() {
    return {};
}

} // namespace hookcast::integration
