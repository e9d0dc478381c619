#include "app/Heap.h"

#include <malloc.h>

namespace hookcast::app {

void Heap::settle(std::size_t loops) {
    // Each of the first two also ends the adjusting of both.
    ::mallopt(M_MMAP_THRESHOLD, kMappedBytes);
    ::mallopt(M_TRIM_THRESHOLD, kTrimBytes);
    ::mallopt(M_ARENA_MAX, static_cast<int>(loops + kSharedArenas));
}

} // namespace hookcast::app
