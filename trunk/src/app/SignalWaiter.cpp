#include "app/SignalWaiter.h"

#include <pthread.h>
#include <time.h>

#include <chrono>

namespace hookcast::app {

namespace {

constexpr timespec kBetweenLooks{0, 20'000'000};

bool endsTheServer(int signal) {
    return signal == SIGINT || signal == SIGTERM || signal == SIGQUIT;
}

/// Whoever has started us may have left signals ignored, as nohup does with one and a careless supervisor with SIGCHLD,
/// without which no program's end is ever seen. Handlers are none that could be inherited, but a sanitizer's.
void forgetIgnoredSignals() {
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) ::signal(signal, SIG_DFL);
    }
}

} // namespace

SignalWaiter::SignalWaiter() {
    forgetIgnoredSignals();
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_SETMASK, &signals_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is the recording's trouble, not the server's
}

int SignalWaiter::wait() const {
    int signal = 0;
    while (::sigwait(&signals_, &signal) != 0) {
    }
    return signal;
}

bool SignalWaiter::waitForEnd(std::int64_t timeoutMs, const std::function<bool()>& isDone) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
    while (!isDone() && std::chrono::steady_clock::now() < until)
        if (endsTheServer(::sigtimedwait(&signals_, nullptr, &kBetweenLooks))) return true;
    return false;
}

} // namespace hookcast::app
