#pragma once

#include <dlfcn.h>
#include <pthread.h>

#include <functional>
#include <utility>

/// For what may happen between two locks of one thread: runs something after the nth unlock that a thread makes.
namespace hookcast::support {

struct AfterUnlock {
    int unlocksLeft = 0; ///< 0: nothing is to be run
    std::function<void()> run;

    /// Of the calling thread.
    static AfterUnlock& ofThread() {
        thread_local AfterUnlock own;
        return own;
    }
};

} // namespace hookcast::support

/// Stands before the system's in every program that includes this.
extern "C" __attribute__((used)) inline int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
    using Unlock = int (*)(pthread_mutex_t*);
    static const auto unlock = reinterpret_cast<Unlock>(::dlsym(RTLD_NEXT, "pthread_mutex_unlock"));
    const int result = unlock(mutex);
    auto& after = hookcast::support::AfterUnlock::ofThread();
    if (after.unlocksLeft > 0 && --after.unlocksLeft == 0) std::exchange(after.run, nullptr)();
    return result;
}
