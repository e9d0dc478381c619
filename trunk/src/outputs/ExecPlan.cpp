#include "outputs/ExecPlan.h"

#include "config/ExecText.h"
#include "config/ProgramsWithoutRtmp.h"
#include "hub/NameVariables.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace hookcast::outputs {

namespace {

std::string localUrl(const hooks::StreamKey& key, std::uint16_t rtmpPort) {
    const std::string vhost = key.vhost == config::kDefaultVhost ? std::string() : "?vhost=" + key.vhost;
    return fmt::format("rtmp://127.0.0.1:{}/{}{}/{}", rtmpPort, key.app, vhost, key.stream);
}

/// The file that a word sends something to, and where it is kept; null when it is no such word.
std::string* redirection(std::string_view& word, base::Command& command) {
    for (const auto& [sign, file] : {std::pair<std::string_view, std::string*>{">", &command.outputFile},
                                     {"1>", &command.outputFile},
                                     {"2>", &command.errorFile}}) {
        if (!word.starts_with(sign) || word.size() == sign.size()) continue;
        word.remove_prefix(sign.size());
        return file;
    }
    return nullptr;
}

} // namespace

base::Result<base::Command> planExec(const std::vector<std::string>& words, const hub::PublishedStream& stream,
                                     std::uint16_t rtmpPort, std::int64_t unixMs) {
    for (const std::string* name : {&stream.key.vhost, &stream.key.app, &stream.key.stream})
        if (!hub::isSafeFileName(*name)) return base::Error{"the stream's name cannot be one of a file"};
    if (rtmpPort == 0 && config::wantsRtmp(words))
        return base::Error{"it wants [port] or [url], and RTMP is not served"};
    const hub::Variables ofFiles = hub::variablesOf(stream.key, unixMs, stream.vhost->exec.timeZone);
    hub::Variables all = ofFiles;
    all.insert(all.end(), {{"[port]", std::to_string(rtmpPort)},
                           {"[url]", rtmpPort == 0 ? std::string() : localUrl(stream.key, rtmpPort)},
                           {"[tcUrl]", stream.opening.client->place->tcUrl},
                           {"[pageUrl]", stream.opening.client->place->pageUrl},
                           {"[swfUrl]", ""},
                           {"[engine]", ""}});
    base::Command command;
    command.program = words.front();
    for (const auto& [variable, name] : config::kExecVariables) {
        std::string value = hub::replaceVariables(variable, all);
        if (value.find('\0') != std::string::npos) return base::Error{"what the client says holds a NUL byte"};
        command.environment.push_back(fmt::format("{}={}", name, value));
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::string_view pattern = words[i];
        if (std::string* file = redirection(pattern, command)) {
            *file = hub::replaceVariables(pattern, ofFiles);
            continue;
        }
        std::string argument = hub::replaceVariables(pattern, all);
        if (argument.starts_with('-') && !pattern.starts_with('-'))
            return base::Error{"what the client says would become an option"};
        command.arguments.push_back(std::move(argument));
    }
    return command;
}

} // namespace hookcast::outputs
