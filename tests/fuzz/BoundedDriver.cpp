// Runs a fuzz target without libFuzzer: every seed file, then a fixed number of seeded, so repeatable, mutations. Or
// every seed file on a machine that has no memory, for one allocation after the other.
#include "unit/support/RefusedAllocation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace hookcast;

using Input = std::vector<std::uint8_t>;
using support::RefusedAllocation;
using Kind = RefusedAllocation::Kind;

constexpr int kMutationsPerSeed = 2000;
constexpr std::size_t kMaxInputBytes = 64 * 1024;

/// Of a seed that takes more allocations than this, so many of them are refused, from its first to its last.
constexpr std::int64_t kRefusalsPerSeed = 1500;

struct Seeds {
    std::vector<Input> inputs;
    std::vector<std::string> names; ///< one for each
};

Seeds readSeeds(const std::filesystem::path& folder) {
    Seeds seeds;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        seeds.inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        seeds.names.push_back(entry.path().filename());
    }
    return seeds;
}

void mutate(Input& input, const std::vector<Input>& seeds, std::mt19937& random) {
    const auto below = [&random](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    const auto at = static_cast<std::ptrdiff_t>(below(input.size() + 1));
    switch (random() % 5) {
    case 0:
        if (!input.empty()) input[below(input.size())] ^= static_cast<std::uint8_t>(1U << (random() % 8));
        break;
    case 1: input.insert(input.begin() + at, 1 + below(8), static_cast<std::uint8_t>(random())); break;
    case 2: input.resize(below(input.size() + 1)); break;
    case 3:
        if (!input.empty()) input[below(input.size())] = (random() % 2) != 0U ? 0xFF : 0x00;
        break;
    default: {
        const Input& other = seeds[below(seeds.size())];
        const auto from = static_cast<std::ptrdiff_t>(below(other.size() + 1));
        input.insert(input.begin() + at, other.begin() + from, other.end());
    }
    }
    if (input.size() > kMaxInputBytes) input.resize(kMaxInputBytes);
}

void runMutations(const std::vector<Input>& seeds) {
    std::mt19937 random(1);
    std::size_t runs = 0;
    for (const Input& seed : seeds) {
        LLVMFuzzerTestOneInput(seed.data(), seed.size());
        Input input = seed;
        for (int i = 0; i < kMutationsPerSeed; ++i, ++runs) {
            if (i % 16 == 0) input = seed;
            mutate(input, seeds, random);
            LLVMFuzzerTestOneInput(input.data(), input.size());
        }
    }
    std::cout << seeds.size() << " seeds, " << runs << " mutations\n";
}

/// What one input does where memory is refused.
class RefusedRuns {
  public:
    /// `toleratesLeaks`: only what crashes, or throws something else, counts.
    RefusedRuns(const std::string& name, const Input& input, bool toleratesLeaks)
        : name_(name), input_(input), toleratesLeaks_(toleratesLeaks) {
        // What is made once, and stays, is made by the first.
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }

    /// Whether all went as it should: an exception or none, and nothing is left behind.
    bool areSound() {
        for (const Kind kind : {Kind::One, Kind::AllFrom}) {
            std::int64_t nth = 1;
            for (bool wasRefused = true; wasRefused; nth += step(nth)) {
                const std::int64_t before = RefusedAllocation::living();
                wasRefused = run(nth, kind);
                const std::int64_t left = RefusedAllocation::living() - before;
                if (left != 0 && !toleratesLeaks_) {
                    std::cerr << name_ << ": " << left << " allocations are left behind where number " << nth
                              << (kind == Kind::One ? " is refused\n" : " and all that follow are refused\n");
                    return false;
                }
                ++count_;
            }
        }
        return true;
    }

    std::size_t count() const { return count_; }

  private:
    bool run(std::int64_t nth, Kind kind) const {
        const RefusedAllocation refused(nth, kind);
        try {
            LLVMFuzzerTestOneInput(input_.data(), input_.size());
        } catch (const std::bad_alloc&) {
        }
        return RefusedAllocation::hasHappened();
    }

    /// Small at first, and growing with the number: what is read first is read in every way.
    static std::int64_t step(std::int64_t nth) { return 1 + nth / kRefusalsPerSeed; }

    // given
    const std::string& name_;
    const Input& input_;
    bool toleratesLeaks_;
    // state
    std::size_t count_ = 0;
};

int refuseAllocations(const Seeds& seeds, bool toleratesLeaks) {
    std::size_t runs = 0;
    for (std::size_t i = 0; i < seeds.inputs.size(); ++i) {
        RefusedRuns seed(seeds.names[i], seeds.inputs[i], toleratesLeaks);
        if (!seed.areSound()) return 1;
        runs += seed.count();
    }
    std::cout << seeds.inputs.size() << " seeds, " << runs << " refusals\n";
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    const bool toleratesLeaks = arguments.size() == 2 && arguments.front() == "--refuse-allocations-leaking";
    const bool refuses = toleratesLeaks || (arguments.size() == 2 && arguments.front() == "--refuse-allocations");
    if (!refuses && arguments.size() != 1) {
        std::cerr << "usage: " << argv[0] << " [--refuse-allocations | --refuse-allocations-leaking] SEED_FOLDER\n";
        return 2;
    }
    const Seeds seeds = readSeeds(arguments.back());
    if (seeds.inputs.empty()) {
        std::cerr << arguments.back() << " holds no seed\n";
        return 1;
    }
    if (refuses) return refuseAllocations(seeds, toleratesLeaks);
    runMutations(seeds.inputs);
    return 0;
}
