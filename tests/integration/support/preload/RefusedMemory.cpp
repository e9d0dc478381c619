// Loaded before the server's libraries: while the file that HOOKCAST_TEST_NO_MEMORY names is there, the machine has no
// memory for anything of HOOKCAST_TEST_LARGE bytes or more.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

// NOLINTBEGIN(concurrency-mt-unsafe): nobody sets any
std::size_t largeBytes() {
    static const char* const text = std::getenv("HOOKCAST_TEST_LARGE");
    static const std::size_t bytes = text == nullptr ? SIZE_MAX : std::strtoull(text, nullptr, 10);
    return bytes;
}

bool isRefused(std::size_t size) {
    static const char* const file = std::getenv("HOOKCAST_TEST_NO_MEMORY");
    return size >= largeBytes() && file != nullptr && ::access(file, F_OK) == 0;
}
// NOLINTEND(concurrency-mt-unsafe)

} // namespace

void* operator new(std::size_t size) {
    void* const memory = isRefused(size) ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return isRefused(size) ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
