#pragma once

#include "Target.h"

#include "media/Frame.h"
#include "net/Loop.h"
#include "rtmp/Message.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::load {

/// The client's side of one connection that plays a stream, whatever the protocol. Loop thread only.
class StreamClient {
  public:
    /// What the owner learns, on the loop. It may destroy the client in any of these only by a post.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void onConnected() = 0;              ///< TCP
        virtual void onStarted() = 0;                ///< the server lets it play or publish
        virtual void onBytes(std::size_t bytes) = 0; ///< whatever they mean

        /// A video message, while messages are read; without a time where the protocol has none of decoding.
        virtual void onVideo(media::FrameRole /*role*/, std::optional<std::uint32_t> /*timestampMs*/) {}

        /// The publisher's clock has come with the stream, while messages are read; see StreamClock.h.
        virtual void onClock(std::int64_t /*stampedUs*/) {}

        /// So many packets are missing, while messages are read.
        virtual void onPacketsLost(std::uint64_t /*packets*/) {}

        virtual void onEnded(const std::string& reason, bool refused) = 0; ///< once
    };

    virtual ~StreamClient() = default;

    /// From here on bytes are counted and not looked at.
    virtual void stopReadingMessages() = 0;

    /// Takes nothing from the socket any more.
    virtual void freeze() = 0;

    virtual void close() = 0;
};

/// A player of `target`, by its scheme. `onReleased`: see HlsClient.h.
std::unique_ptr<StreamClient> makePlayClient(net::Loop& loop, const Poco::Net::SocketAddress& address,
                                             const Target& target, StreamClient::Listener& listener,
                                             std::function<void(std::uint64_t, std::uint64_t)> onReleased);

/// Tells `listener` what a message of RTMP, or an FLV tag as one, holds.
void tell(const rtmp::Message& message, StreamClient::Listener& listener);

} // namespace hookcast::load
