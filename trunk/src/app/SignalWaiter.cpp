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

} // namespace

SignalWaiter::SignalWaiter() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1}) sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
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
