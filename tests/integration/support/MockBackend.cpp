#include "support/MockBackend.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr const char* kListening = "listening on ";
constexpr std::int64_t kLongPollMs = 5000;
constexpr std::size_t kShownCalls = 40;

} // namespace

MockBackend::MockBackend(std::vector<std::string> options, std::string address)
    : options_(std::move(options)), address_(std::move(address)) {
    start(0);
}

MockBackend::~MockBackend() {
    if (!::testing::Test::HasFailure() && std::uncaught_exceptions() == 0) return;
    std::cerr << "--- calls of the backend on port " << port_ << ", as far as they were looked at\n";
    const std::size_t shown = std::min(calls_.size(), kShownCalls);
    for (auto call = calls_.end() - static_cast<std::ptrdiff_t>(shown); call != calls_.end(); ++call)
        std::cerr << call->order << ' ' << call->monotonicMs << " ms " << call->path << ' ' << call->rawBody << " -> "
                  << call->answerStatus << ' ' << call->answerBody << '\n';
    std::cerr << "---\n";
}

void MockBackend::start(std::uint16_t port) {
    ChildProcess::Command command;
    command.words = {MOCK_HOOK_SERVER_PROGRAM, "-p", std::to_string(port), "-H", address_, "--quiet"};
    command.words.insert(command.words.end(), options_.begin(), options_.end());
    process_ = std::make_unique<ChildProcess>(command);
    const auto line = process_->output().waitFor(kListening);
    if (!line) throw std::runtime_error("mock-hook-server does not start: " + process_->errors().text());
    port_ = static_cast<std::uint16_t>(std::stoi(line->substr(line->rfind(':') + 1)));
    seen_ = 0;
}

std::string MockBackend::url(std::string_view path) const {
    return fmt::format("http://{}:{}{}", address_, port_, path);
}

std::string MockBackend::control(const std::string& method, const std::string& path, const std::string& body) const {
    using namespace Poco::Net;
    HTTPClientSession session(address_, port_);
    session.setTimeout(Poco::Timespan(std::chrono::microseconds(patience()).count()));
    HTTPRequest request(method, path, HTTPMessage::HTTP_1_1);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    HTTPResponse response;
    std::string answer;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
    if (response.getStatus() == HTTPResponse::HTTP_OK) return answer;
    throw std::runtime_error(fmt::format("the mock answers {} {}: {}", method, path, answer));
}

void MockBackend::addRule(const std::string& json) {
    control("POST", "/control/rules", json);
}

void MockBackend::removeRules() {
    control("DELETE", "/control/rules", "");
}

void MockBackend::poll(std::int64_t waitMs) {
    const std::string answer = control("GET", fmt::format("/control/calls?after={}&wait_ms={}", seen_, waitMs), "");
    Poco::JSON::Parser parser;
    const auto page = parser.parse(answer).extract<Poco::JSON::Object::Ptr>();
    const Poco::JSON::Array::Ptr listed = page->getArray("calls");
    for (unsigned i = 0; i < listed->size(); ++i) calls_.push_back(readHookCall(*listed->getObject(i)));
    seen_ = page->getValue<Poco::UInt64>("next");
}

const HookCalls& MockBackend::calls() {
    poll(0);
    return calls_;
}

const HookCalls& MockBackend::waitFor(std::string_view what, const Condition& condition, const Deadline& deadline) {
    poll(0);
    while (!condition(calls_)) {
        if (deadline.passed()) throw std::runtime_error(fmt::format("the backend waited in vain for {}", what));
        poll(std::min<std::int64_t>(deadline.left().count(), kLongPollMs));
    }
    return calls_;
}

HookCall MockBackend::waitForCall(const std::string& action, std::size_t nth) {
    const HookCalls& all = waitFor(fmt::format("{} number {}", action, nth),
                                   [&](const HookCalls& calls) { return withAction(calls, action).size() >= nth; });
    return withAction(all, action)[nth - 1];
}

SentEvents MockBackend::events() const {
    return readSentEvents(control("GET", "/control/events", ""));
}

SentEvents MockBackend::waitForEvents(const std::string& name, std::size_t count, const Deadline& deadline) const {
    for (;;) {
        const std::int64_t waitMs = std::min<std::int64_t>(deadline.left().count(), kLongPollMs);
        const std::string query = fmt::format("?name={}&count={}&wait_ms={}", name, count, waitMs);
        if (readSentEvents(control("GET", "/control/events" + query, "")).size() >= count) return events();
        if (deadline.passed())
            throw std::runtime_error(fmt::format("the backend waited in vain for {} times {}", count, name));
    }
}

void MockBackend::stop() {
    poll(0);
    process_->signal(SIGTERM);
    process_->waitForExit();
}

void MockBackend::kill() {
    poll(0);
    process_->signal(SIGKILL);
    process_->waitForExit();
}

void MockBackend::restart() {
    start(port_);
}

std::string webhookTo(const MockBackend& backend, std::string_view more) {
    return fmt::format("webhook {{ url {};\n{} }}\n", backend.url("/event/"), more);
}

std::string hooksTo(const MockBackend& backend, std::string_view more) {
    const std::string clients = backend.url("/api/v1/clients");
    const std::string streams = backend.url("/api/v1/streams");
    const std::string sessions = backend.url("/api/v1/sessions");
    return fmt::format("http_hooks {{ enabled on;\non_connect {0};\non_close {0};\non_publish {1};\non_unpublish {1};\n"
                       "on_play {2};\non_stop {2};\n{3} }}\n",
                       clients, streams, sessions, more);
}

std::string notifyTo(const MockBackend& backend, std::string_view more) {
    return fmt::format("http_notify {{ enabled on;\non_connect {};\non_publish {};\non_play {};\non_done {};\n{} }}\n",
                       backend.url("/notify/connect"), backend.url("/notify/publish"), backend.url("/notify/play"),
                       backend.url("/notify/done"), more);
}

} // namespace hookcast::integration
