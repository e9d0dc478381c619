#pragma once

#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"
#include "support/TestMedia.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace hookcast::integration {

/// A stream that may be read by whoever wants, from a process of its own; its backend is told of each reader.
class Camera {
  public:
    explicit Camera(const std::string& address = "127.0.0.1");

    std::string url() const { return server_.url("live/show"); }

    /// At most so many readers at one moment, since the beginning.
    std::size_t mostReaders() { return countReaders(backend_.calls()).most; }

    /// The line of its log in which the `nth` reader since the beginning comes.
    std::string lineOfReader(std::size_t nth) const {
        return server_.waitForLog("plays __defaultVhost__/live/show", nth);
    }

    /// Returns when this many read it. Throws std::runtime_error when they do not in time.
    void waitForReaders(std::size_t count);

  private:
    struct Readers {
        std::size_t now = 0;
        std::size_t most = 0;
    };
    static Readers countReaders(const HookCalls& calls);

    MockBackend backend_;
    HookcastServer server_;
    FfmpegRun publisher_{{"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", url()}};
};

/// Three nodes that share a camera, each a process of its own, and a backend that gets the events of all of them.
class ClusterTest : public testing::Test {
  protected:
    /// Camera and backend are on this address.
    explicit ClusterTest(const std::string& address = "127.0.0.1") : camera_(address), events_({}, address) {}

    /// Of the lines of a node's log.
    static constexpr const char* kPublishes = "publishes __defaultVhost__/live/cam-primary";
    static constexpr const char* kEnds = "capture cam-primary] ended: not this node's any more";
    static constexpr const char* kIsAway = "Redis does not answer";
    static constexpr const char* kIsBack = "Redis answers again";

    /// Starts it. `redis` is the part of its cluster_redis that says where that is.
    HookcastServer& start(const std::string& name, const std::string& redis,
                          const std::map<std::string, std::string>& environment = {});

    /// a, b and c.
    void startThree(const std::string& redis);

    HookcastServer& node(const std::string& name) { return *nodes_.at(name); }
    void kill(const std::string& name);

    /// Waits until a node other than `before` has the camera, as `redis` tells. Its name.
    std::string waitForRecord(const RedisProcess& redis, const std::string& before = "") const;

    /// The same, and until it publishes it.
    std::string waitForOwner(const RedisProcess& redis, const std::string& before = "");

    /// Waits until each node has renewed its lease for longer than that lasts.
    void waitForALease(const RedisProcess& redis) const;

    /// What nodes have told so far, without a gap and in their order; `name` of them.
    SentEvents wholeEvents(const std::string& name);

    Camera camera_;
    std::string captureMore_; ///< in the camera's capture block, beside its source
    int leaseS_ = 2;
    MockBackend events_;
    std::string cameraUrl_ = camera_.url(); ///< and those of the backend and of nodes, for the next node
    std::string eventsUrl_ = events_.url("/event/");
    ServerPlace place_;
    std::map<std::string, std::unique_ptr<HookcastServer>> nodes_;

  private:
    std::map<std::string, std::size_t> published_; ///< so often each node has been seen to publish the camera
};

/// `url redis://...;`
std::string urlOf(std::uint16_t redisPort);

} // namespace hookcast::integration
