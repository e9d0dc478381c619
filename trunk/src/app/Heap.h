#pragma once

#include <cstddef>

namespace hookcast::app {

/// How much of a heap that clients have left stays with the process. The C library's own way suits programs that grow
/// once: it takes a block that was freed as a sign to keep all of that size, and each thread keeps what its sessions
/// leave.
struct Heap {
    /// A block of so many bytes and more that does not fit into a hole is a mapping of its own, which its end gives
    /// back: a slab of a wire log, libsrt's lists of a connection, a muxer's buffer, a segment, a large keyframe.
    /// Nothing on the path to a player that keeps up is so large.
    static constexpr int kMappedBytes = 64 * 1024;
    /// Free at an arena's end, beyond which the system gets it back.
    static constexpr int kTrimBytes = 1024 * 1024;
    /// Arenas beside one per loop, which all other threads share: they come and go, and allocate little.
    static constexpr std::size_t kSharedArenas = 2;

    /// Once, before the first thread. A variable of the environment (MALLOC_ARENA_MAX, GLIBC_TUNABLES) is overruled.
    static void settle(std::size_t loops);
};

} // namespace hookcast::app
