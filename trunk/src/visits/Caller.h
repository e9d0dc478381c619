#pragma once

#include "config/Config.h"
#include "config/Protocol.h"
#include "hooks/Credentials.h"
#include "hooks/PullRight.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::visits {

/// Who is at the other end, as far as the connection tells.
struct Caller {
    std::uint64_t number; ///< unique in this process
    std::string logName;
    config::Protocol protocol;
    std::string ip;
    bool isOurs = false;      ///< a capture: the rules about clients are not for it
    bool isEncrypted = false; ///< its connection goes through TLS
};

/// What the client wants to connect to, byte for byte as it says.
struct Place {
    std::string app;
    std::string url;   ///< of the connection: for RTMP the tcUrl, else the whole URL of the first request
    std::string tcUrl; ///< what the JSON hooks call so: `url` without stream and query
    std::string pageUrl;
    std::string swfUrl;                   ///< RTMP only
    std::string param;                    ///< the query with its `?`
    std::string stream;                   ///< only where connecting names one
    std::optional<config::StreamUse> use; ///< what the client will ask for, where connecting tells
    hooks::PullRightPtr pull;             ///< another node of the cluster, or what comes from one; null: a client
    std::string namedVhost{};             ///< where neither `url` nor `param` has it: SRT's h=
    std::shared_ptr<const hooks::Credentials> credentials{}; ///< null: it was not asked who it is
};

/// What it wants to publish or play.
struct Wish {
    std::string app; ///< empty: that of the connection
    std::string stream;
    std::string param;         ///< the query with its `?`; empty: that of the connection
    std::string url;           ///< whole
    bool mayBeRenamed = false; ///< of who plays, by a backend: what is played is Visit::permittedKey() then
    bool isFile = false;       ///< a recording: it comes as fast as it can, and no rate that a backend sets counts
};

/// Why a wish is not fulfilled.
struct Refusal {
    enum class Cause : std::uint8_t {
        Denied,    ///< by the vhost's rules or by a backend
        NameTaken, ///< somebody publishes it, or too many want to
    };

    Cause cause;
    std::string reason; ///< in words that the client may read
};

} // namespace hookcast::visits
