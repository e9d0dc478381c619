#include "base/RandomId.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace hookcast::base {

namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/// Bytes from here on would make the first letters of the alphabet likelier than the last.
constexpr std::size_t kFairBytes = 256 / kAlphabet.size() * kAlphabet.size();

} // namespace

std::string randomId(std::size_t length) {
    // One system call for the whole id: std::random_device makes one draw, and a slow one, per character.
    std::array<std::uint8_t, 32> entropy{};
    std::string id;
    while (id.size() < length) {
        const ssize_t size = ::getrandom(entropy.data(), entropy.size(), 0);
        if (size < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
        for (ssize_t i = 0; i < size && id.size() < length; ++i) {
            const std::uint8_t byte = entropy[static_cast<std::size_t>(i)];
            if (byte < kFairBytes) id.push_back(kAlphabet[byte % kAlphabet.size()]);
        }
    }
    return id;
}

} // namespace hookcast::base
