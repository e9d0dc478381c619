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

bool Directive::says(std::string_view childName, std::string_view word) const {
    const Directive* child = find(childName);
    return child != nullptr && child->firstArg() == word;
}

} // namespace hookcast::config
