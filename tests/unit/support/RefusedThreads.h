#pragma once

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>

/// A machine that has no threads left.
namespace hookcast::support {

/// From its creation to its end every new thread is refused, but for the first `allowed`. One at a time.
class RefusedThreads {
  public:
    explicit RefusedThreads(int allowed = 0) { left() = allowed; }
    ~RefusedThreads() { left() = kAny; }
    RefusedThreads(const RefusedThreads&) = delete;
    RefusedThreads& operator=(const RefusedThreads&) = delete;

    static constexpr int kAny = -1;

    /// How many more there may be, or kAny.
    static std::atomic<int>& left() {
        static std::atomic<int> left{kAny};
        return left;
    }

    static bool refuses() { return left() != kAny && left().fetch_sub(1) <= 0; }
};

} // namespace hookcast::support

/// Stands before the system's in every program that includes this.
extern "C" __attribute__((used)) inline int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                                           void* (*body)(void*), void* argument) noexcept {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
    if (hookcast::support::RefusedThreads::refuses()) return EAGAIN;
    return create(thread, attributes, body, argument);
}
