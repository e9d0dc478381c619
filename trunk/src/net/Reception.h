#pragma once

#include "base/Log.h"
#include "base/LogGate.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "net/SessionHomes.h"

#include <fmt/format.h>

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hookcast::net {

/// Logs the exception that is being handled: a session could not begin, or its peer had left between accept and the
/// first look at it.
void tellFailedBeginning(base::Log& log, std::string_view who);

/// How the connections that a server accepts become its sessions: each takes a place in the budget, then a loop in
/// turn, and begins there. One that cannot begin is ended at once, and neither its place nor its socket is lost.
///
/// `Session` has occupy(place), start(), kick(reason), which calls the OnGone that it was made with, and endOn().
template <typename Session>
class Reception {
  public:
    /// Called once, on the session's loop, when it has ended; it is destroyed later, by a post().
    using OnGone = std::function<void(Session&)>;

    /// `who` names the server in the log. All others outlive this.
    Reception(std::string who, std::span<const std::unique_ptr<Loop>> loops, ConnectionBudget& budget, base::Log& log)
        : who_(std::move(who)), budget_(budget), log_(log), clock_(loops.front()->clock()), homes_(loops) {}

    /// A place for a connection of `ip`; none, and a line in the log, when the budget has none. Any thread.
    std::optional<ConnectionPlace> admit(const std::string& ip) {
        base::Result<ConnectionPlace> place = budget_.take(ip);
        if (place) return place.take();
        tellRefused(place.error().message, ip);
        return std::nullopt;
    }

    /// The line alone, for who has refused `ip` before it was a connection. Any thread.
    void tellRefused(const std::string& why, const std::string& ip) {
        const std::lock_guard lock(mutex_);
        const auto count = refusedGate_.admit(clock_.monotonicMs());
        if (!count) return;
        base::LogParts parts;
        parts.add("event", "accept").add("count", *count).add("ip", ip).add("cause", "limit").add("reason", why);
        log_.line(base::LogLevel::Warn, who_,
                  fmt::format("refused {} connections: {} (the newest is from {})", *count, why, ip), parts);
    }

    /// Has `make(loop, onGone)` make the session on the loop whose turn it is, and starts it there. Null: there is to
    /// be none after all. `make` may throw, Poco::Exception when the peer is gone. One thread at a time.
    template <typename Make>
    void receive(ConnectionPlace place, Make make) {
        Home& home = homes_.next();
        if (home.loop().isCurrent())
            begin(home, std::move(place), make);
        else
            home.loop().post([this, &home, place = std::move(place), make = std::move(make)]() mutable {
                begin(home, std::move(place), make);
            });
    }

    /// See SessionHomes.
    void end(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
        homes_.end(isGone, reason);
    }
    void endAll(const std::string& reason) { homes_.endAll(reason); }
    void settle() { homes_.settle(); }

  private:
    using Home = typename SessionHomes<Session>::Home;

    template <typename Make>
    void begin(Home& home, ConnectionPlace place, Make& make) {
        std::shared_ptr<Session> session;
        try {
            session = make(home.loop(), OnGone([&home](Session& gone) { home.remove(gone); }));
            if (session == nullptr) return;
            session->occupy(std::move(place));
            home.add(session);
            session->start();
            return;
        } catch (...) {
            tellFailedBeginning(log_, who_);
        }
        if (session != nullptr) drop(home, *session);
    }

    /// What it holds already, a verdict that is out or an entry with a reactor, goes as at any other end.
    void drop(Home& home, Session& session) {
        try {
            session.kick("it could not begin");
        } catch (const std::exception& e) {
            log_.error(who_, "a session that could not begin could not end either: {}", e.what());
        }
        home.remove(session);
    }

    // given
    std::string who_;
    ConnectionBudget& budget_;
    base::Log& log_;
    const base::Clock& clock_;
    // owned
    SessionHomes<Session> homes_; ///< next() in receive() only
    // state
    std::mutex mutex_; ///< guards what is below
    base::LogGate refusedGate_{1000};
};

} // namespace hookcast::net
