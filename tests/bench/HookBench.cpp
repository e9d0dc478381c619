#include "hooks/SrsJsonDialect.h"

#include <benchmark/benchmark.h>

#include <memory>

namespace {

using namespace hookcast;

hooks::HookEvent playEvent() {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->number = 1985;
    client->ip = "192.168.1.10";
    client->vhost = "video.example.com";
    client->app = "live";
    client->tcUrl = "rtmp://video.example.com/live?key=d2fa801d08e3f90ed1e1670e6e52651a";
    client->pageUrl = "http://www.example.com/live.html";
    return {client, hooks::HookEvent::Play{{"livestream", "?token=abcdef", {}, {}}}, "event-id"};
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
