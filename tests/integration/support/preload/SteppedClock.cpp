// Loaded before the server's libraries: its wall clock is as many seconds ahead as the file that HOOKCAST_TEST_CLOCK
// names says at this moment; a negative number is behind.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace {

long offsetS() {
    const char* const file = std::getenv("HOOKCAST_TEST_CLOCK"); // NOLINT(concurrency-mt-unsafe): nobody sets any
    const int descriptor = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    std::array<char, 32> text{};
    const ssize_t size = ::read(descriptor, text.data(), text.size() - 1);
    ::close(descriptor);
    return size <= 0 ? 0 : std::strtol(text.data(), nullptr, 10);
}

} // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    using Get = int (*)(clockid_t, timespec*);
    static const auto get = reinterpret_cast<Get>(::dlsym(RTLD_NEXT, "clock_gettime"));
    const int result = get(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += offsetS();
    return result;
}

extern "C" int gettimeofday(timeval* time, void* zone) noexcept {
    using Get = int (*)(timeval*, void*);
    static const auto get = reinterpret_cast<Get>(::dlsym(RTLD_NEXT, "gettimeofday"));
    const int result = get(time, zone);
    if (result == 0) time->tv_sec += offsetS();
    return result;
}

extern "C" time_t time(time_t* into) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (into != nullptr) *into = now.tv_sec;
    return now.tv_sec;
}
