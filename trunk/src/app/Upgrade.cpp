#include "app/Upgrade.h"

#include <unistd.h>

#include <exception>
#include <stdexcept>

namespace hookcast::app {

namespace {

constexpr std::int64_t kPatienceMs = 60'000;

/// Where the old process could not be there beside the new one.
void refuseWhereImpossible(const config::Config& config) {
    if (config.cluster.enabled)
        throw std::runtime_error("a node of a cluster is ended and started: the others take over meanwhile");
    if (::getpid() == 1) throw std::runtime_error("the end of process 1 is the end of its container");
}

} // namespace

Upgrade::Outcome Upgrade::run(const Birth& birth) {
    parts_.manager.tellReloading();
    try {
        refuseWhereImpossible(*parts_.runtime.config());
        return tryRun(birth);
    } catch (const std::exception& e) {
        parts_.log.error("main", "not upgraded: {}; this process goes on", e.what());
        parts_.manager.tellServing("serves; the last upgrade failed");
        return Outcome::Failed;
    }
}

Upgrade::Outcome Upgrade::tryRun(const Birth& birth) {
    parts_.log.trace("main", "upgrade: starting {}", birth.program.string());
    Successor successor(birth, parts_.pidFile.descriptor());
    if (parts_.signals.waitForEnd(kPatienceMs, [&successor] { return successor.hasAnswered(); })) {
        parts_.log.trace("main", "stopping, by a signal during the upgrade");
        parts_.manager.tellStopping();
        return Outcome::Ended;
    }
    if (!successor.serves()) throw std::runtime_error(successor.whyNot());
    handOver();
    parts_.manager.tellSuccessor(successor.pid());
    successor.yield();
    parts_.log.trace("main", "handed over to the process {}", successor.pid());
    return Outcome::HandedOver;
}

/// From here on the other one is the server, whatever happens.
void Upgrade::handOver() {
    try {
        parts_.runtime.handOver();
    } catch (const std::exception& e) {
        parts_.log.error("main", "not everything is handed over: {}", e.what());
    }
}

void Upgrade::takeOver(Predecessor& predecessor, const config::Config& config) {
    predecessor.tellServing();
    predecessor.awaitYield();
    const auto taken = parts_.runtime.reload(config);
    if (!taken) parts_.log.error("main", "not everything is served: {}; a reload tries again", taken.error().message);
    parts_.pidFile.write();
}

} // namespace hookcast::app
