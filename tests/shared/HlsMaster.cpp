#include "shared/HlsRules.h"

#include <fmt/format.h>

#include <regex>
#include <set>
#include <utility>

namespace hookcast::support {

namespace {

class MasterReader {
  public:
    void read(const std::string& line) {
        if (line.empty()) return;
        if (!line.starts_with("#")) {
            if (!variant_) complain("{} has no EXT-X-STREAM-INF", line);
            variant_.reset();
            ++variants_;
            return;
        }
        if (!line.starts_with("#EXT")) return;
        if (variant_) complain("EXT-X-STREAM-INF has no URI on the next line");
        variant_.reset();
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string tag = line.substr(1, colon - 1);
        const std::string value = line.substr(std::min(colon + 1, line.size()));
        static const std::set<std::string> kKnown = {"EXT-X-VERSION",
                                                     "EXT-X-INDEPENDENT-SEGMENTS",
                                                     "EXT-X-STREAM-INF",
                                                     "EXT-X-MEDIA",
                                                     "EXT-X-I-FRAME-STREAM-INF",
                                                     "EXT-X-SESSION-DATA",
                                                     "EXT-X-SESSION-KEY",
                                                     "EXT-X-START"};
        if (!kKnown.contains(tag)) return complain("{} is no tag of a master playlist", tag);
        if (tag == "EXT-X-STREAM-INF") takeVariant(HlsAttributes::parse(value, violations_));
        if (tag == "EXT-X-MEDIA") takeMedia(HlsAttributes::parse(value, violations_));
    }

    Violations finish() {
        if (variant_) complain("EXT-X-STREAM-INF has no URI on the next line");
        if (variants_ == 0) complain("there is no variant");
        for (const auto& [type, group] : wanted_)
            if (!groups_.contains({type, group})) complain("there is no group {} of the type {}", group, type);
        return std::move(violations_);
    }

    Violations& violations() { return violations_; }

  private:
    template <typename... Values>
    void complain(fmt::format_string<Values...> form, Values&&... values) {
        violations_.push_back(fmt::format(form, std::forward<Values>(values)...));
    }

    void takeVariant(HlsAttributes variant) {
        const auto bandwidth = hlsInteger(variant.text("BANDWIDTH"));
        if (!bandwidth || *bandwidth == 0) complain("EXT-X-STREAM-INF has no BANDWIDTH");
        if (variant.has("AVERAGE-BANDWIDTH") && !hlsInteger(variant.text("AVERAGE-BANDWIDTH")))
            complain("AVERAGE-BANDWIDTH is no decimal integer");
        if (bandwidth && hlsInteger(variant.text("AVERAGE-BANDWIDTH")).value_or(0) > *bandwidth)
            complain("AVERAGE-BANDWIDTH is more than BANDWIDTH");
        const std::string codecs = variant.text("CODECS");
        if (!variant.isQuoted("CODECS") || codecs.empty()) complain("EXT-X-STREAM-INF has no CODECS");
        static const std::regex kCodecs("[A-Za-z0-9.-]+(,[A-Za-z0-9.-]+)*");
        if (!codecs.empty() && !std::regex_match(codecs, kCodecs)) complain("CODECS is no list of codecs: {}", codecs);
        static const std::regex kPicture("(^|,)(avc1|avc3|hvc1|hev1|av01|vp09)\\.");
        static const std::regex kResolution("[1-9][0-9]*x[1-9][0-9]*");
        const std::string resolution = variant.text("RESOLUTION");
        if (!resolution.empty() && !std::regex_match(resolution, kResolution))
            complain("RESOLUTION is none: {}", resolution);
        if (resolution.empty() && std::regex_search(codecs, kPicture))
            complain("a variant with pictures has no RESOLUTION");
        for (const char* type : {"AUDIO", "VIDEO", "SUBTITLES"})
            if (variant.has(type)) wanted_.insert({type, variant.text(type)});
        variant_ = std::move(variant);
    }

    void takeMedia(const HlsAttributes& media) {
        for (const char* name : {"GROUP-ID", "NAME"})
            if (!media.isQuoted(name) || media.text(name).empty()) complain("EXT-X-MEDIA has no {}", name);
        const std::string type = media.text("TYPE");
        static const std::set<std::string> kTypes = {"AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"};
        if (!kTypes.contains(type)) complain("EXT-X-MEDIA has no TYPE that is known: {}", type);
        groups_.insert({type, media.text("GROUP-ID")});
    }

    // state
    Violations violations_;
    std::optional<HlsAttributes> variant_; ///< whose URI comes next
    std::size_t variants_ = 0;
    std::set<std::pair<std::string, std::string>> wanted_;
    std::set<std::pair<std::string, std::string>> groups_;
};

} // namespace

Violations checkHlsMaster(const std::string& text) {
    MasterReader reader;
    for (const std::string& line : hlsLines(text, reader.violations())) reader.read(line);
    return reader.finish();
}

} // namespace hookcast::support
