// Any bytes as an XML configuration: a load ends with a Config or an error, names a place within the text, and the dump
// of a Config loads, in nginx style, to the same one.
#include "config/ConfigLoader.h"
#include "config/Dump.h"
#include "config/XmlConfig.h"

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
        hasError = hasError || finding.severity == config::Finding::Severity::Error;
    }
    require((outcome.config == nullptr) == hasError, "a Config or an error", "neither or both");
}

} // namespace

/// Poco's parser forgets what it has made where there is no memory to note it down.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:Poco::XML::\n";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(base::asText({data, size}));
    // The other reader has a fuzzer of its own.
    const std::string text = config::looksLikeXml(input) ? input : "<" + input;
    const config::ConfigLoader loader;
    const config::Environment environment;
    const config::LoadOutcome outcome = loader.loadText(text, "fuzz.cfg", environment);
    checkFindings(outcome, text);
    if (outcome.config == nullptr) return 0;

    const std::string dumped = config::dump(outcome);
    require(text.find("<!DOCTYPE") == std::string::npos || text.find("<![CDATA[") != std::string::npos ||
                text.find("<!--") != std::string::npos || text.find("<?") != std::string::npos,
            "a document type was read", text);
    const config::LoadOutcome again = loader.loadText(dumped, "dump", environment);
    require(again.config != nullptr, "a dump that does not load", dumped);
    require(config::dump(*again.config) == config::dump(*outcome.config), "a dump that loads to something else",
            dumped);
    return 0;
}
