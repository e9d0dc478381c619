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

/// What the machine's network interfaces have received and sent, in bytes.
struct NetworkBytes {
    std::uint64_t received = 0; ///< by those with a public address
    std::uint64_t sent = 0;
    std::uint64_t receivedInside = 0; ///< by loopback and all others
    std::uint64_t sentInside = 0;
};

/// `publicNames`: the interfaces with a public address. `file` is of the form of /proc/net/dev.
NetworkBytes networkBytes(const std::vector<std::string>& publicNames, const std::string& file = "/proc/net/dev");

/// The machine's sockets, of IPv4 and IPv6.
struct SocketCounts {
    std::uint64_t tcp = 0;         ///< in use, and those in TIME_WAIT
    std::uint64_t established = 0; ///< of TCP; one that waits to be closed counts, too
    std::uint64_t timeWait = 0;
    std::uint64_t udp = 0;
};

/// `folder` holds sockstat, sockstat6 and snmp; 0 for what it does not tell.
SocketCounts socketCounts(const std::string& folder = "/proc/net");

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
