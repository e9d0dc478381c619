#include "hooks/AnswerData.h"

#include "hooks/AnswerText.h"
#include "hooks/StreamKey.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <typeinfo>

namespace hookcast::hooks {

namespace {

using Poco::Dynamic::Var;

constexpr std::size_t kLongestNameBytes = 1024;
/// Seconds, or kbit/s: what is beyond is a slip of the pen, and would overflow as a small unit.
constexpr double kMost = 1e9;
constexpr double kSmallUnits = 1000; ///< ms of a second, bit of a kbit

std::int64_t smaller(std::int64_t limit, std::int64_t other) {
    if (limit == 0 || other == 0) return limit + other;
    return std::min(limit, other);
}

/// A number of JSON; one beyond 64 bits comes from Poco's parser as an unsigned one, wrapped.
std::optional<double> numberIn(const Var& value) {
    if (value.type() == typeid(Poco::Int64)) return static_cast<double>(value.extract<Poco::Int64>());
    if (value.type() == typeid(double)) return value.extract<double>();
    return std::nullopt;
}

/// The rules of what clients name, see readStreamPath(), for one segment.
bool isName(const std::string& name) {
    if (name.empty() || name.size() > kLongestNameBytes || name.find_first_of("/?") != std::string::npos) return false;
    const base::Result<StreamPath> path = readStreamPath("app/" + name);
    return path && path.value().app == "app" && path.value().stream == name;
}

class Reader {
  public:
    Reader(const Poco::JSON::Object& object, bool isAsWritten) : object_(object), isAsWritten_(isAsWritten) {}

    AnswerDataReading read() {
        read("stream", "is no name that a stream may have", [this](const Var& value) {
            // What only mending has made a text is none that the backend has said.
            if (!value.isString() || !isAsWritten_ || !isName(value.extract<std::string>())) return false;
            reading_.data.stream = value.extract<std::string>();
            return true;
        });
        readLimit("max_duration", reading_.data.maxDurationMs);
        readLimit("max_kbps", reading_.data.maxBitsPerS);
        read("dvr", "is neither true nor false", [this](const Var& value) {
            if (!value.isBoolean()) return false;
            reading_.data.dvr = value.extract<bool>();
            return true;
        });
        return std::move(reading_);
    }

  private:
    template <typename Take>
    void read(const char* name, const char* fault, const Take& take) {
        const Var value = object_.get(name);
        if (!value.isEmpty() && !take(value)) reading_.passedOver.push_back(fmt::format("{} {}", name, fault));
    }

    void readLimit(const char* name, std::int64_t& limit) {
        read(name, "is no number above 0 and up to 1000000000", [&limit](const Var& value) {
            const std::optional<double> number = numberIn(value);
            // A comparison with what is no number is false.
            if (!number || !(*number > 0 && *number <= kMost)) return false;
            limit = static_cast<std::int64_t>(std::ceil(*number * kSmallUnits));
            return true;
        });
    }

    // given
    const Poco::JSON::Object& object_;
    bool isAsWritten_;
    // state
    AnswerDataReading reading_;
};

} // namespace

void AnswerData::add(const AnswerData& later) {
    if (!later.stream.empty()) stream = later.stream;
    if (later.dvr) dvr = later.dvr;
    maxDurationMs = smaller(maxDurationMs, later.maxDurationMs);
    maxBitsPerS = smaller(maxBitsPerS, later.maxBitsPerS);
}

AnswerData AnswerData::forUse(DataUse use) const {
    if (use == DataUse::None) return {};
    AnswerData data = *this;
    if (use == DataUse::KeepsName) data.stream.clear();
    return data;
}

std::string AnswerData::text() const {
    std::string text;
    const auto add = [&text](std::string_view name, const std::string& value) {
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
    };
    if (!stream.empty()) add("stream", stream);
    if (maxDurationMs > 0) add("max_duration", fmt::format("{}", static_cast<double>(maxDurationMs) / kSmallUnits));
    if (maxBitsPerS > 0) add("max_kbps", fmt::format("{}", static_cast<double>(maxBitsPerS) / kSmallUnits));
    if (dvr) add("dvr", *dvr ? "true" : "false");
    return text;
}

AnswerDataReading readAnswerData(std::string_view body) {
    const std::string_view text = answerText(body);
    if (!text.starts_with('{')) return {};
    try {
        const Var data = parseAnswer(text)->get("data");
        if (data.isEmpty()) return {};
        if (data.type() != typeid(Poco::JSON::Object::Ptr)) return {{}, {"data is no object"}};
        return Reader(*data.extract<Poco::JSON::Object::Ptr>(), readableJson(text) == text).read();
    } catch (const Poco::Exception&) {
        return {}; // the judgement says in the log what is wrong with it
    }
}

} // namespace hookcast::hooks
