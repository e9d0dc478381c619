#include "hls/WindowWaits.h"

#include <algorithm>

namespace hookcast::hls {

std::shared_ptr<WindowWaits::Room> WindowWaits::roomOf(net::Loop& loop) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Room>& room = rooms_[&loop];
    if (room == nullptr) room = std::make_shared<Room>(loop);
    return room;
}

void WindowWaits::join(net::Loop& loop, WindowWaiter& waiter) {
    loop.assertCurrent();
    const std::shared_ptr<Room> room = roomOf(loop);
    room->waiters.push_back(&waiter);
    ++room->count;
}

void WindowWaits::leave(net::Loop& loop, WindowWaiter& waiter) {
    loop.assertCurrent();
    const std::shared_ptr<Room> room = roomOf(loop);
    const auto found = std::ranges::find(room->waiters, &waiter);
    if (found == room->waiters.end()) return;
    --room->count;
    if (room->isTelling) {
        *found = nullptr;
        return;
    }
    // The order among them is nobody's promise.
    *found = room->waiters.back();
    room->waiters.pop_back();
}

void WindowWaits::onChange(const WindowViewPtr& view) {
    const std::lock_guard lock(mutex_);
    for (const auto& [loop, room] : rooms_)
        if (room->count > 0) loop->post([room = room, view] { tell(*room, view); });
}

void WindowWaits::tell(Room& room, const WindowViewPtr& view) {
    room.isTelling = true;
    // By index, as the vector may grow meanwhile; who joins now has looked for himself.
    const std::size_t count = room.waiters.size();
    for (std::size_t i = 0; i < count; ++i)
        if (room.waiters[i] != nullptr) room.waiters[i]->onWindow(view);
    room.isTelling = false;
    std::erase(room.waiters, nullptr);
}

} // namespace hookcast::hls
