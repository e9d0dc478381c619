#pragma once

#include "config/Config.h"
#include "config/HostPort.h"
#include "net/SessionPort.h"
#include "rtmp/Message.h"
#include "rtmp/PullDialogue.h"

#include <cstdint>
#include <string>

namespace hookcast::rtmp {

/// A connection by which a node gets one stream from another one, as its owner sees it: the seam that tests stand in
/// for. What the media becomes is the owner's. Loop thread only; it dies by a post of the owner's, never within a call.
class PullLink {
  public:
    class Owner {
      public:
        virtual ~Owner() = default;
        virtual void onMedia(Message&& message) = 0;
        /// Nothing follows. Once, and not after close().
        virtual void onEnded(const std::string& reason) = 0;
    };

    struct Terms {
        config::HostPort where;
        PullDialogue::Request request;
        config::LimitsConfig limits;   ///< handshake_timeout is for all that comes before the media is announced
        std::int64_t firstMediaMs = 0; ///< from there to the first
        std::int64_t mediaMs = 0;      ///< and between two
    };

    virtual ~PullLink() = default;

    /// Once.
    virtual void start() = 0;

    /// Nothing is told until resume(): the media cannot be taken now. No deadline runs in between. Not to be resumed
    /// from within a call to the owner.
    virtual void pause() = 0;
    virtual void resume() = 0;

    /// Ends it, without a word to the owner.
    virtual void close() = 0;

    virtual net::SessionPort::Traffic traffic() const = 0;

    /// Of the other side; empty before there is a connection.
    virtual std::string peerIp() const = 0;
};

} // namespace hookcast::rtmp
