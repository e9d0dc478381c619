#include "Options.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>
#include <string_view>
#include <system_error>

namespace hookcast::load {

namespace {

using Setter = std::function<bool(Options&, const std::string&)>;

template <typename Number, typename Field>
Setter number(Field Options::*field, Number least) {
    return [field, least](Options& options, const std::string& text) {
        Number value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < least) return false;
        options.*field = static_cast<Field>(value);
        return true;
    };
}

Setter text(std::string Options::*field) {
    return [field](Options& options, const std::string& value) {
        options.*field = value;
        return !value.empty();
    };
}

const std::map<std::string, Setter>& valueOptions() {
    static const std::map<std::string, Setter> kOptions = {
        {"--url", text(&Options::url)},
        {"--file", text(&Options::file)},
        {"--port", number<unsigned short>(&Options::port, 1)},
        {"--clients", number<unsigned>(&Options::clients, 1U)},
        {"--ramp", number<double>(&Options::rampSeconds, 0.0)},
        {"--seconds", number<double>(&Options::seconds, 0.0)},
        {"--inspect", number<unsigned>(&Options::inspect, 0U)},
        {"--frozen", number<unsigned>(&Options::frozen, 0U)},
        {"--kbps", number<double>(&Options::bitrateKbps, 1.0)},
        {"--period", number<double>(&Options::periodMs, 1.0)},
        {"--watch", number<int>(&Options::watchPid, 1)},
        {"--loops", number<unsigned>(&Options::loops, 0U)},
    };
    return kOptions;
}

base::Result<Command> commandOf(std::string_view name) {
    if (name == "play") return Command::Play;
    if (name == "publish") return Command::Publish;
    if (name == "churn") return Command::Churn;
    if (name == "floor") return Command::Floor;
    return base::Error{fmt::format("unknown command {}", name)};
}

base::Result<void> check(const Options& options) {
    if (options.command == Command::Floor)
        return options.port != 0 ? base::Result<void>() : base::Error{"floor needs --port"};
    const auto begins = [&options](const char* scheme) { return options.url.rfind(scheme, 0) == 0; };
    bool isPlayed = begins("srt://");
    for (const char* scheme : {"rtmp", "rtsp", "http", "ws"})
        isPlayed =
            isPlayed || begins(fmt::format("{}://", scheme).c_str()) || begins(fmt::format("{}s://", scheme).c_str());
    if (options.command == Command::Publish && !begins("rtmp://") && !begins("rtmps://") && !begins("srt://"))
        return base::Error{"publish needs a --url that begins with rtmp://, rtmps:// or srt://"};
    const bool isSink = options.command == Command::Play && begins("tcp://");
    if (!isSink && !isPlayed)
        return base::Error{
            "--url must begin with rtmp://, rtsp://, http:// or ws://, or the same through TLS (rtmps://), or "
            "srt://, or tcp:// for the floor"};
    if (options.command == Command::Publish && options.file.empty()) return base::Error{"publish needs --file"};
    return {};
}

} // namespace

base::Result<Options> parseOptions(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return base::Error{"a command is missing"};
    const base::Result<Command> command = commandOf(arguments.front());
    if (!command) return command.error();
    Options options;
    options.command = command.value();
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string& name = arguments[i];
        if (name == "--json") {
            options.json = true;
        } else if (name == "--progress") {
            options.progress = true;
        } else if (name == "--clock") {
            options.clock = true;
        } else if (name == "--reloads") {
            options.reloads = true;
        } else {
            const auto found = valueOptions().find(name);
            if (found == valueOptions().end()) return base::Error{fmt::format("unknown option {}", name)};
            if (++i == arguments.size()) return base::Error{fmt::format("{} needs a value", name)};
            if (!found->second(options, arguments[i]))
                return base::Error{fmt::format("{} cannot be {}", name, arguments[i])};
        }
    }
    const base::Result<void> checked = check(options);
    if (!checked) return checked.error();
    return options;
}

std::string usage() {
    return R"(stream-load: many clients from one process, to load and to measure a media server.

  stream-load play    --url rtmp://HOST/APP/STREAM --clients N [--ramp S] [--seconds S] [--inspect N] [--frozen N]
  stream-load publish --url rtmp://HOST/APP/NAME%d --file F.flv --clients N [--seconds S] [--clock]
  stream-load churn   --url ... --clients N --seconds S     each client connects, plays for 1 s, leaves, and again
  stream-load floor   --port P --clients N --kbps K --period MS --seconds S
                      the least that sending can cost: a bare loop of send() to N sockets that connect to P

  play and churn also take http://HOST[:PORT]/APP/STREAM.flv and ws://..., the paths of HTTP-FLV; .ts, .aac and .mp3
  are counted and not looked into; and rtsp://HOST[:PORT]/APP/STREAM, which is played over the connection (interleaved)
  and looked at for the first keyframe and for packets that are missing. http://HOST[:PORT]/APP/STREAM.m3u8 is HLS:
  each viewer keeps one connection, follows the playlist and fetches each segment; one that is missing is a gap of
  continuity, and the first keyframe is the first segment, whole. play and publish take
  srt://HOST[:PORT]?streamid=STREAMID too, where play looks at every packet for the first keyframe and gaps of
  continuity. play --url tcp://HOST:PORT takes the bytes of the floor.

  --ramp S      clients start evenly over S seconds
  --inspect N   so many players read every message (latency, gaps); the others count bytes once they play [50]
  --frozen N    so many of the players stop reading once they play
  --watch PID   play: reports what the server PID used from 2 s after the ramp to the end
  --reloads     viewers of low-latency HLS ask for the playlist with the next part, again and again, and fetch nothing
                else; the summary has how long after the first the last of them was answered. Of the floor and of who
                plays it, both with the same --kbps and --period: each message is answered, as a request follows on a
                playlist
  --clock       the publisher stamps each video frame with this machine's clock; players on it measure latency
  --loops N     threads [one per core]
  --progress    a line each second on the standard error output, though it is no terminal
  --json        the summary as JSON, on the last line
)";
}

} // namespace hookcast::load
