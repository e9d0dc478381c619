#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::rtmp {

/// The first message stream that a connection makes; nearly all have no other.
inline constexpr std::uint32_t kFirstMessageStreamId = 1;

/// The message streams of one connection (RTMP 1.0, section 7.2.1.3): which ids were given out, and which one of them
/// is published or played on; one at a time. Clients that name ids that they were not given are understood as far as
/// they can be. Pure.
class MessageStreams {
  public:
    /// `most`: given out at one time; each id that is played on has bytes of its own.
    explicit MessageStreams(std::uint32_t most) : most_(most) {}

    /// The lowest id that is free; none when `most` are given out.
    std::optional<std::uint32_t> create();

    /// The client has deleted it.
    void remove(std::uint32_t id);

    /// Where a command that came on message stream `sent` is answered.
    std::uint32_t meantBy(std::uint32_t sent) const;

    /// What came on `sent` is published or played from now on.
    void use(std::uint32_t sent);

    /// The one that is used, or was used last.
    std::uint32_t used() const { return used_; }

    /// Whether `sent` names the one that is used.
    bool isUsed(std::uint32_t sent) const { return sent == used_ || sent == usedAs_; }

    /// Whether it names another one; an id that was not given out names none.
    bool isAnother(std::uint32_t sent) const { return !isUsed(sent) && isGiven(sent); }

  private:
    bool isGiven(std::uint32_t id) const;

    std::uint32_t most_;
    std::vector<std::uint32_t> given_; ///< the newest is the last
    std::uint32_t used_ = kFirstMessageStreamId;
    std::uint32_t usedAs_ = kFirstMessageStreamId; ///< as the client named it
};

} // namespace hookcast::rtmp
