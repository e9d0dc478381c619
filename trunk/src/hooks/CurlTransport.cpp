#include "hooks/CurlTransport.h"

#include "hooks/CurlCall.h"
#include "hooks/CurlHandles.h"
#include "hooks/CurlSockets.h"
#include "hooks/EndpointQueue.h"
#include "hooks/ResetConnections.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <curl/curl.h>

#include <poll.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookcast::hooks {

namespace {

constexpr int kTellAgainMs = 100;
constexpr const char* kStopping = "the server is stopping";
constexpr const char* kTooMany = "too many hook calls are waiting";

} // namespace

/// The transport's loop and what belongs to it. libcurl tells which sockets to watch (CURLMOPT_SOCKETFUNCTION) and when
/// to be called again (CURLMOPT_TIMERFUNCTION), so that a call costs the same however many others are waiting. Calls
/// that wait are under a lock, where any thread may put them and take them back; those that have begun are the loop's.
class CurlTransport::Engine {
  public:
    Engine(const Limits& limits, const base::Clock& clock, base::Log& log);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    CallId submit(std::unique_ptr<CurlCall> call);
    void withdraw(CallId id);
    net::Loop& loop() { return loop_; }
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
        ConnectionTrust::Use use;
    };
    struct Active {
        Active(CallPtr its, Endpoint& where) : call(std::move(its)), endpoint(where) {}
        CallPtr call;
        Endpoint& endpoint;
    };

    struct Libcurl {
        Libcurl() { curl_global_init(CURL_GLOBAL_DEFAULT); }
        ~Libcurl() { curl_global_cleanup(); }
        Libcurl(const Libcurl&) = delete;
        Libcurl& operator=(const Libcurl&) = delete;
    };

    bool makeRoomFor(const Endpoint& endpoint, const std::string& share, CallPtr& givesWay);
    void lookAtWaiting();
    void startWaiting();
    std::optional<Startable> takeStartable(std::int64_t nowMs);
    void start(Startable startable);
    bool begin(Endpoint& endpoint, CallPtr& call, std::int64_t leftMs);
    static void untilTold(const std::function<void()>& tell);
    void endedIn(Endpoint& endpoint, const CurlCall& call, std::int64_t durationMs);
    void act(curl_socket_t socket, int flags);
    void finishCalls();
    void awaitGrowth(std::int64_t lookedAtMs);
    void abandonAll();

    // given
    Limits limits_;
    const base::Clock& clock_;
    base::Log& log_;
    // owned; libcurl's connections end before what is told of them
    Libcurl libcurl_;
    net::Loop loop_;
    CurlSockets sockets_{loop_, [this](curl_socket_t socket, int flags) { act(socket, flags); }};
    ResetConnections resetConnections_{clock_, sockets_};
    CurlHandles handles_; ///< of all calls that have begun
    CURLM* multi_;
    net::Timer curlTimer_;
    net::Timer growthTimer_;
    std::unordered_map<CURL*, Active> active_;
    // state
    std::mutex mutex_;
    // guarded by mutex_
    std::map<std::string, Endpoint> endpoints_; ///< none is ever taken out
    CallId lastId_ = 0;
    bool isLookDue_ = false; ///< lookAtWaiting() has been posted
    bool stopping_ = false;
};

CurlTransport::Engine::Engine(const Limits& limits, const base::Clock& clock, base::Log& log)
    : limits_(limits), clock_(clock), log_(log), loop_("hooks", clock, log), curlTimer_(loop_), growthTimer_(loop_) {
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw std::runtime_error("hooks: libcurl cannot be initialized");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Engine::onSocket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Engine::onTimer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(limits_.connectionsPerHost));
    loop_.start();
}

CurlTransport::Engine::~Engine() {
    stop();
    curl_multi_cleanup(multi_);
}

void CurlTransport::Engine::stop() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(stopping_, true)) return;
    }
    loop_.stop();
    abandonAll();
    // The loop's are this thread's now; libcurl's connections may end on another one.
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
    sockets_.clear();
    curlTimer_.cancel();
    growthTimer_.cancel();
}

CallId CurlTransport::Engine::submit(CallPtr call) {
    const std::int64_t nowMs = clock_.monotonicMs();
    std::unique_lock lock(mutex_);
    const CallId id = ++lastId_;
    const bool stopped = stopping_;
    CallPtr givesWay;
    if (!stopped) {
        Endpoint& endpoint = endpoints_.try_emplace(call->endpoint(), limits_.connectionsPerHost).first->second;
        if (call->isToSocket()) endpoint.trust().keepNone();
        if (call->kind() == CallKind::Tells || makeRoomFor(endpoint, call->share(), givesWay)) {
            const CurlCall& waiting = *call;
            endpoint.push(id, waiting.kind(), waiting.share(), std::move(call), nowMs);
            const bool isLookDue = std::exchange(isLookDue_, true);
            // Not under the lock: whoever is answered may call again.
            lock.unlock();
            if (!isLookDue) loop_.post([this] { lookAtWaiting(); });
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

void CurlTransport::Engine::lookAtWaiting() {
    {
        const std::lock_guard lock(mutex_);
        isLookDue_ = false;
    }
    startWaiting();
}

void CurlTransport::Engine::startWaiting() {
    std::int64_t lookedAtMs = clock_.monotonicMs();
    while (std::optional<Startable> startable = takeStartable(lookedAtMs)) {
        start(std::move(*startable));
        lookedAtMs = clock_.monotonicMs();
    }
    awaitGrowth(lookedAtMs);
}

std::optional<CurlTransport::Engine::Startable> CurlTransport::Engine::takeStartable(std::int64_t nowMs) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return std::nullopt;
    for (auto& [name, endpoint] : endpoints_) {
        std::optional<CallPtr> call = endpoint.takeStartable(nowMs);
        if (!call) continue;
        return Startable{endpoint, std::move(*call), endpoint.trust().next(nowMs)};
    }
    return std::nullopt;
}

void CurlTransport::Engine::start(Startable startable) {
    auto& [endpoint, call, use] = startable;
    const std::int64_t nowMs = clock_.monotonicMs();
    const std::int64_t leftMs = call->timeoutMs() - (nowMs - call->calledAtMs());
    call->setUse(use);
    if (leftMs <= 0) {
        endedIn(endpoint, *call, 0);
        untilTold([&late = *call, nowMs] {
            late.abandon(HookResponse::Outcome::QueueFull, "timed out waiting for a connection", nowMs);
        });
        return;
    }
    if (begin(endpoint, call, leftMs)) return;
    endedIn(endpoint, *call, 0);
    untilTold([&failed = *call, nowMs] {
        failed.abandon(HookResponse::Outcome::ConnectFailed, "libcurl cannot start the call", nowMs);
    });
}

/// False when the machine has not what it takes; `call` is as it was then.
bool CurlTransport::Engine::begin(Endpoint& endpoint, CallPtr& call, std::int64_t leftMs) {
    try {
        CURL* const handle = call->prepare(leftMs, clock_, handles_, resetConnections_);
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

void CurlTransport::Engine::endedIn(Endpoint& endpoint, const CurlCall& call, std::int64_t durationMs) {
    const std::lock_guard lock(mutex_);
    endpoint.finished(durationMs);
    endpoint.trust().seen(call.use(), call.seen(), clock_.monotonicMs());
}

/// Lets libcurl do what it can now.
void CurlTransport::Engine::act(curl_socket_t socket, int flags) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, flags, &running);
    finishCalls();
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
        endedIn(endpoint, *call, static_cast<std::int64_t>(seconds * 1000));
        untilTold([&ended = *call, code, nowMs] { ended.complete(code, nowMs); });
        startWaiting();
    }
}

/// Calls that wait may become startable by their waiting alone. `lookedAtMs`: when none was; what held them then may be
/// over by now, and nobody else would look again.
void CurlTransport::Engine::awaitGrowth(std::int64_t lookedAtMs) {
    std::optional<std::int64_t> atMs;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, endpoint] : endpoints_)
            for (const auto& dueMs : {endpoint.nextGrowthMs(), endpoint.heldUntilMs(lookedAtMs)})
                if (dueMs && (!atMs || *dueMs < *atMs)) atMs = dueMs;
    }
    if (!atMs) {
        growthTimer_.cancel();
        return;
    }
    growthTimer_.runAfter(std::max<std::int64_t>(*atMs - clock_.monotonicMs(), 0), [this] { startWaiting(); });
}

/// After the loop's end: nothing starts any more. Nobody is answered under the lock, as he may call again.
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

int CurlTransport::Engine::onSocket(CURL*, curl_socket_t socket, int what, void* engine, void*) {
    auto& self = *static_cast<Engine*>(engine);
    try {
        self.sockets_.want(socket, what);
        return 0;
    } catch (const std::exception& e) {
        self.log_.error("hooks", "a connection to a backend cannot be watched: {}", e.what());
        return -1;
    }
}

int CurlTransport::Engine::onTimer(CURLM*, long timeoutMs, void* engine) {
    auto& self = *static_cast<Engine*>(engine);
    if (timeoutMs < 0)
        self.curlTimer_.cancel();
    else // even at once: it must not be called back from here
        self.curlTimer_.runAfter(timeoutMs, [&self] { self.act(CURL_SOCKET_TIMEOUT, 0); });
    return 0;
}

CurlTransport::CurlTransport(const Limits& limits, const base::Clock& clock, base::Log& log)
    : engine_(std::make_unique<Engine>(limits, clock, log)) {}

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

net::Loop& CurlTransport::loop() {
    return engine_->loop();
}

} // namespace hookcast::hooks
