#pragma once

#include "base/Bytes.h"

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace hookcast::hub {

/// The end of a message that a player has begun and must get whole, although its cursor is elsewhere by now. Large
/// pieces stay where they are and are kept alive there, shared by all who need them; small ones are copied, so that a
/// few bytes do not keep a slab. Belongs to one loop.
class Leftover {
  public:
    /// Up to so much is copied.
    static constexpr std::size_t kCopyBytes = 16 * 1024;

    /// Appends bytes that live as long as `owner`.
    void add(std::shared_ptr<const void> owner, base::ByteSpan bytes);

    bool empty() const { return pieces_.empty(); }

    /// What is left, or as much of it as one send takes; to be followed by consume().
    std::span<const iovec> ranges();

    /// So many bytes of ranges() have been taken.
    void consume(std::size_t bytes);

    /// A copy of all that is left.
    base::Bytes bytes() const;

    void clear();

  private:
    struct Piece {
        std::shared_ptr<const void> owner;
        base::ByteSpan bytes;
    };

    std::vector<Piece> pieces_; ///< from first_ on
    std::size_t first_ = 0;
    std::vector<iovec> ranges_;
};

} // namespace hookcast::hub
