#include "effects/Effect.h"

namespace hookcast::integration {

Effects rtspEffects() {
    return {};
}

} // namespace hookcast::integration
