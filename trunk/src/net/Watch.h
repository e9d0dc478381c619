#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace hookcast::net {

class Watched;

/// That a loop watches a descriptor, for as long as this object lives or until end(): Loop::watch() makes one. Loop
/// thread only, the end of one that is on included; once the loop has stopped, the thread that stopped it.
///
/// The descriptor stays its owner's, does not block, and is under one watch at a time. Its owner ends the watch, then
/// closes it; the other way round nothing is told any more from the closing on, whatever gets the number next.
class Watch {
  public:
    enum class Event : std::uint8_t {
        Readable, ///< or at its end: reading tells
        Writable,
        Failed, ///< an error, or a hang-up where nobody wants to read; told whatever is wanted
    };

    /// What is to be told of.
    struct Interest {
        bool readable = false;
        bool writable = false;

        bool covers(Event event) const {
            return event == Event::Readable ? readable : event == Event::Writable ? writable : true;
        }
        bool operator==(const Interest&) const = default;
    };

    /// Called on the loop, for each event by itself, and again for as long as it lasts: who is told of a failure
    /// takes the error from the descriptor or ends the watch. It may end its own watch and any other, which are not
    /// told of what happened before; destroy them; change what is wanted; and begin new ones. What it throws is
    /// logged, and the watch goes on.
    using OnEvent = std::function<void(Event)>;

    /// Watches nothing.
    Watch();
    ~Watch();
    Watch(Watch&& other) noexcept;
    Watch& operator=(Watch&& other) noexcept;

    /// Changes what is told of, for nothing when it changes back before the next event. Throws as Loop::watch() does.
    void want(Interest interest);

    /// Nothing is told any more.
    void end();

    /// Not after end(), nor one that watches nothing.
    bool isOn() const { return watched_ != nullptr; }

  private:
    friend class Loop;

    explicit Watch(std::unique_ptr<Watched> watched);

    // owned
    std::unique_ptr<Watched> watched_;
};

} // namespace hookcast::net
