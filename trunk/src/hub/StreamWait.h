#pragma once

#include "hooks/StreamKey.h"
#include "hub/WireFormat.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace hookcast::hub {

class StreamRegistry;

/// Somebody waits for a stream, see StreamRegistry::await(). Its death ends the waiting. Loop thread only.
class StreamWait {
  public:
    enum class Until : std::uint8_t { Timeout, EndOfPublication };

    /// What the stream consists of by now; null: nobody publishes it, and the time is over, or its publication.
    using OnStream = std::function<void(const std::shared_ptr<const StreamHeaders>&)>;

    /// Whether a published stream is what is waited for. Called on any thread, with the registry's lock held.
    using IsReady = std::function<bool(const StreamHeaders&)>;

    ~StreamWait();
    StreamWait(const StreamWait&) = delete;
    StreamWait& operator=(const StreamWait&) = delete;

    /// What is waited for.
    const hooks::StreamKey& key() const { return key_; }

  private:
    friend class StreamRegistry;

    /// What the registry's posts hold weakly.
    struct Receiver {
        OnStream onStream;
    };

    StreamWait(StreamRegistry& registry, hooks::StreamKey key, std::uint64_t id, net::Loop& loop, OnStream onStream)
        : registry_(registry), key_(std::move(key)), id_(id), timer_(loop),
          receiver_(std::make_shared<Receiver>(Receiver{std::move(onStream)})) {}

    void expireAfter(std::int64_t timeoutMs);
    static void tell(const std::weak_ptr<Receiver>& receiver, const std::shared_ptr<const StreamHeaders>& headers);

    // given
    StreamRegistry& registry_;
    hooks::StreamKey key_;
    std::uint64_t id_;
    // owned
    net::Timer timer_;
    std::shared_ptr<Receiver> receiver_;
};

} // namespace hookcast::hub
