#pragma once

#include "net/Loop.h"
#include "srt/Socket.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace hookcast::srt {

/// Waits for all SRT sockets of the server, on one thread with one srt_epoll: libsrt's sockets are none of the
/// system's, so the loops cannot wait for them. What happens is told to a socket's loop by a post.
///
/// A socket is watched for what its session wants next, once: the session reads until nothing is left and asks again.
/// That it breaks is told in any case, once and last.
///
/// Teardown: stop(), after the last session has closed its socket; the loops still run until then.
class Reactor {
  public:
    struct Events {
        bool readable = false;
        bool writable = false;
        bool broken = false;
    };

    /// A session. Its own loop.
    class Watcher {
      public:
        virtual ~Watcher() = default;
        virtual void onEvents(const Events& events) = 0;
    };

    /// A listening socket has callers; on the reactor's thread.
    using OnCallers = std::function<void(const Socket&)>;

    Reactor();
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Starts the thread. Main thread, once.
    void start(OnCallers onCallers);

    /// Watches `listener` for callers until stopListening(). Any thread.
    void listen(std::shared_ptr<const Socket> listener);

    /// No call of OnCallers begins for it after this. Any thread.
    void stopListening(const Socket& listener);

    /// Ends the thread and closes what it was asked to close. Main thread.
    void stop();

    /// Begins to watch. Any thread.
    void add(const Socket& socket, net::Loop& loop, std::weak_ptr<Watcher> watcher);

    /// Tells the watcher once when the socket is readable, or writable. Any thread.
    void wantReadable(const Socket& socket) { want(socket, SRT_EPOLL_IN); }
    void wantWritable(const Socket& socket) { want(socket, SRT_EPOLL_OUT); }

    /// Closes, on the reactor's thread: libsrt waits for threads of its own then. Any thread.
    void close(Socket socket);

  private:
    struct Entry {
        net::Loop* loop;
        std::weak_ptr<Watcher> watcher;
        int wanted = 0;
    };

    void want(const Socket& socket, int event);
    void run();
    void handle(const SRT_EPOLL_EVENT& event);
    void closePending();

    // given
    OnCallers onCallers_;
    // owned
    int epoll_;
    std::thread thread_;
    // state
    std::atomic<bool> stopping_{false};
    std::mutex mutex_; ///< guards all below
    std::unordered_map<SRTSOCKET, Entry> entries_;
    std::unordered_map<SRTSOCKET, std::shared_ptr<const Socket>> listeners_;
    std::vector<Socket> closing_;
};

} // namespace hookcast::srt
