#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::load {

enum class Command : std::uint8_t { Play, Publish, Churn, Floor };

/// What the command line asks for.
struct Options {
    Command command = Command::Play;
    std::string url;        ///< `%d` becomes the client's number, from 0
    std::string file;       ///< publish: an FLV file, sent in real time and in a loop
    std::uint16_t port = 0; ///< floor: where to listen
    unsigned clients = 1;
    double rampSeconds = 0;    ///< clients start evenly over this time
    double seconds = 10;       ///< how long, after the ramp
    unsigned inspect = 50;     ///< play: so many clients read every message, the others count bytes
    unsigned frozen = 0;       ///< play: so many of the clients stop reading once they play
    double bitrateKbps = 1630; ///< floor: per client
    double periodMs = 350;     ///< floor: between two sends to a client
    int watchPid = 0;          ///< play: whose CPU and memory to report; 0: nobody's
    unsigned loops = 0;        ///< 0: one per core
    bool reloads = false;      ///< play, HLS: ask for playlists that wait for the next part, and for no media; floor
                               ///< and its play: each message is answered, as such a playlist is with a request
    bool clock = false;        ///< publish: stamp the stream with this machine's clock
    bool progress = false;     ///< a line each second, though nobody watches at a terminal
    bool json = false;
};

base::Result<Options> parseOptions(const std::vector<std::string>& arguments);

/// The text of --help.
std::string usage();

} // namespace hookcast::load
