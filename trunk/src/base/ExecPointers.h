#pragma once

#include <string>
#include <vector>

namespace hookcast::base {

/// Arguments or an environment as exec wants them, a null behind the last one; they live no longer than `texts`.
inline std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace hookcast::base
