#include "control/ProgramPages.h"

#include "config/Protocol.h"

#include <fmt/chrono.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <ctime>
#include <string>

namespace hookcast::control {

namespace {

/// When the program's file was written, which installing keeps; 0 where it is gone.
std::time_t programTime() {
    struct stat file {};
    return ::stat("/proc/self/exe", &file) == 0 ? file.st_mtime : 0;
}

} // namespace

ApiAnswer ProgramPages::versions(const ApiQuery& /*query*/, const Census& /*census*/) const {
    const std::string& text = context_.version;
    std::array<int, 3> numbers{};
    const char* at = text.data();
    for (int& number : numbers) {
        at = std::from_chars(at, text.data() + text.size(), number).ptr;
        if (at != text.data() + text.size()) ++at;
    }
    Json data = orderedJson();
    data.set("major", numbers[0]);
    data.set("minor", numbers[1]);
    data.set("revision", numbers[2]);
    data.set("version", text);
    return ApiAnswer::data(data);
}

ApiAnswer ProgramPages::authors(const ApiQuery& /*query*/, const Census& /*census*/) const {
    Json data = orderedJson();
    data.set("license", "MIT");
    data.set("contributors", "the hookcast project");
    return ApiAnswer::data(data);
}

ApiAnswer ProgramPages::features(const ApiQuery& /*query*/, const Census& /*census*/) const {
    Json features = orderedJson();
    for (const config::ProtocolTraits& protocol : config::kProtocols) features.set(std::string(protocol.feature), true);
    for (const char* name :
         {"api", "callback", "complex_send", "dvr", "httpd", "ingest", "mr", "reload", "stat", "tcp_nodelay"})
        features.set(name, true);
    for (const char* name : {"caster", "edge", "forward", "hds", "rtc", "so_sendbuf", "ssl", "transcode"})
        features.set(name, false);
    const std::time_t builtAt = programTime();
    Json data = orderedJson();
    data.set("options", HOOKCAST_BUILD_OPTIONS);
    data.set("options2", "g++ " __VERSION__);
    data.set("build", fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(builtAt)));
    data.set("build2", std::to_string(builtAt));
    data.set("features", features);
    return ApiAnswer::data(data);
}

} // namespace hookcast::control
