// Runs a fuzz target without libFuzzer: every seed file, then a fixed number of seeded, so repeatable, mutations.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr int kMutationsPerSeed = 2000;
constexpr std::size_t kMaxInputBytes = 64 * 1024;

std::vector<Input> readSeeds(const std::filesystem::path& folder) {
    std::vector<Input> seeds;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
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

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " SEED_FOLDER\n";
        return 2;
    }
    const std::vector<Input> seeds = readSeeds(argv[1]);
    if (seeds.empty()) {
        std::cerr << argv[1] << " holds no seed\n";
        return 1;
    }
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
    return 0;
}
