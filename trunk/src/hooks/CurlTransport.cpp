#include "hooks/CurlTransport.h"

#include "hooks/CurlCall.h"
#include "hooks/EndpointQueue.h"

#include <curl/curl.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookcast::hooks {

namespace {

constexpr int kEventsPerWait = 256;
constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr const char* kStopping = "the server is stopping";

class Descriptor {
  public:
    explicit Descriptor(int fd, const char* what) : fd_(fd) {
        if (fd_ < 0) throw std::runtime_error(std::string("hooks: the system gives no ") + what);
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

} // namespace

/// The transport's thread and what belongs to it. libcurl tells which sockets to watch (CURLMOPT_SOCKETFUNCTION) and
/// when to be called again (CURLMOPT_TIMERFUNCTION), so that a call costs the same however many others are waiting.
class CurlTransport::Engine {
  public:
    Engine(const Limits& limits, const base::Clock& clock);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void submit(std::unique_ptr<CurlCall> call);
    void stop();
    const base::Clock& clock() const { return clock_; }

  private:
    using CallPtr = std::unique_ptr<CurlCall>;
    using Endpoint = EndpointQueue<CallPtr>;

    static int onSocket(CURL* easy, curl_socket_t socket, int what, void* engine, void* known);
    static int onTimer(CURLM* multi, long timeoutMs, void* engine);

    void run();
    void takeSubmitted();
    void start(const std::string& name, CallPtr call);
    void finishCalls();
    void runTimers();
    int waitMs() const;
    void abandonAll();

    // given
    Limits limits_;
    const base::Clock& clock_;
    // owned
    Descriptor epoll_;
    Descriptor wake_;
    CURLM* multi_;
    std::map<std::string, Endpoint> endpoints_;
    std::unordered_map<CURL*, std::pair<CallPtr, std::string>> active_;
    std::thread thread_;
    // state
    std::optional<std::int64_t> curlTimerAtMs_;
    std::atomic<std::size_t> waiting_{0}; ///< submitted and not started; grows under submittedMutex_
    std::mutex submittedMutex_;
    std::vector<CallPtr> submitted_;
    bool stopping_ = false; ///< guarded by submittedMutex_
};

CurlTransport::Engine::Engine(const Limits& limits, const base::Clock& clock)
    : limits_(limits), clock_(clock), epoll_(::epoll_create1(EPOLL_CLOEXEC), "epoll descriptor"),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "event descriptor") {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw std::runtime_error("hooks: libcurl cannot be initialized");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Engine::onSocket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Engine::onTimer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(limits_.connectionsPerHost));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wake_.get();
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
    thread_ = std::thread([this] { run(); });
}

CurlTransport::Engine::~Engine() {
    stop();
    curl_multi_cleanup(multi_);
    curl_global_cleanup();
}

void CurlTransport::Engine::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(submittedMutex_);
        stopping_ = true;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
    abandonAll();
}

void CurlTransport::Engine::submit(CallPtr call) {
    std::unique_lock lock(submittedMutex_);
    const bool stopped = stopping_;
    if (!stopped && waiting_ < limits_.waitingCalls) {
        ++waiting_;
        submitted_.push_back(std::move(call));
        lock.unlock();
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
        return;
    }
    // Not under the lock: whoever is answered may call again.
    lock.unlock();
    if (stopped)
        call->abandon(HookResponse::Outcome::Stopped, kStopping, clock_.monotonicMs());
    else
        call->abandon(HookResponse::Outcome::QueueFull, "too many hook calls are waiting", clock_.monotonicMs());
}

void CurlTransport::Engine::run() {
    std::array<epoll_event, kEventsPerWait> events{};
    for (;;) {
        const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsPerWait, waitMs());
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == wake_.get()) {
                std::uint64_t drained = 0;
                [[maybe_unused]] const ssize_t taken = ::read(wake_.get(), &drained, sizeof drained);
                continue;
            }
            int flags = 0;
            if ((event.events & EPOLLIN) != 0) flags |= CURL_CSELECT_IN;
            if ((event.events & EPOLLOUT) != 0) flags |= CURL_CSELECT_OUT;
            if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) flags |= CURL_CSELECT_ERR;
            int running = 0;
            curl_multi_socket_action(multi_, event.data.fd, flags, &running);
        }
        {
            const std::lock_guard lock(submittedMutex_);
            if (stopping_) return;
        }
        takeSubmitted();
        runTimers();
        finishCalls();
    }
}

void CurlTransport::Engine::takeSubmitted() {
    std::vector<CallPtr> taken;
    {
        const std::lock_guard lock(submittedMutex_);
        taken.swap(submitted_);
    }
    const std::int64_t nowMs = clock_.monotonicMs();
    for (CallPtr& call : taken) {
        const auto [entry, isNew] = endpoints_.try_emplace(call->endpoint(), limits_.connectionsPerHost);
        entry->second.push(std::move(call), nowMs);
    }
    for (auto& [name, endpoint] : endpoints_) {
        while (std::optional<CallPtr> call = endpoint.takeStartable(nowMs)) start(name, std::move(*call));
    }
}

void CurlTransport::Engine::start(const std::string& name, CallPtr call) {
    --waiting_;
    const std::int64_t nowMs = clock_.monotonicMs();
    const std::int64_t leftMs = call->timeoutMs() - (nowMs - call->calledAtMs());
    Endpoint& endpoint = endpoints_.at(name);
    if (leftMs <= 0) {
        endpoint.finished(0);
        call->abandon(HookResponse::Outcome::TimedOut, "timed out waiting for a connection", nowMs);
        return;
    }
    CURL* handle = call->prepare(leftMs);
    if (handle == nullptr || curl_multi_add_handle(multi_, handle) != CURLM_OK) {
        endpoint.finished(0);
        call->abandon(HookResponse::Outcome::ConnectFailed, "libcurl cannot start the call", nowMs);
        return;
    }
    active_.emplace(handle, std::pair(std::move(call), name));
}

void CurlTransport::Engine::finishCalls() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        auto node = active_.extract(message->easy_handle);
        curl_multi_remove_handle(multi_, node.key());
        auto& [call, name] = node.mapped();
        const std::int64_t nowMs = clock_.monotonicMs();
        Endpoint& endpoint = endpoints_.at(name);
        double seconds = 0;
        curl_easy_getinfo(call->handle(), CURLINFO_TOTAL_TIME, &seconds);
        endpoint.finished(static_cast<std::int64_t>(seconds * 1000));
        call->complete(code, nowMs);
        while (std::optional<CallPtr> next = endpoint.takeStartable(nowMs)) start(name, std::move(*next));
    }
}

void CurlTransport::Engine::runTimers() {
    const std::int64_t nowMs = clock_.monotonicMs();
    if (!curlTimerAtMs_ || *curlTimerAtMs_ > nowMs) return;
    curlTimerAtMs_.reset();
    int running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

int CurlTransport::Engine::waitMs() const {
    const std::int64_t nowMs = clock_.monotonicMs();
    std::int64_t untilMs = nowMs + kLongestWaitMs;
    if (curlTimerAtMs_) untilMs = std::min(untilMs, *curlTimerAtMs_);
    for (const auto& [name, endpoint] : endpoints_) {
        if (const auto growth = endpoint.nextGrowthMs()) untilMs = std::min(untilMs, *growth);
    }
    return static_cast<int>(std::max<std::int64_t>(untilMs - nowMs, 0));
}

void CurlTransport::Engine::abandonAll() {
    const std::int64_t nowMs = clock_.monotonicMs();
    for (auto& [handle, entry] : active_) {
        curl_multi_remove_handle(multi_, handle);
        entry.first->abandon(HookResponse::Outcome::Stopped, kStopping, nowMs);
    }
    active_.clear();
    for (auto& [name, endpoint] : endpoints_) {
        for (CallPtr& call : endpoint.takeAll()) call->abandon(HookResponse::Outcome::Stopped, kStopping, nowMs);
    }
    for (CallPtr& call : std::exchange(submitted_, {})) call->abandon(HookResponse::Outcome::Stopped, kStopping, nowMs);
}

int CurlTransport::Engine::onSocket(CURL*, curl_socket_t socket, int what, void* engine, void* known) {
    auto& self = *static_cast<Engine*>(engine);
    if (what == CURL_POLL_REMOVE) {
        ::epoll_ctl(self.epoll_.get(), EPOLL_CTL_DEL, socket, nullptr);
        return 0;
    }
    epoll_event event{};
    event.data.fd = socket;
    if (what != CURL_POLL_OUT) event.events |= EPOLLIN;
    if (what != CURL_POLL_IN) event.events |= EPOLLOUT;
    const int operation = known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(self.epoll_.get(), operation, socket, &event) != 0) return -1;
    // libcurl hands this back as `known`: any pointer that is not null will do.
    if (known == nullptr) curl_multi_assign(self.multi_, socket, &self);
    return 0;
}

int CurlTransport::Engine::onTimer(CURLM*, long timeoutMs, void* engine) {
    auto& self = *static_cast<Engine*>(engine);
    if (timeoutMs < 0)
        self.curlTimerAtMs_.reset();
    else
        self.curlTimerAtMs_ = self.clock_.monotonicMs() + timeoutMs;
    return 0;
}

CurlTransport::CurlTransport(const Limits& limits, const base::Clock& clock)
    : engine_(std::make_unique<Engine>(limits, clock)) {}

CurlTransport::~CurlTransport() = default;

void CurlTransport::stop() {
    engine_->stop();
}

void CurlTransport::call(HookRequest request, OnResponse onResponse) {
    engine_->submit(
        std::make_unique<CurlCall>(std::move(request), std::move(onResponse), engine_->clock().monotonicMs()));
}

} // namespace hookcast::hooks
