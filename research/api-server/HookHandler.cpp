#include "api-server/HookHandler.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace hookcast::mock {

namespace {

Outcome refuse(int status, std::string body, std::string summary) {
    Outcome outcome;
    outcome.answer.status = status;
    outcome.answer.body = std::move(body);
    outcome.summary = std::move(summary);
    return outcome;
}

Outcome refuseSignature(SignatureState signature) {
    return refuse(401, fmt::format("the signature is {}\n", nameOf(signature)),
                  fmt::format("hookcast signature {}", nameOf(signature)));
}

bool takes(const Endpoint* endpoint, const Request& request) {
    if (endpoint == nullptr) return false;
    const std::vector<std::string_view> methods = endpoint->methods();
    return std::find(methods.begin(), methods.end(), request.method) != methods.end();
}

std::tm localNow() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return local;
}

} // namespace

HookHandler::HookHandler(std::vector<std::unique_ptr<Endpoint>> endpoints, ReplyMode mode, RuleSet& rules,
                         CallStore& calls, CallLog& log, SignatureGate* signatures)
    : rules_(rules), calls_(calls), log_(log), signatures_(signatures), mode_(mode), endpoints_(std::move(endpoints)) {}

Answer HookHandler::handle(Request request) const {
    const Endpoint* endpoint = find(request.path);
    ParsedBody body = endpoint != nullptr ? endpoint->parse(request) : parseJsonBody(request.body);
    const SignatureState signature = signatures_ != nullptr ? signatures_->check(request) : SignatureState::Unchecked;
    if (signature != SignatureState::Unchecked && signature != SignatureState::Good)
        return record(endpoint, std::move(request), std::move(body.json), refuseSignature(signature), signature);
    Outcome outcome = decide(endpoint, request, body);
    rules_.apply(request, body, outcome.answer);
    if (takes(endpoint, request)) endpoint->answered(request, outcome.answer);
    return record(endpoint, std::move(request), std::move(body.json), std::move(outcome), signature);
}

Answer HookHandler::handleTooLarge(Request request) const {
    const Endpoint* endpoint = find(request.path);
    Outcome outcome = refuse(413, fmt::format("a body may have {} bytes\n", kMaxBodyBytes), "hookcast body too large");
    return record(endpoint, std::move(request), "null", std::move(outcome), SignatureState::Unchecked);
}

const Endpoint* HookHandler::find(std::string_view path) const {
    const auto found =
        std::find_if(endpoints_.begin(), endpoints_.end(), [&](const auto& endpoint) { return endpoint->owns(path); });
    return found == endpoints_.end() ? nullptr : found->get();
}

Outcome HookHandler::decide(const Endpoint* endpoint, const Request& request, const ParsedBody& body) const {
    if (endpoint == nullptr) return refuse(404, "no such endpoint\n", "hookcast unknown path");
    if (!takes(endpoint, request)) {
        Outcome outcome = refuse(405, "no such method here\n", "hookcast wrong method");
        outcome.answer.headers.emplace_back("Allow", fmt::format("{}", fmt::join(endpoint->methods(), ", ")));
        return outcome;
    }
    return endpoint->answer(request, body, mode_);
}

Answer HookHandler::record(const Endpoint* endpoint, Request request, std::string bodyJson, Outcome outcome,
                           SignatureState signature) const {
    const std::string name = endpoint != nullptr ? std::string(endpoint->name()) : base::printable(request.path);
    log_.write(name, request, outcome.summary, outcome.answer, localNow());
    Call call;
    call.request = std::move(request);
    call.bodyJson = std::move(bodyJson);
    call.answer = outcome.answer;
    call.signature = signature;
    calls_.add(std::move(call));
    return std::move(outcome.answer);
}

} // namespace hookcast::mock
