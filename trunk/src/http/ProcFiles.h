#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hookcast::http {

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

} // namespace hookcast::http
