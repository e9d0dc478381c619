// Any bytes as a JSON configuration: a load ends with a Config or an error, names a place within the text, and the dump
// of a Config loads, in nginx style, to the same one.
#include "config/ConfigLoader.h"
#include "config/Dump.h"
#include "config/JsonConfig.h"

#include "base/Bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

using namespace hookcast;

void require(bool condition, const char* what, const std::string& text) {
    if (condition) return;
    std::cerr << what << ":\n" << text << "\n";
    std::abort();
}

void checkFindings(const config::LoadOutcome& outcome, const std::string& text) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') + 1;
    bool hasError = false;
    for (const config::Finding& finding : outcome.findings) {
        require(finding.text().find('\n') == std::string::npos, "a finding of two lines", finding.text());
        require(finding.where.line <= lines, "a place behind the text", finding.text());
        require(static_cast<std::size_t>(finding.where.column) <= text.size() + 1, "a place behind a line",
                finding.text());
        hasError = hasError || finding.severity == config::Finding::Severity::Error;
    }
    require((outcome.config == nullptr) == hasError, "a Config or an error", "neither or both");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(base::asText({data, size}));
    // The other readers have fuzzers of their own.
    const std::string text = config::looksLikeJson(input) ? input : "{" + input;
    const config::ConfigLoader loader;
    const config::Environment environment;
    const config::LoadOutcome outcome = loader.loadText(text, "server.json", environment);
    checkFindings(outcome, text);
    if (outcome.config == nullptr) return 0;

    const std::string dumped = config::dump(outcome);
    const config::LoadOutcome again = loader.loadText(dumped, "dump", environment);
    require(again.config != nullptr, "a dump that does not load", dumped);
    require(config::dump(*again.config) == config::dump(*outcome.config), "a dump that loads to something else",
            dumped);
    return 0;
}
