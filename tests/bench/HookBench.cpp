#include "hooks/SrsJsonDialect.h"

#include <benchmark/benchmark.h>

#include <memory>

namespace {

using namespace hookcast;

hooks::HookEvent playEvent() {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->who = std::make_shared<const hooks::ClientIdentity>(hooks::ClientIdentity{{{}, 1985, "192.168.1.10", {}}});
    hooks::ClientPlace place;
    place.vhost = "video.example.com";
    place.app = "live";
    place.tcUrl = "rtmp://video.example.com/live?key=d2fa801d08e3f90ed1e1670e6e52651a";
    place.pageUrl = "http://www.example.com/live.html";
    client->place = std::make_shared<const hooks::ClientPlace>(std::move(place));
    const auto stream =
        std::make_shared<const hooks::NamedStream>(hooks::NamedStream{"livestream", "?token=abcdef", {}, {}});
    return {client, hooks::HookEvent::Play{stream}, "event-id"};
}

void writePayload(benchmark::State& state) {
    const hooks::SrsJsonDialect dialect("vid-0123456", "01234567");
    const hooks::HookEvent event = playEvent();
    for (auto _ : state) benchmark::DoNotOptimize(dialect.write(event, config::ClientIdForm::Integer).size());
}
BENCHMARK(writePayload);

void judgeAnswer(benchmark::State& state) {
    hooks::HookResponse response;
    response.outcome = hooks::HookResponse::Outcome::Answered;
    response.status = 200;
    response.body = state.range(0) == 0 ? "0" : R"({"code":0,"data":null})";
    for (auto _ : state) {
        if (!hooks::SrsJsonDialect::judge(response)) state.SkipWithError("refused");
    }
}
BENCHMARK(judgeAnswer)->Arg(0)->Arg(1);

} // namespace
