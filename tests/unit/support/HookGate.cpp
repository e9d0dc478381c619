#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

namespace hookcast::support {

HookGate::HookGate(const std::string& logFile, base::LogLevel level)
    : log(logFile.empty() ? base::LogLevel::None : level, logFile) {}

HookGate::~HookGate() = default;

void HookGate::pass(std::int64_t ms) {
    clock.advanceMs(ms);
    runner.settle();
}

void HookGate::answer(std::size_t call, const hooks::HookResponse& response) {
    ASSERT_TRUE(transport.waitForCalls(call + 1)) << "call " << call;
    transport.answer(call, response);
    runner.settle();
}

GateClient::GateClient(HookGate& gate, const config::HooksConfig& hooks, std::uint64_t number)
    : GateClient(gate, hooks, {}, number) {}

GateClient::GateClient(HookGate& gate, const config::HooksConfig& hooks,
                       const std::vector<config::NotifyConfig>& notifies, std::uint64_t number)
    : verdict(gate.runner), gate_(gate), number_(number) {
    auto vhost = std::make_shared<config::VhostConfig>();
    vhost->hooks = hooks;
    vhost->notifies = notifies;
    gate_.runner.run(
        [&] { lane_ = gate_.admission.openLane(gate_.runner.loop(), vhost, "rtmp-" + std::to_string(number)); });
}

GateClient::~GateClient() {
    leave();
}

void GateClient::ask(hooks::HookAction action) {
    gate_.runner.run([&] { askOnLoop(action); });
}

void GateClient::askOnLoop(hooks::HookAction action) {
    pending_ = gate_.admission.request(lane_, someEvent(action, number_), [this](base::Result<hooks::Ticket> result) {
        pending_.release();
        if (result)
            ticket_.emplace(result.take());
        else
            refusal_ = result.error().message;
        verdict.happen();
    });
}

void GateClient::cancel() {
    gate_.runner.run([&] { pending_.cancel(); });
}

void GateClient::leave() {
    gate_.runner.run([&] {
        pending_.cancel();
        ticket_.reset();
        lane_.reset();
    });
}

bool GateClient::admitted() {
    return withTicket([](const auto& ticket) { return ticket.has_value(); });
}

std::string GateClient::refusal() {
    return gate_.runner.run([&] { return refusal_; });
}

bool GateClient::waiting() {
    return gate_.runner.run([&] { return pending_.active(); });
}

} // namespace hookcast::support
