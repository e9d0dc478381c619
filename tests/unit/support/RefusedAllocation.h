#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

/// A machine that has no memory left. Stands before the library's `operator new` in every program that includes this,
/// which one source of a program may do: such a definition cannot be inline.
namespace hookcast::support {

/// From its creation to its end the `nth` allocation by `operator new`, counted from 1, on whatever thread, throws
/// std::bad_alloc; and those behind it, unless it is to be that one only. One at a time.
class RefusedAllocation {
  public:
    enum class Kind { One, AllFrom };

    RefusedAllocation(std::int64_t nth, Kind kind) {
        refusesAll() = kind == Kind::AllFrom;
        left() = nth;
    }
    ~RefusedAllocation() { left() = kAny; }
    RefusedAllocation(const RefusedAllocation&) = delete;
    RefusedAllocation& operator=(const RefusedAllocation&) = delete;

    static constexpr std::int64_t kAny = INT64_MAX;

    /// Whether one was refused.
    static bool hasHappened() { return left() <= 0; }

    /// How many allocations there are that nobody has freed yet.
    static std::atomic<std::int64_t>& living() {
        static std::atomic<std::int64_t> living{0};
        return living;
    }

    static void* allocate(std::size_t sizeBytes, std::size_t alignment) {
        void* const memory = tryToAllocate(sizeBytes, alignment);
        if (memory == nullptr) throw std::bad_alloc();
        return memory;
    }

    /// Null where there is none.
    static void* tryToAllocate(std::size_t sizeBytes, std::size_t alignment) {
        if (refuses()) return nullptr;
        const std::size_t size = sizeBytes == 0 ? 1 : sizeBytes;
        void* const memory = alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
                                 ? std::malloc(size)
                                 : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
        if (memory != nullptr) ++living();
        return memory;
    }

    static void free(void* memory) {
        if (memory == nullptr) return;
        --living();
        std::free(memory);
    }

  private:
    /// How many more there may be; with kAny it does not count.
    static std::atomic<std::int64_t>& left() {
        static std::atomic<std::int64_t> left{kAny};
        return left;
    }

    static std::atomic<bool>& refusesAll() {
        static std::atomic<bool> all{false};
        return all;
    }

    static bool refuses() {
        if (left() == kAny) return false;
        const std::int64_t now = --left();
        return now == 0 || (now < 0 && refusesAll());
    }
};

} // namespace hookcast::support

// All of them, as the sanitizers bring their own.

void* operator new(std::size_t size) {
    return hookcast::support::RefusedAllocation::allocate(size, 0);
}
void* operator new[](std::size_t size) {
    return hookcast::support::RefusedAllocation::allocate(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return hookcast::support::RefusedAllocation::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return hookcast::support::RefusedAllocation::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return hookcast::support::RefusedAllocation::tryToAllocate(size, 0);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return hookcast::support::RefusedAllocation::tryToAllocate(size, 0);
}
void operator delete(void* memory) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete[](void* memory) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t& /*tag*/) noexcept {
    hookcast::support::RefusedAllocation::free(memory);
}
