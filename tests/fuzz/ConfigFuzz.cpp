// Any bytes as a configuration: a load ends with a Config or an error, and the dump of a Config loads to the same one.
#include "config/ConfigLoader.h"
#include "config/Dump.h"

#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

namespace {

using namespace hookcast;

/// No file exists, whatever the input includes, but one: `a`, which includes itself.
class OneFile : public config::FileSource {
  public:
    std::optional<std::string> find(const std::string& path) const override {
        return path == "a" ? std::optional(path) : std::nullopt;
    }
    base::Result<std::string> read(const std::string&, std::size_t) const override {
        return std::string("min_latency on; play { include a; }");
    }
};

void require(bool condition, const char* what, const std::string& text) {
    if (condition) return;
    std::cerr << what << ":\n" << text << "\n";
    std::abort();
}

bool hasError(const config::LoadOutcome& outcome) {
    for (const config::Finding& finding : outcome.findings)
        if (finding.severity == config::Finding::Severity::Error) return true;
    return false;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const config::ConfigLoader loader(std::make_unique<OneFile>());
    const config::Environment environment;
    const config::LoadOutcome outcome = loader.loadText(base::asText({data, size}), "fuzz.conf", environment);
    for (const std::string& line : config::findingLines(outcome.findings))
        require(line.find('\n') == std::string::npos, "a finding of two lines", line);
    require((outcome.config == nullptr) == hasError(outcome), "a Config or an error", "neither or both");
    if (outcome.config == nullptr) return 0;

    const std::string text = config::dump(outcome);
    const config::LoadOutcome again = loader.loadText(text, "dump", environment);
    require(again.config != nullptr, "a dump that does not load", text);
    require(config::dump(*again.config) == config::dump(*outcome.config), "a dump that loads to something else", text);
    return 0;
}
