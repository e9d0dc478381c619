#pragma once

#include "hooks/HookEvent.h"
#include "hooks/StreamKey.h"

#include <memory>
#include <string>
#include <utility>

namespace hookcast::hooks {

/// What a pull may do without any backend being asked: play the one stream that a pass names, or, on the node that
/// pulls, publish the one that it has pulled. Nobody has one but by PullGate, or by being what pulls. Immutable.
class PullRight {
  public:
    /// Of what this server itself pulls from `node`.
    static std::shared_ptr<const PullRight> toPublish(StreamKey key, std::string node) {
        return std::shared_ptr<const PullRight>(new PullRight(HookAction::Publish, std::move(key), std::move(node)));
    }

    const StreamKey& key() const { return key_; }

    /// The one at the other end.
    const std::string& node() const { return node_; }

    /// Publish or Play.
    HookAction action() const { return action_; }

    /// Whether this opening is what it is for: connecting to the stream's place, and the one thing.
    bool permits(const HookEvent& opening) const {
        if (opening.action() == HookAction::Connect)
            return opening.client->place->vhost == key_.vhost && opening.client->place->app == key_.app;
        return opening.action() == action_ && opening.key() == key_;
    }

  private:
    friend class PullGate;

    PullRight(HookAction action, StreamKey key, std::string node)
        : action_(action), key_(std::move(key)), node_(std::move(node)) {}

    HookAction action_;
    StreamKey key_;
    std::string node_;
};

using PullRightPtr = std::shared_ptr<const PullRight>;

} // namespace hookcast::hooks
