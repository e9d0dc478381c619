#include "config/Directive.h"

#include <algorithm>

namespace hookcast::config {

const Directive* Directive::find(std::string_view childName) const {
    const auto found = std::ranges::find(children, childName, &Directive::name);
    return found == children.end() ? nullptr : &*found;
}

Directive* Directive::find(std::string_view childName) {
    const auto found = std::ranges::find(children, childName, &Directive::name);
    return found == children.end() ? nullptr : &*found;
}

} // namespace hookcast::config
