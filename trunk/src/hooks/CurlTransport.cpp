#include "hooks/CurlTransport.h"

#include "hooks/CurlCall.h"
#include "hooks/EndpointQueue.h"

#include <curl/curl.h>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <map>
#include <mutex>
#include <new>
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
constexpr int kTellAgainMs = 100;
constexpr const char* kStopping = "the server is stopping";
constexpr const char* kTooMany = "too many hook calls are waiting";

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

    CallId submit(std::unique_ptr<CurlCall> call);
    void withdraw(CallId id);
    void stop();
    const base::Clock& clock() const { return clock_; }

  private:
    using CallPtr = std::unique_ptr<CurlCall>;
    using Endpoint = EndpointQueue<CallPtr>;

    static int onSocket(CURL* easy, curl_socket_t socket, int what, void* engine, void* known);
    static int onTimer(CURLM* multi, long timeoutMs, void* engine);

    struct Startable {
        Endpoint& endpoint;
        CallPtr call;
    };
    struct Active {
        Active(CallPtr its, Endpoint& where) : call(std::move(its)), endpoint(where) {}
        CallPtr call;
        Endpoint& endpoint;
    };

    void wakeUp();
    bool makeRoomFor(const Endpoint& endpoint, const std::string& share, CallPtr& givesWay);
    void run();
    void startWaiting();
    std::optional<Startable> takeStartable();
    void start(Startable startable);
    bool begin(Endpoint& endpoint, CallPtr& call, std::int64_t leftMs);
    static void untilTold(const std::function<void()>& tell);
    void endedIn(Endpoint& endpoint, std::int64_t durationMs);
    void finishCalls();
    void runTimers();
    int waitMs();
    void abandonAll();

    // given
    Limits limits_;
    const base::Clock& clock_;
    // owned
    Descriptor epoll_;
    Descriptor wake_;
    CURLM* multi_;
    std::unordered_map<CURL*, Active> active_;
    std::thread thread_;
    // state
    std::optional<std::int64_t> curlTimerAtMs_;
    std::mutex mutex_;
    // guarded by mutex_
    std::map<std::string, Endpoint> endpoints_; ///< none is ever taken out
    CallId lastId_ = 0;
    bool stopping_ = false;
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
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wakeUp();
    thread_.join();
    abandonAll();
}

void CurlTransport::Engine::wakeUp() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

CallId CurlTransport::Engine::submit(CallPtr call) {
    const std::int64_t nowMs = clock_.monotonicMs();
    std::unique_lock lock(mutex_);
    const CallId id = ++lastId_;
    const bool stopped = stopping_;
    CallPtr givesWay;
    if (!stopped) {
        Endpoint& endpoint = endpoints_.try_emplace(call->endpoint(), limits_.connectionsPerHost).first->second;
        if (call->kind() == CallKind::Tells || makeRoomFor(endpoint, call->share(), givesWay)) {
            const CurlCall& waiting = *call;
            endpoint.push(id, waiting.kind(), waiting.share(), std::move(call), nowMs);
            // Not under the lock: whoever is answered may call again.
            lock.unlock();
            wakeUp();
            if (givesWay != nullptr) givesWay->abandon(HookResponse::Outcome::QueueFull, kTooMany, nowMs);
            return id;
        }
    }
    lock.unlock();
    if (stopped)
        call->abandon(HookResponse::Outcome::Stopped, kStopping, nowMs);
    else
        call->abandon(HookResponse::Outcome::QueueFull, kTooMany, nowMs);
    return id;
}

/// Whether a further call of `share` may wait; when it is another one that gives way for it, that one is taken out.
bool CurlTransport::Engine::makeRoomFor(const Endpoint& endpoint, const std::string& share, CallPtr& givesWay) {
    std::size_t waiting = 0;
    Endpoint* fullest = nullptr;
    for (auto& [name, other] : endpoints_) {
        waiting += other.asking().size();
        if (fullest == nullptr || other.asking().largestShare() > fullest->asking().largestShare()) fullest = &other;
    }
    if (waiting < limits_.waitingCalls) return true;
    if (endpoint.asking().sizeOf(share) + 1 >= fullest->asking().largestShare()) return false;
    givesWay = fullest->asking().takeNewestOfLargest();
    return true;
}

void CurlTransport::Engine::withdraw(CallId id) {
    CallPtr withdrawn;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [name, endpoint] : endpoints_) {
            if (withdrawn != nullptr) break;
            if (std::optional<CallPtr> call = endpoint.take(id)) withdrawn = std::move(*call);
        }
    }
    if (withdrawn != nullptr) withdrawn->abandon(HookResponse::Outcome::Withdrawn, "withdrawn", clock_.monotonicMs());
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
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        startWaiting();
        runTimers();
        finishCalls();
    }
}

void CurlTransport::Engine::startWaiting() {
    while (std::optional<Startable> startable = takeStartable()) start(std::move(*startable));
}

std::optional<CurlTransport::Engine::Startable> CurlTransport::Engine::takeStartable() {
    const std::int64_t nowMs = clock_.monotonicMs();
    const std::lock_guard lock(mutex_);
    for (auto& [name, endpoint] : endpoints_)
        if (std::optional<CallPtr> call = endpoint.takeStartable(nowMs)) return Startable{endpoint, std::move(*call)};
    return std::nullopt;
}

void CurlTransport::Engine::start(Startable startable) {
    auto& [endpoint, call] = startable;
    const std::int64_t nowMs = clock_.monotonicMs();
    const std::int64_t leftMs = call->timeoutMs() - (nowMs - call->calledAtMs());
    if (leftMs <= 0) {
        endedIn(endpoint, 0);
        untilTold([&late = *call, nowMs] {
            late.abandon(HookResponse::Outcome::QueueFull, "timed out waiting for a connection", nowMs);
        });
        return;
    }
    if (begin(endpoint, call, leftMs)) return;
    endedIn(endpoint, 0);
    untilTold([&failed = *call, nowMs] {
        failed.abandon(HookResponse::Outcome::ConnectFailed, "libcurl cannot start the call", nowMs);
    });
}

/// False when the machine has not what it takes; `call` is as it was then.
bool CurlTransport::Engine::begin(Endpoint& endpoint, CallPtr& call, std::int64_t leftMs) {
    try {
        CURL* const handle = call->prepare(leftMs);
        if (handle == nullptr) return false;
        const auto entry = active_.try_emplace(handle, nullptr, endpoint).first;
        if (curl_multi_add_handle(multi_, handle) != CURLM_OK) {
            active_.erase(entry);
            return false;
        }
        entry->second.call = std::move(call);
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

/// Whoever waits for an answer has no deadline of his own: where there is no memory to tell him, it is tried again.
void CurlTransport::Engine::untilTold(const std::function<void()>& tell) {
    for (;;) {
        try {
            tell();
            return;
        } catch (const std::bad_alloc&) {
            pollfd nothing{-1, 0, 0};
            ::poll(&nothing, 0, kTellAgainMs);
        }
    }
}

void CurlTransport::Engine::endedIn(Endpoint& endpoint, std::int64_t durationMs) {
    const std::lock_guard lock(mutex_);
    endpoint.finished(durationMs);
}

void CurlTransport::Engine::finishCalls() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        auto node = active_.extract(message->easy_handle);
        curl_multi_remove_handle(multi_, node.key());
        auto& [call, endpoint] = node.mapped();
        const std::int64_t nowMs = clock_.monotonicMs();
        double seconds = 0;
        curl_easy_getinfo(call->handle(), CURLINFO_TOTAL_TIME, &seconds);
        endedIn(endpoint, static_cast<std::int64_t>(seconds * 1000));
        untilTold([&ended = *call, code, nowMs] { ended.complete(code, nowMs); });
        startWaiting();
    }
}

void CurlTransport::Engine::runTimers() {
    const std::int64_t nowMs = clock_.monotonicMs();
    if (!curlTimerAtMs_ || *curlTimerAtMs_ > nowMs) return;
    curlTimerAtMs_.reset();
    int running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

int CurlTransport::Engine::waitMs() {
    const std::int64_t nowMs = clock_.monotonicMs();
    std::int64_t untilMs = nowMs + kLongestWaitMs;
    if (curlTimerAtMs_) untilMs = std::min(untilMs, *curlTimerAtMs_);
    const std::lock_guard lock(mutex_);
    for (const auto& [name, endpoint] : endpoints_) {
        if (const auto growth = endpoint.nextGrowthMs()) untilMs = std::min(untilMs, *growth);
    }
    return static_cast<int>(std::max<std::int64_t>(untilMs - nowMs, 0));
}

/// After the thread's end: nothing starts any more. Nobody is answered under the lock, as he may call again.
void CurlTransport::Engine::abandonAll() {
    const std::int64_t nowMs = clock_.monotonicMs();
    for (auto& [handle, entry] : active_) {
        curl_multi_remove_handle(multi_, handle);
        entry.call->abandon(HookResponse::Outcome::Stopped, kStopping, nowMs);
    }
    active_.clear();
    std::vector<CallPtr> waiting;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [name, endpoint] : endpoints_)
            for (CallPtr& call : endpoint.takeAll()) waiting.push_back(std::move(call));
    }
    for (const CallPtr& call : waiting) call->abandon(HookResponse::Outcome::Stopped, kStopping, nowMs);
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

CallId CurlTransport::call(HookRequest request, OnResponse onResponse) {
    return engine_->submit(
        std::make_unique<CurlCall>(std::move(request), std::move(onResponse), engine_->clock().monotonicMs()));
}

void CurlTransport::withdraw(CallId call) {
    engine_->withdraw(call);
}

} // namespace hookcast::hooks
