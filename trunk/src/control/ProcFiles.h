#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hookcast::control {

/// The words of a file under /proc, or none when it cannot be read. It waits for nothing but memory, but it is a file:
/// not on a loop.
std::vector<std::string> procWords(const std::string& path);

/// Of /proc/meminfo: kilobytes by name.
std::map<std::string, std::uint64_t> memoryKilobytes();

/// Of /proc/stat: the processor's time in ticks, in the kernel's order: user, nice, system, idle, iowait, irq, softirq,
/// steal, guest. Shorter where the kernel tells less.
std::vector<std::uint64_t> processorTicks();

/// Of /proc/self/stat: all fields from the process id on; the name without its parentheses.
std::vector<std::string> ownStatus();

/// Bytes that all interfaces but loopback have received and sent.
struct NetworkBytes {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
};
NetworkBytes networkBytes();

/// What all disks together have read and written, in kilobytes (/proc/vmstat); 0 where the kernel does not tell.
struct DiskTraffic {
    std::uint64_t readKilobytes = 0;
    std::uint64_t writtenKilobytes = 0;
};
DiskTraffic diskTraffic();

/// For how many milliseconds these disks, by their names in /proc/diskstats, have been at work: the sum of all, and how
/// many of them there are.
struct DiskTime {
    std::uint64_t busyMs = 0;
    std::size_t disks = 0;
};
DiskTime diskTime(const std::vector<std::string>& names);

} // namespace hookcast::control
