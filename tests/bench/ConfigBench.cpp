#include "config/ConfigLoader.h"
#include "config/Environment.h"

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace hookcast;

void loadFullConf(benchmark::State& state) {
    std::ifstream file(HOOKCAST_SOURCE_DIR "/conf/full.conf");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const config::ConfigLoader loader;
    for (auto _ : state) {
        const auto outcome = loader.loadText(text, "full.conf", config::Environment());
        if (outcome.config == nullptr) state.SkipWithError("full.conf does not load");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(loadFullConf);

} // namespace
