#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace hookcast::net {

class Loop;
class Timer;

/// What many objects of a loop do once per period, at one moment: a single timer and a single wake-up for all that have
/// the same period. Loop thread only.
class Rhythms {
  public:
    class Member {
      public:
        virtual ~Member() = default;
        /// Once per period. Anybody may join and leave in it.
        virtual void onBeat() = 0;
    };

    explicit Rhythms(Loop& loop);
    ~Rhythms();
    Rhythms(const Rhythms&) = delete;
    Rhythms& operator=(const Rhythms&) = delete;

    /// Periods begin at multiples of `periodMs`, which is not 0. A member has one period at a time.
    void join(std::int64_t periodMs, Member& member);

    /// No beat follows. Nothing happens to who is no member.
    void leave(std::int64_t periodMs, Member& member);

  private:
    struct Group {
        std::vector<Member*> members; ///< null: left during the beat
        std::unique_ptr<Timer> timer;
        bool beating = false;
    };

    void schedule(std::int64_t periodMs, Group& group);
    void beat(std::int64_t periodMs);

    // given
    Loop& loop_;
    // state
    std::map<std::int64_t, Group> groups_; ///< by period
};

} // namespace hookcast::net
