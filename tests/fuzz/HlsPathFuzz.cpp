// The first line is a pattern of names, the second a path, the rest a query.
#include "hls/NamePattern.h"
#include "hls/Query.h"

#include "base/Bytes.h"
#include "fuzz/TakenLine.h"
#include "hub/NameVariables.h"

#include <cstdlib>

namespace {

using namespace hookcast;
using fuzz::takeLine;

void check(bool condition) {
    if (!condition) std::abort();
}

void fuzzName(std::string_view pattern, std::string_view path) {
    const hls::NamePattern names(pattern, "v");
    const auto match = names.match(path);
    if (!match) return;
    check(names.couldBe(path) && names.namesStreams());
    check(!match->app.empty() && !match->stream.empty() && match->stream.find('/') == std::string::npos);
    // Whoever is found has files of that name.
    std::string_view relative = pattern;
    while (relative.starts_with('/') || relative.starts_with("./")) relative.remove_prefix(relative.find('/') + 1);
    for (const char* number :
         {"[seq]", "[duration]", "[timestamp]", "[2006]", "[01]", "[02]", "[15]", "[04]", "[05]", "[999]"})
        if (relative.find(number) != std::string_view::npos) return;
    const hub::Variables variables = {{"[app]", match->app}, {"[stream]", match->stream}, {"[vhost]", "v"}};
    check(hub::replaceVariables(relative, variables) == path);
}

void fuzzQuery(std::string_view query) {
    const hls::Query read(query);
    const std::string own = read.own();
    check(own.empty() || own.starts_with('?'));
    const hls::Query again(own);
    check(!again.find(hls::Query::kToken) && !again.find(hls::Query::kSequence) && again.own() == own);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = base::asText({data, size});
    const std::string_view pattern = takeLine(text);
    const std::string_view path = takeLine(text);
    fuzzName(pattern, path);
    fuzzQuery(text);
    return 0;
}
