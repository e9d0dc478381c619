#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"
#include "control/ProcFiles.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace hookcast::control {

/// What the control interface tells of the server as a process, and of its machine, with SRS's fields; and commands. On
/// the interface's thread.
class SystemPages {
  public:
    explicit SystemPages(ApiContext& context);

    ApiAnswer summaries(const ApiQuery& query, const Census& census) const;
    ApiAnswer rusages(const ApiQuery& query, const Census& census) const;
    ApiAnswer selfProcStats(const ApiQuery& query, const Census& census) const;
    ApiAnswer systemProcStats(const ApiQuery& query, const Census& census) const;
    ApiAnswer meminfos(const ApiQuery& query, const Census& census) const;
    /// Whether a request to raw() is more than a question.
    static bool isCommand(const ApiQuery& query);
    ApiAnswer raw(const ApiQuery& query, const Census& census) const;

    /// How busy process, processor and disks have been since the last look, for those who ask next. Every few seconds.
    void sample();

  private:
    /// Shares from 0 to 1, and rates.
    struct Load {
        double process = 0;          ///< of one core
        double system = 0;           ///< of all cores
        double disks = 0;            ///< of the time of those in stats.disk
        double readKilobytes = 0;    ///< per second, all disks
        double writtenKilobytes = 0; ///< likewise
    };
    struct DiskWork {
        std::chrono::steady_clock::time_point at;
        DiskTraffic traffic;
        DiskTime time;
    };
    struct Ticks {
        std::uint64_t process = 0;
        std::uint64_t system = 0;
        std::uint64_t idle = 0;
    };

    static Ticks ticksNow();
    DiskWork diskWorkNow() const;
    void sampleDisks();
    Json selfJson() const;
    Json systemJson(const Census& census) const;

    // given
    ApiContext& context_;
    // state
    std::chrono::steady_clock::time_point startedAt_;
    Ticks ticks_;
    DiskWork diskWork_;
    Load load_;
};

} // namespace hookcast::control
