#include "ProcessWatch.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace hookcast::load {

namespace {

/// Fields of /proc/PID/stat, counted from behind the command's closing bracket (proc(5): state is field 3).
constexpr int kFieldsBeforeUtime = 11;

} // namespace

std::optional<ProcessUse> useOf(int pid) {
    const std::string folder = "/proc/" + std::to_string(pid);
    std::string stat;
    if (!std::getline(std::ifstream(folder + "/stat"), stat)) return std::nullopt;
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < kFieldsBeforeUtime; ++i) fields >> skipped;
    double userTicks = 0;
    double systemTicks = 0;
    fields >> userTicks >> systemTicks;
    const auto ticksPerSecond = static_cast<double>(::sysconf(_SC_CLK_TCK));
    ProcessUse use;
    use.userSeconds = userTicks / ticksPerSecond;
    use.systemSeconds = systemTicks / ticksPerSecond;
    std::ifstream rollup(folder + "/smaps_rollup");
    for (std::string line; std::getline(rollup, line);) {
        if (line.rfind("Pss:", 0) == 0) use.pssKb = std::stoull(line.substr(4));
    }
    return use;
}

} // namespace hookcast::load
