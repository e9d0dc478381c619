#include "effects/Effect.h"

namespace hookcast::integration {

Effects srtEffects() {
    return {};
}

} // namespace hookcast::integration
