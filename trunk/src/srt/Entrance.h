#pragma once

#include "config/CurrentConfig.h"
#include "hooks/Judgement.h"
#include "hooks/StreamKey.h"
#include "hub/StreamRegistry.h"
#include "srt/StreamId.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hookcast::srt {

/// Why a caller is not let in, as SRT tells it (srt/access_control.h: HTTP's codes, above 1000) and in words.
struct Refusal {
    int code;
    hooks::Fault why;
    std::optional<config::StreamUse> use = std::nullopt; ///< what the caller wants, where its stream id tells
    std::string stream = {};                             ///< vhost/app/stream, likewise
};

/// A caller whose stream id is in order.
struct Caller {
    StreamId id;
    std::shared_ptr<const config::VhostConfig> vhost;

    hooks::StreamKey key() const { return {vhost->name, id.app, id.stream}; }

    config::StreamUse use() const {
        return id.mode == Mode::Publish ? config::StreamUse::Publish : config::StreamUse::Play;
    }
};

/// What can be said about a caller at once, without asking the backends: whether its stream id can be read, whether
/// its vhost serves SRT, to callers of its address, and whether somebody else publishes the name. Any thread.
class Entrance {
  public:
    Entrance(const config::CurrentConfig& config, const hub::StreamRegistry& streams)
        : config_(config), streams_(streams) {}

    std::variant<Caller, Refusal> judge(std::string_view streamId, const std::string& ip) const;

  private:
    const config::CurrentConfig& config_;
    const hub::StreamRegistry& streams_;
};

} // namespace hookcast::srt
