// The first line is a time, the second a query, the third the name of a segment, the rest a viewer's pass.
#include "base/TimeText.h"
#include "fuzz/TakenLine.h"
#include "vod/TimeRange.h"
#include "vod/ViewerPass.h"
#include "vod/VodPlaylist.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookcast;
using fuzz::takeLine;

void check(bool condition) {
    if (!condition) std::abort();
}

void fuzzTime(std::string_view text) {
    constexpr std::int64_t kYear10000 = 253'402'300'800'000 + 86'400'000;
    const auto time = base::parseTime(text);
    if (!time) return;
    check(time.value() >= 0 && time.value() < kYear10000);
    if (time.value() >= kYear10000 - 86'400'000) return; // by a time zone
    const auto again = base::parseTime(base::timeText(time.value()));
    check(again && again.value() == time.value());
}

void fuzzQuery(std::string_view query) {
    const auto range = vod::timeRangeOf(query);
    if (!range) return;
    const vod::TimeRange& read = range.value();
    check(!read.fromUnixMs || !read.toUnixMs || *read.fromUnixMs < *read.toUnixMs);
}

void fuzzName(std::string_view text) {
    const auto name = vod::SegmentName::parse(text);
    if (!name) return;
    check(name->text() == text && name->first < name->last);
    check(text.find('/') == std::string_view::npos);
}

void fuzzPass(std::string_view query, std::string_view pass) {
    static const vod::ViewerPasses passes;
    const vod::ViewerPasses::Bearer bearer{{"v.com", "live", "show"}, "192.0.2.1", std::string(query)};
    // The secret is of this run.
    check(!passes.read(bearer, pass));
    const auto parts = vod::ViewerPasses::split(passes.write(bearer, "viewer"));
    check(parts.query == query && passes.read(bearer, parts.pass) == "viewer");
    const auto split = vod::ViewerPasses::split(query);
    check(split.query.size() + split.pass.size() <= query.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    fuzzTime(takeLine(text));
    const std::string_view query = takeLine(text);
    fuzzQuery(query);
    fuzzName(takeLine(text));
    fuzzPass(query, text);
    return 0;
}
