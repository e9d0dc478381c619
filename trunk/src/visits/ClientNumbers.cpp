#include "visits/ClientNumbers.h"

#include <utility>

namespace hookcast::visits {

ClientNumbers::ClientNumbers(std::uint64_t last, Announce announce)
    : announce_(std::move(announce)), last_(last), announced_(last + kBlock) {
    if (announce_) announce_(announced_);
}

std::uint64_t ClientNumbers::next() {
    const std::uint64_t number = ++last_;
    std::uint64_t announced = announced_;
    // Half a block early, so that what hears it has time. One of those who ask together announces.
    if (number + kBlock / 2 >= announced && announced_.compare_exchange_strong(announced, announced + kBlock) &&
        announce_)
        announce_(announced + kBlock);
    return number;
}

} // namespace hookcast::visits
