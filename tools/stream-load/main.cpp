#include "Crowd.h"
#include "Floor.h"
#include "Metrics.h"
#include "Options.h"
#include "SrtCrowd.h"
#include "WindowMeter.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

namespace {

using hookcast::load::Metrics;
using hookcast::load::Options;

/// Waits at most a second for the signal that ends a run early.
bool wasInterrupted(const sigset_t& signals) {
    const timespec second{1, 0};
    return ::sigtimedwait(&signals, nullptr, &second) > 0;
}

template <typename Clients>
int runCrowd(const Options& options) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);

    Metrics metrics;
    Clients crowd(options, metrics);
    const auto begin = std::chrono::steady_clock::now();
    const auto passed = [begin] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    const auto started = crowd.start();
    if (!started) {
        std::cerr << "stream-load: " << started.error().message << '\n';
        return 1;
    }
    const bool showsProgress = options.progress || ::isatty(STDERR_FILENO) != 0;
    hookcast::load::WindowMeter meter(options, metrics);
    while (passed() < options.rampSeconds + options.seconds && !wasInterrupted(signals)) {
        if (showsProgress) std::cerr << progressLine(metrics, passed()) << '\n';
        meter.look(passed());
    }
    const double seconds = passed();
    const hookcast::load::Window window = meter.finish(seconds);
    crowd.stop();
    std::cout << (options.json ? summaryJson(metrics, seconds, window) : summaryText(metrics, seconds, window))
              << std::endl;
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h")) {
        std::cout << hookcast::load::usage();
        return 0;
    }
    const auto options = hookcast::load::parseOptions(arguments);
    if (!options) {
        std::cerr << "stream-load: " << options.error().message << "\n\n" << hookcast::load::usage();
        return 2;
    }
    if (options.value().command != hookcast::load::Command::Floor) {
        const bool isSrt = options.value().url.starts_with("srt://");
        return isSrt ? runCrowd<hookcast::load::SrtCrowd>(options.value())
                     : runCrowd<hookcast::load::Crowd>(options.value());
    }
    const auto run = hookcast::load::runFloor(options.value());
    if (run) return 0;
    std::cerr << "stream-load: " << run.error().message << '\n';
    return 1;
}
