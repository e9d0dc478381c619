#pragma once

#include "base/Bytes.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hookcast::media {

/// What a run of MPEG-TS packets shows (ISO/IEC 13818-1, 2.4), as much as tests want to know.
class TsPackets {
  public:
    static constexpr std::size_t kSize = 188;

    /// Adds packets; counts those that are none.
    void add(base::ByteSpan bytes) {
        broken += bytes.size() % kSize;
        for (; bytes.size() >= kSize; bytes = bytes.subspan(kSize)) addPacket(bytes.first(kSize));
    }

    std::vector<int> pids;               ///< of each packet
    std::set<int> streamTypes;           ///< in the newest PMT
    std::vector<int> pmtVersions;        ///< of each PMT
    std::map<int, std::int64_t> lastPts; ///< per PID
    std::map<int, std::int64_t> lastDts; ///< per PID; where there is none, the PTS
    std::vector<std::int64_t> pcrs;      ///< in 90 kHz ticks
    std::set<int> discontinuous;         ///< PIDs with a discontinuity indicator
    std::size_t broken = 0;              ///< packets without sync byte, and bytes too many
    std::size_t gaps = 0;                ///< continuity counters that do not follow, but where it was announced

    bool beginsWithTables() const { return pids.size() > 2 && pids[0] == 0x11 && pids[1] == 0 && pids[2] == 0x1000; }

  private:
    void addPacket(base::ByteSpan packet) {
        if (packet[0] != 0x47) {
            ++broken;
            return;
        }
        const int pid = (packet[1] & 0x1F) << 8 | packet[2];
        const bool begins = (packet[1] & 0x40) != 0;
        const bool hasAdaptation = (packet[3] & 0x20) != 0;
        const std::size_t adaptationBytes = hasAdaptation ? packet[4] + std::size_t{1} : 0;
        pids.push_back(pid);
        bool announced = false;
        if (hasAdaptation && packet[4] > 0) {
            announced = (packet[5] & 0x80) != 0;
            if ((packet[5] & 0x10) != 0) {
                std::int64_t base = 0;
                for (int i = 6; i < 10; ++i) base = base << 8 | packet[i];
                pcrs.push_back(base << 1 | packet[10] >> 7);
            }
        }
        if (announced) discontinuous.insert(pid);
        if ((packet[3] & 0x10) != 0) {
            const int counter = packet[3] & 0x0F;
            const auto last = counters_.find(pid);
            if (last != counters_.end() && !announced && counter != ((last->second + 1) & 0x0F)) ++gaps;
            counters_[pid] = counter;
        }
        const base::ByteSpan payload = packet.subspan(4 + adaptationBytes);
        if (pid == 0x1000) addPmt(payload);
        if (pid >= 0x100 && pid < 0x110 && begins) addPes(pid, payload);
    }

    void addPmt(base::ByteSpan payload) {
        const base::ByteSpan section = payload.subspan(1 + payload[0]);
        const std::size_t end = 3 + ((section[1] & 0x0FU) << 8U | section[2]) - 4;
        pmtVersions.push_back(section[5] >> 1 & 0x1F);
        streamTypes.clear();
        std::size_t at = 12 + ((section[10] & 0x0FU) << 8U | section[11]);
        while (at + 5 <= end) {
            streamTypes.insert(section[at]);
            at += 5 + ((section[at + 3] & 0x0FU) << 8U | section[at + 4]);
        }
    }

    static std::int64_t time(base::ByteSpan bytes) {
        return static_cast<std::int64_t>(bytes[0] >> 1 & 0x07) << 30 | bytes[1] << 22 | (bytes[2] >> 1) << 15 |
               bytes[3] << 7 | bytes[4] >> 1;
    }

    void addPes(int pid, base::ByteSpan pes) {
        const int which = pes[7] >> 6;
        if (which == 0) return;
        lastPts[pid] = time(pes.subspan(9));
        lastDts[pid] = which == 3 ? time(pes.subspan(14)) : lastPts[pid];
    }

    std::map<int, int> counters_;
};

} // namespace hookcast::media
