#include "AttackSupport.h"

#include <fmt/format.h>

namespace hookcast::attacks {

std::string withoutExemption(std::string_view config) {
    return fmt::format("limits {{ limit_exempt off; }}\n{}", config);
}

} // namespace hookcast::attacks
