#pragma once

#include "net/Loop.h"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookcast::net {

/// A server's sessions, spread over the loops; each loop touches its own only. `Session` has kick(reason), which ends
/// it, and endOn(), see TcpSession.
template <typename Session>
class SessionHomes {
  public:
    /// The sessions of one loop.
    class Home {
      public:
        explicit Home(Loop& loop) : loop_(loop) {}

        Loop& loop() const { return loop_; }

        /// Loop thread.
        void add(std::shared_ptr<Session> session) {
            Session* key = session.get();
            sessions_.emplace(key, std::move(session));
        }

        /// Loop thread. The session may be on the stack: it is destroyed by a post. False when it has left already.
        bool remove(Session& session) {
            const auto found = sessions_.find(&session);
            if (found == sessions_.end()) return false;
            loop_.post([kept = std::move(found->second)] {});
            sessions_.erase(found);
            return true;
        }

      private:
        friend class SessionHomes;

        Loop& loop_;
        std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;
    };

    explicit SessionHomes(std::span<const std::unique_ptr<Loop>> loops) {
        for (const auto& loop : loops) homes_.push_back(std::make_unique<Home>(*loop));
    }

    /// For a new session. One thread at a time.
    Home& next() { return *homes_[next_++ % homes_.size()]; }

    /// Ends the sessions on vhosts that `isGone` says so of; returns when they are destroyed. Not on a loop.
    void end(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
        forEach([&](Session& session) { session.endOn(isGone, reason); });
    }
    void endAll(const std::string& reason) {
        forEach([&](Session& session) { session.kick(reason); });
    }

    /// Returns when all that was posted to the loops has run. Not on a loop.
    void settle() {
        for (const auto& home : homes_) home->loop_.runAndWait([] {});
    }

  private:
    /// One that fails at its own end keeps nobody else from his.
    template <typename End>
    static void guarded(End end, Session& session, base::Log& log) {
        try {
            end(session);
        } catch (const std::exception& e) {
            log.error("main", "internal error: the end of a session threw: {}", e.what());
        }
    }

    template <typename End>
    void forEach(End end) {
        for (const auto& home : homes_) {
            home->loop_.runAndWait([&] {
                const auto sessions = home->sessions_;
                for (const auto& [key, session] : sessions) guarded(end, *session, home->loop_.log());
            });
        }
        // What the sessions left behind to be destroyed was posted before this.
        settle();
    }

    // owned
    std::vector<std::unique_ptr<Home>> homes_;
    // state
    std::size_t next_ = 0;
};

} // namespace hookcast::net
