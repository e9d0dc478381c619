#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace hookcast::hooks {

/// Whether a backend keeps the connections that its answers offer to keep. One that closes after each answer without a
/// word (uWSGI's HTTP router is one) may have read the next call by then: nobody can tell, and it must not be sent
/// again. So no connection is used twice before one has been seen to live on for a while, unused; and none for a while
/// after one has ended under a call.
///
/// Pure bookkeeping for the transport's thread; times are monotonic.
class ConnectionTrust {
  public:
    /// So long must an unused connection have lived.
    static constexpr std::int64_t kProbationMs = 10;
    /// Older ones we close ourselves: what has become of one says nothing.
    static constexpr std::int64_t kStaleMs = 3000;
    /// So long after a disappointment nothing is tried.
    static constexpr std::int64_t kDistrustMs = 60'000;

    /// How a call connects.
    enum class Use : std::uint8_t {
        Fresh, ///< over a connection of its own, closed after it
        Probe, ///< over one of its own, which is kept and left alone
        Judge, ///< over what the probe has left, if that is still there
        Any,   ///< over any connection
    };

    /// What became of a call's connection.
    enum class Seen : std::uint8_t {
        Reused, ///< it had served another call, and served this one
        New,    ///< there was none to use again
        Ended,  ///< it had served another call, and ended under this one
        Nothing ///< the call came to no connection, or to no end
    };

    /// Until when a call had better wait, as a connection may be used again by then; the largest number: until seen()
    /// has been told. Nothing when waiting brings nothing.
    std::optional<std::int64_t> earnedAtMs(std::int64_t nowMs) const {
        if (state_ == State::Probing || state_ == State::Judging) return std::numeric_limits<std::int64_t>::max();
        if (state_ == State::Probed && nowMs - sinceMs_ < kProbationMs) return sinceMs_ + kProbationMs;
        return std::nullopt;
    }

    /// For a call that starts now; seen() follows.
    Use next(std::int64_t nowMs) {
        switch (state_) {
        case State::Unknown: state_ = State::Probing; return Use::Probe;
        case State::Probed:
            if (nowMs - sinceMs_ < kProbationMs) return Use::Fresh;
            state_ = nowMs - sinceMs_ < kStaleMs ? State::Judging : State::Probing;
            return state_ == State::Judging ? Use::Judge : Use::Probe;
        case State::Distrusted:
            if (nowMs - sinceMs_ < kDistrustMs) return Use::Fresh;
            state_ = State::Probing;
            return Use::Probe;
        case State::Trusted: return Use::Any;
        case State::KeepsNone:
        case State::Probing:
        case State::Judging: return Use::Fresh;
        }
        return Use::Fresh;
    }

    /// No connection is ever used twice, and no call waits for one.
    void keepNone() { state_ = State::KeepsNone; }

    void seen(Use use, Seen seen, std::int64_t nowMs) {
        if (state_ == State::KeepsNone) return;
        if (seen == Seen::Ended)
            become(State::Distrusted, nowMs);
        else if (use == Use::Probe)
            become(seen == Seen::Nothing ? State::Unknown : State::Probed, nowMs);
        else if (use == Use::Judge)
            become(seen == Seen::Reused ? State::Trusted
                   : seen == Seen::New  ? State::Distrusted
                                        : State::Unknown,
                   nowMs);
    }

  private:
    enum class State : std::uint8_t { Unknown, Probing, Probed, Judging, Trusted, Distrusted, KeepsNone };

    void become(State state, std::int64_t nowMs) {
        state_ = state;
        sinceMs_ = nowMs;
    }

    State state_ = State::Unknown;
    std::int64_t sinceMs_ = 0;
};

} // namespace hookcast::hooks
