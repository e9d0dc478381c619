#include "control/ProcFiles.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

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

std::uint64_t valueBehind(const std::vector<std::string>& words, const std::string& name) {
    const auto found = std::ranges::find(words, name);
    return found == words.end() || found + 1 == words.end() ? 0 : numberIn(*(found + 1));
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

NetworkBytes networkBytes(const std::vector<std::string>& publicNames, const std::string& file) {
    constexpr std::size_t kReceived = 1;
    constexpr std::size_t kSent = 9;
    NetworkBytes bytes;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        line[colon] = ' ';
        const std::vector<std::string> words = wordsOf(line);
        if (words.size() <= kSent) continue;
        const bool isPublic = std::ranges::find(publicNames, words[0]) != publicNames.end();
        (isPublic ? bytes.received : bytes.receivedInside) += numberIn(words[kReceived]);
        (isPublic ? bytes.sent : bytes.sentInside) += numberIn(words[kSent]);
    }
    return bytes;
}

SocketCounts socketCounts(const std::string& folder) {
    SocketCounts counts;
    for (const char* file : {"/sockstat", "/sockstat6"}) {
        std::ifstream lines(folder + file);
        for (std::string line; std::getline(lines, line);) {
            const std::vector<std::string> words = wordsOf(line);
            if (words.empty()) continue;
            if (words[0] == "TCP:" || words[0] == "TCP6:") {
                counts.tcp += valueBehind(words, "inuse");
                counts.timeWait += valueBehind(words, "tw");
            }
            if (words[0] == "UDP:" || words[0] == "UDP6:") counts.udp += valueBehind(words, "inuse");
        }
    }
    counts.tcp += counts.timeWait;
    // A line of names, then one of their values.
    std::ifstream lines(folder + "/snmp");
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> words = wordsOf(line);
        if (words.empty() || words[0] != "Tcp:") continue;
        const auto place = std::ranges::find(names, "CurrEstab");
        const auto index = static_cast<std::size_t>(place - names.begin());
        if (place != names.end() && index < words.size()) counts.established = numberIn(words[index]);
        names = std::move(words);
    }
    return counts;
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
