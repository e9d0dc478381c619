#pragma once

#include "api-server/Endpoint.h"
#include "base/Bytes.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::mock {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8085; ///< 0: any free one
    int threads = 1200;        ///< connections served at the same time
    std::size_t keepCalls = 100'000;
    ReplyMode replyMode = ReplyMode::Plain;
    std::vector<base::Bytes> signingKeys = {}; ///< none: signatures are not looked at
    bool quiet = false;
    bool showHelp = false;
    bool showVersion = false;
};

/// Reads the arguments after the program's name; one without a dash is the port, as SRS's api-server has it.
base::Result<ServerOptions> parseServerOptions(const std::vector<std::string>& arguments);

/// What --help prints.
std::string serverUsage();

/// What --version prints.
std::string serverVersion();

} // namespace hookcast::mock
