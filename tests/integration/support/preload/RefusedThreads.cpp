// Loaded before the server's libraries: while the file that HOOKCAST_TEST_NO_THREADS names is there, the machine has no
// thread left.
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                              void* argument) noexcept {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
    const char* const file = std::getenv("HOOKCAST_TEST_NO_THREADS"); // NOLINT(concurrency-mt-unsafe): nobody sets any
    if (file != nullptr && ::access(file, F_OK) == 0) return EAGAIN;
    return create(thread, attributes, body, argument);
}
