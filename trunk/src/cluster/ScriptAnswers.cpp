#include "cluster/ScriptAnswers.h"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr const char* kNoTime = "a Redis that does not tell the time";
constexpr const char* kNoAddress = "an answer that is no address";

/// Throws std::runtime_error with `why` where the text is none.
template <typename Number>
Number numberIn(const std::string& text, const char* why) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw std::runtime_error(why);
    return number;
}

std::uint64_t countIn(const std::string& text) {
    return numberIn<std::uint64_t>(text, kOtherAnswer);
}

EventStore::Standing standingIn(const std::vector<std::string>& answer) {
    return {answer[0], countIn(answer[1]), countIn(answer[2])};
}

} // namespace

Outcome readExchange(const std::vector<std::string>& answer, std::size_t changes) {
    constexpr std::size_t kHead = 4;
    if (answer.size() < kHead || answer.size() % 2 != kHead % 2 || answer[2].size() != changes)
        throw std::runtime_error(kOtherAnswer);
    Outcome outcome;
    outcome.revision = countIn(answer[1]);
    outcome.history = answer[0];
    outcome.isComplete = answer[3] == "1";
    for (const char digit : answer[2]) outcome.applied.push_back(digit == '1');
    for (std::size_t i = kHead; i < answer.size(); i += 2) outcome.news.push_back({answer[i], answer[i + 1]});
    return outcome;
}

EventStore::AdditionOutcome readAddition(const std::vector<std::string>& answer) {
    constexpr std::size_t kWords = 4;
    if (answer.size() != kWords) throw std::runtime_error(kOtherAnswer);
    return {standingIn(answer), countIn(answer[3])};
}

EventStore::TurnOutcome readTurn(std::vector<std::string>& answer) {
    constexpr std::size_t kHead = 6;
    constexpr std::size_t kPerEntry = 3;
    if (answer.size() < kHead || (answer.size() - kHead) % kPerEntry != 0) throw std::runtime_error(kOtherAnswer);
    EventStore::TurnOutcome outcome{standingIn(answer), answer[3], answer[4], countIn(answer[5]), {}};
    for (std::size_t i = kHead; i < answer.size(); i += kPerEntry)
        outcome.entries.push_back({{answer[i], answer[i + 1]}, std::move(answer[i + 2])});
    return outcome;
}

std::int64_t unixMsIn(const std::vector<std::string>& time) {
    constexpr std::int64_t kPerUnit = 1000;
    if (time.size() != 2) throw std::runtime_error(kNoTime);
    const auto seconds = numberIn<std::int64_t>(time[0], kNoTime);
    const auto microseconds = numberIn<std::int64_t>(time[1], kNoTime);
    // What is beyond would overflow as milliseconds.
    constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / kPerUnit - 1;
    if (seconds < 0 || seconds > kMostSeconds || microseconds < 0 || microseconds >= kPerUnit * kPerUnit)
        throw std::runtime_error(kNoTime);
    return seconds * kPerUnit + microseconds / kPerUnit;
}

std::string runIdIn(const std::string& info) {
    constexpr std::string_view kName = "run_id:";
    const std::size_t at = info.find(kName);
    if (at == std::string::npos) throw std::runtime_error("a Redis that does not tell its run_id");
    return info.substr(at + kName.size(), info.find('\r', at) - at - kName.size());
}

MasterAddress readMasterAddress(const std::vector<std::string>& answer) {
    if (answer.size() != 2) throw std::runtime_error(kNoAddress);
    const auto port = numberIn<std::uint16_t>(answer[1], kNoAddress);
    if (port == 0) throw std::runtime_error(kNoAddress);
    return {answer[0], port};
}

} // namespace hookcast::cluster
