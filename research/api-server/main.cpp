#include "api-server/MockServer.h"
#include "api-server/ServerOptions.h"
#include "base/Clock.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

using hookcast::mock::MockServer;
using hookcast::mock::ServerOptions;

/// Poco's poll takes a second descriptor for each socket that is waited for.
constexpr rlim_t kDescriptorsPerConnection = 2;
constexpr rlim_t kOtherDescriptors = 64;

void allowDescriptors(int connections) {
    const rlim_t needed = kDescriptorsPerConnection * static_cast<rlim_t>(connections) + kOtherDescriptors;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return;
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < needed)
        std::cerr << "mock-hook-server: the limit on open files (" << limit.rlim_max << ") is too low for "
                  << connections << " connections\n";
}

/// Blocked before any thread starts, so that they reach only the main thread, which waits for them.
sigset_t blockStopSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

void serve(const ServerOptions& options) {
    allowDescriptors(options.threads);
    const sigset_t stopSignals = blockStopSignals();
    const hookcast::base::SystemClock clock;
    MockServer server(options, clock, STDOUT_FILENO);
    server.start();
    std::cout << "mock-hook-server: listening on " << server.address() << std::endl;
    int received = 0;
    ::sigwait(&stopSignals, &received);
    server.stop();
}

} // namespace

int main(int argc, char** argv) {
    const auto options = hookcast::mock::parseServerOptions(std::vector<std::string>(argv + 1, argv + argc));
    if (!options) {
        std::cerr << "mock-hook-server: " << options.error().message << " (see --help)\n";
        return 1;
    }
    if (options.value().showHelp) {
        std::cout << hookcast::mock::serverUsage();
        return 0;
    }
    if (options.value().showVersion) {
        std::cout << hookcast::mock::serverVersion();
        return 0;
    }
    try {
        serve(options.value());
    } catch (const Poco::Net::NetException& error) {
        std::cerr << "mock-hook-server: cannot listen on port " << options.value().port << " of "
                  << options.value().host << " (see --port): " << error.displayText() << "\n";
        return 1;
    } catch (const Poco::Exception& error) {
        std::cerr << "mock-hook-server: " << error.displayText() << "\n";
        return 1;
    } catch (const std::exception& error) {
        std::cerr << "mock-hook-server: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
