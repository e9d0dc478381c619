#include "unit/support/FakeTransport.h"

#include <new>
#include <utility>

namespace hookcast::support {

hooks::HookResponse answered(int status, std::string body) {
    hooks::HookResponse response;
    response.outcome = hooks::HookResponse::Outcome::Answered;
    response.status = status;
    response.body = std::move(body);
    return response;
}

hooks::HookResponse yes() {
    return answered(200, "0");
}

hooks::HookResponse no() {
    return answered(403, "");
}

hooks::HookResponse failed(hooks::HookResponse::Outcome outcome, std::string error) {
    hooks::HookResponse response;
    response.outcome = outcome;
    response.error = std::move(error);
    return response;
}

FakeTransport::FakeTransport() = default;
FakeTransport::~FakeTransport() = default;

hooks::CallId FakeTransport::call(hooks::HookRequest request, OnResponse onResponse) {
    std::unique_lock lock(mutex_);
    if (refuses_) throw std::bad_alloc();
    requests_.push_back(request);
    const hooks::CallId number = requests_.size() - 1;
    const auto ready = ready_.find(request.url);
    if (ready == ready_.end()) {
        open_.emplace(number, std::move(onResponse));
        lock.unlock();
    } else {
        const hooks::HookResponse response = ready->second;
        lock.unlock();
        onResponse(response);
    }
    called_.happen();
    return number;
}

void FakeTransport::withdraw(hooks::CallId call) {
    std::unique_lock lock(mutex_);
    if (!waits_) return;
    auto open = open_.extract(call);
    lock.unlock();
    if (!open.empty()) open.mapped()(failed(hooks::HookResponse::Outcome::Withdrawn));
}

void FakeTransport::refuseCalls(bool on) {
    const std::lock_guard lock(mutex_);
    refuses_ = on;
}

void FakeTransport::letCallsWait() {
    const std::lock_guard lock(mutex_);
    waits_ = true;
}

void FakeTransport::answerAlways(const std::string& url, hooks::HookResponse response) {
    const std::lock_guard lock(mutex_);
    ready_.insert_or_assign(url, std::move(response));
}

FakeTransport::OnResponse FakeTransport::take(std::size_t number) {
    const std::lock_guard lock(mutex_);
    return std::move(open_.extract(number).mapped());
}

std::vector<std::string> FakeTransport::urls() const {
    std::vector<std::string> urls;
    for (const auto& request : requests()) urls.push_back(request.url);
    return urls;
}

std::vector<hooks::HookRequest> FakeTransport::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

} // namespace hookcast::support
