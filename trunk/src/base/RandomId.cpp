#include "base/RandomId.h"

#include <random>
#include <string_view>

namespace hookcast::base {

std::string randomId(std::size_t length) {
    constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device entropy;
    std::uniform_int_distribution<std::size_t> pick(0, kAlphabet.size() - 1);
    std::string id;
    for (std::size_t i = 0; i < length; ++i) id.push_back(kAlphabet[pick(entropy)]);
    return id;
}

} // namespace hookcast::base
