#include "control/ProcessFigures.h"

#include "control/ProcFiles.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

namespace hookcast::control {

namespace {

// Places in /proc/self/stat (proc(5)).
constexpr std::size_t kUserTicks = 13;
constexpr std::size_t kSystemTicks = 14;
constexpr std::size_t kStartTicks = 21;
constexpr std::size_t kVirtualBytes = 22;
constexpr std::size_t kResidentPages = 23;

/// Of /proc/stat: when the machine was started, in seconds since 1970.
std::uint64_t bootTime() {
    const std::vector<std::string> words = procWords("/proc/stat");
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == "btime") return std::strtoull(words[i + 1].c_str(), nullptr, 10);
    return 0;
}

} // namespace

ProcessFigures processFigures() {
    ProcessFigures figures;
    const std::vector<std::string> status = ownStatus();
    if (status.size() > kResidentPages) {
        const auto at = [&status](std::size_t place) { return std::strtoull(status[place].c_str(), nullptr, 10); };
        const auto perSecond = static_cast<double>(::sysconf(_SC_CLK_TCK));
        figures.cpuSeconds = static_cast<double>(at(kUserTicks) + at(kSystemTicks)) / perSecond;
        figures.virtualBytes = at(kVirtualBytes);
        figures.residentBytes = at(kResidentPages) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        figures.startedAtUnixS = static_cast<double>(bootTime()) + static_cast<double>(at(kStartTicks)) / perSecond;
    }
    std::error_code failed; // without a descriptor left for it, say
    std::filesystem::directory_iterator open("/proc/self/fd", failed);
    // Without the one that reads this.
    for (const auto end = std::filesystem::directory_iterator(); !failed && open != end; open.increment(failed))
        ++figures.openDescriptors;
    if (figures.openDescriptors > 0) --figures.openDescriptors;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.mostDescriptors = limit.rlim_cur;
    return figures;
}

} // namespace hookcast::control
