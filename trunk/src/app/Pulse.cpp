#include "app/Pulse.h"

#include <utility>

namespace hookcast::app {

Pulse::Pulse(std::vector<net::Loop*> loops, std::int64_t everyMs, std::function<void()> onBeat)
    : route_(std::make_shared<const Route>(Route{std::move(loops), everyMs, std::move(onBeat)})) {
    visit(route_, 0);
}

Pulse::~Pulse() = default;

/// Posts the task to the loop at `position`, which passes it on.
void Pulse::visit(const std::shared_ptr<const Route>& route, std::size_t position) {
    net::Loop& loop = *route->loops[position];
    loop.post([weak = std::weak_ptr(route), position, &loop] {
        const std::shared_ptr<const Route> alive = weak.lock();
        if (alive == nullptr) return;
        if (position + 1 < alive->loops.size()) {
            visit(alive, position + 1);
            return;
        }
        alive->onBeat();
        loop.runAfterIfAlive(alive->everyMs, weak, [weak](const Route& /*route*/) {
            if (const std::shared_ptr<const Route> still = weak.lock()) visit(still, 0);
        });
    });
}

} // namespace hookcast::app
