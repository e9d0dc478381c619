#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hooks {

/// Which of what a yes says beside yes counts for an opening.
enum class DataUse : std::uint8_t {
    None,
    KeepsName, ///< all but another name: what is opened cannot be another thing
    All,
};

/// What a yes says beside yes, in its object `data`: how that is to be done which it permits.
struct AnswerData {
    std::string stream;             ///< the stream's name in place of the one asked about; empty: that one
    std::int64_t maxDurationMs = 0; ///< the client is ended then; 0: never
    std::int64_t maxBitsPerS = 0;   ///< of a publisher what it sends, of a player what it gets; 0: no limit
    std::optional<bool> dvr;        ///< whether a publication is recorded; none: as the configuration has it

    bool operator==(const AnswerData&) const = default;

    bool isEmpty() const { return *this == AnswerData(); }

    /// What a backend has said that was asked after those of before: its name and its dvr count, and of each limit the
    /// smaller one.
    void add(const AnswerData& later);

    /// As far as it counts for `use`.
    AnswerData forUse(DataUse use) const;

    /// For the log and for people: `stream=show max_duration=60 max_kbps=2500 dvr=true`; empty where it says nothing.
    std::string text() const;
};

/// An answer's data, and what of it is passed over, in words for the log: such as `max_kbps is no number above 0`.
struct AnswerDataReading {
    AnswerData data;
    std::vector<std::string> passedOver;
};

/// Reads the `data` of an answer that is a JSON object; of any other answer there is none. A member that is not there,
/// null, or unknown says nothing; one of a wrong type or beyond its bounds is passed over.
AnswerDataReading readAnswerData(std::string_view body);

} // namespace hookcast::hooks
