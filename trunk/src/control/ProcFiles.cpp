#include "control/ProcFiles.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace hookcast::control {

namespace {

std::uint64_t numberIn(const std::string& text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string firstLine(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::vector<std::string> wordsOf(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

} // namespace

std::vector<std::string> procWords(const std::string& path) {
    std::ifstream file(path);
    return {std::istream_iterator<std::string>(file), {}};
}

std::map<std::string, std::uint64_t> memoryKilobytes() {
    std::map<std::string, std::uint64_t> values;
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> words = wordsOf(line);
        if (words.size() >= 2 && words[0].ends_with(':'))
            values[words[0].substr(0, words[0].size() - 1)] = numberIn(words[1]);
    }
    return values;
}

std::vector<std::uint64_t> processorTicks() {
    std::vector<std::uint64_t> ticks;
    const std::vector<std::string> words = wordsOf(firstLine("/proc/stat"));
    for (std::size_t i = 1; i < words.size(); ++i) ticks.push_back(numberIn(words[i]));
    return ticks;
}

std::vector<std::string> ownStatus() {
    const std::string line = firstLine("/proc/self/stat");
    // The name may hold blanks and parentheses of its own: it ends at the last one.
    const std::size_t open = line.find('(');
    const std::size_t close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos || open > close) return {};
    std::vector<std::string> fields = wordsOf(line.substr(0, open));
    fields.push_back(line.substr(open + 1, close - open - 1));
    for (std::string& word : wordsOf(line.substr(close + 1))) fields.push_back(std::move(word));
    return fields;
}

NetworkBytes networkBytes() {
    constexpr std::size_t kReceived = 1;
    constexpr std::size_t kSent = 9;
    NetworkBytes bytes;
    std::ifstream file("/proc/net/dev");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        line[colon] = ' ';
        const std::vector<std::string> words = wordsOf(line);
        if (words.size() <= kSent || words[0] == "lo") continue;
        bytes.received += numberIn(words[kReceived]);
        bytes.sent += numberIn(words[kSent]);
    }
    return bytes;
}

DiskTraffic diskTraffic() {
    DiskTraffic traffic;
    std::ifstream file("/proc/vmstat");
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> words = wordsOf(line);
        if (words.size() < 2) continue;
        if (words[0] == "pgpgin") traffic.readKilobytes = numberIn(words[1]);
        if (words[0] == "pgpgout") traffic.writtenKilobytes = numberIn(words[1]);
    }
    return traffic;
}

DiskTime diskTime(const std::vector<std::string>& names) {
    constexpr std::size_t kName = 2;
    constexpr std::size_t kBusyMs = 12;
    DiskTime time;
    if (names.empty()) return time;
    std::ifstream file("/proc/diskstats");
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> words = wordsOf(line);
        if (words.size() <= kBusyMs || std::ranges::find(names, words[kName]) == names.end()) continue;
        time.busyMs += numberIn(words[kBusyMs]);
        ++time.disks;
    }
    return time;
}

} // namespace hookcast::control
