#include "base/ByteReader.h"
#include "rtmp/Amf0.h"
#include "rtmp/Command.h"

#include <benchmark/benchmark.h>

namespace {

using namespace hookcast;

base::Bytes connectPayload() {
    using rtmp::Amf;
    return rtmp::commandPayload("connect", 1,
                                {Amf::object({{"app", Amf::string("live")},
                                              {"flashVer", Amf::string("FMLE/3.0 (compatible; bench)")},
                                              {"tcUrl", Amf::string("rtmp://video.example.com/live?token=abcdef")},
                                              {"objectEncoding", Amf::number(0)},
                                              {"fpad", Amf::boolean(false)}})});
}

void parseConnect(benchmark::State& state) {
    rtmp::Message message;
    message.type = rtmp::MessageType::CommandAmf0;
    message.payload = connectPayload();
    for (auto _ : state) {
        const auto command = rtmp::parseCommand(message, 32);
        if (!command) state.SkipWithError("the command does not parse");
        benchmark::DoNotOptimize(command.ok());
    }
}
BENCHMARK(parseConnect);

void writeConnect(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(connectPayload().data());
}
BENCHMARK(writeConnect);

} // namespace
