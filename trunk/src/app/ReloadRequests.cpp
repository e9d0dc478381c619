#include "app/ReloadRequests.h"

#include "base/RandomId.h"

#include <unistd.h>

#include <csignal>

namespace hookcast::app {

namespace {

constexpr std::size_t kIdLength = 7;

// SRS's numbers.
constexpr int kReading = 10;
constexpr int kApplying = 30;
constexpr int kOver = 90;
constexpr int kFailed = 1023; ///< ERROR_SYSTEM_CONFIG_INVALID

} // namespace

void ReloadRequests::request() {
    ::kill(::getpid(), SIGHUP);
}

control::ReloadControl::State ReloadRequests::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void ReloadRequests::begin() {
    const std::lock_guard lock(mutex_);
    state_ = {0, "Success", kReading, base::randomId(kIdLength)};
}

void ReloadRequests::apply() {
    const std::lock_guard lock(mutex_);
    state_.phase = kApplying;
}

void ReloadRequests::fail(const std::string& why) {
    const std::lock_guard lock(mutex_);
    state_.error = kFailed;
    state_.message = why;
    state_.phase = kOver;
}

void ReloadRequests::succeed() {
    const std::lock_guard lock(mutex_);
    state_.phase = kOver;
}

} // namespace hookcast::app
