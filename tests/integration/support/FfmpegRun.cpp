#include "support/FfmpegRun.h"

#include <algorithm>
#include <fmt/format.h>

#include <stdexcept>

namespace hookcast::integration {

namespace {

ChildProcess::Command command(std::vector<std::string> program, const std::vector<std::string>& arguments) {
    program.insert(program.end(), arguments.begin(), arguments.end());
    return {std::move(program), {}, {}};
}

} // namespace

FfmpegRun::FfmpegRun(const std::vector<std::string>& arguments)
    : process_(command({"ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "warning"}, arguments)) {}

int FfmpegRun::waitForExit(const Deadline& deadline) {
    return process_.waitForExit(deadline).code;
}

void runFfmpeg(const std::vector<std::string>& arguments) {
    FfmpegRun run(arguments);
    const int code = run.waitForExit();
    if (code != 0) throw std::runtime_error(fmt::format("ffmpeg ended with {}: {}", code, run.messages()));
}

std::string runFfprobe(const std::vector<std::string>& arguments) {
    ChildProcess process(command({"ffprobe", "-hide_banner", "-loglevel", "warning"}, arguments));
    const int code = process.waitForExit().code;
    if (code != 0) throw std::runtime_error(fmt::format("ffprobe ended with {}: {}", code, process.errors().text()));
    return process.output().text();
}

std::string soundRates(const std::string& url) {
    std::string rates =
        runFfprobe({"-select_streams", "a", "-show_entries", "stream=sample_rate", "-of", "csv=p=0", url});
    std::replace(rates.begin(), rates.end(), '\n', ' ');
    while (rates.ends_with(' ')) rates.pop_back();
    return rates;
}

} // namespace hookcast::integration
