#include "net/Rhythms.h"

#include "net/Loop.h"
#include "net/Timer.h"

#include <algorithm>
#include <cstddef>

namespace hookcast::net {

Rhythms::Rhythms(Loop& loop) : loop_(loop) {}

Rhythms::~Rhythms() = default;

void Rhythms::join(std::int64_t periodMs, Member& member) {
    loop_.assertCurrent();
    Group& group = groups_[periodMs];
    group.members.push_back(&member);
    if (group.timer == nullptr) group.timer = std::make_unique<Timer>(loop_);
    if (!group.timer->isArmed() && !group.beating) schedule(periodMs, group);
}

void Rhythms::leave(std::int64_t periodMs, Member& member) {
    loop_.assertCurrent();
    const auto group = groups_.find(periodMs);
    if (group == groups_.end()) return;
    std::vector<Member*>& members = group->second.members;
    const auto found = std::ranges::find(members, &member);
    if (found == members.end()) return;
    if (group->second.beating) {
        *found = nullptr;
        return;
    }
    members.erase(found);
    if (members.empty()) groups_.erase(group);
}

void Rhythms::schedule(std::int64_t periodMs, Group& group) {
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    group.timer->runAfter(periodMs - nowMs % periodMs, [this, periodMs] { beat(periodMs); });
}

void Rhythms::beat(std::int64_t periodMs) {
    Group& group = groups_[periodMs];
    group.beating = true;
    // By index, as the vector may grow meanwhile; who joins now has its first beat at the next one.
    const std::size_t count = group.members.size();
    for (std::size_t i = 0; i < count; ++i)
        if (group.members[i] != nullptr) group.members[i]->onBeat();
    group.beating = false;
    std::erase(group.members, nullptr);
    if (group.members.empty())
        groups_.erase(periodMs);
    else
        schedule(periodMs, group);
}

} // namespace hookcast::net
