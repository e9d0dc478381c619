#pragma once

#include "hls/Segment.h"
#include "hls/SegmentWindow.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hookcast::hls {

class Stream;

/// All that can be fetched of the streams of all vhosts, by its name: segments, the one that is being written among
/// them, MP4 headers and keys. Where patterns give two streams one name, it is the one's that had it first, for as long
/// as it has it; the other's is not found. Any thread; outlives its listings.
class Catalogue {
  public:
    /// What a name stands for; one of the three is there.
    struct Item {
        std::shared_ptr<Stream> stream;
        SegmentPtr segment;
        bool isOpen = false; ///< the segment is being written
        std::shared_ptr<const InitSegment> init;
        std::shared_ptr<const SegmentKey> key;
    };

    /// One stream's names, as its window changes. Lives in the stream.
    class Listing final : public WindowListener {
      public:
        Listing(Catalogue& catalogue, const std::weak_ptr<Stream>& stream, std::string vhost)
            : catalogue_(catalogue), stream_(stream), vhost_(std::move(vhost)) {}
        ~Listing() override;
        Listing(const Listing&) = delete;
        Listing& operator=(const Listing&) = delete;

        // WindowListener
        void onChange(const WindowViewPtr& view) override;

      private:
        void add(const Segment& segment);

        // given
        Catalogue& catalogue_;
        std::weak_ptr<Stream> stream_;
        std::string vhost_;
        // state
        std::mutex mutex_; ///< guards what is below; windows are cleared by others than who writes them
        std::deque<SegmentPtr> known_;
    };

    /// Nothing where there is none of that name: all of them are null.
    Item find(const std::string& vhost, std::string_view name) const;

  private:
    enum class Kind : std::uint8_t { Segment, Init, Key };

    struct Entry {
        std::weak_ptr<Stream> stream;
        std::uint64_t sequence = 0; ///< of the newest segment that has it
        Kind kind = Kind::Segment;
    };

    void enter(const std::string& vhost, const std::string& name, Entry entry);
    using Owner = std::weak_ptr<Stream>;
    void remove(const std::string& vhost, const std::string& name, const Owner& owner, std::uint64_t sequence);
    void remove(const std::string& vhost, const Segment& segment, const Owner& owner);

    // state
    mutable std::mutex mutex_;                       ///< guards the map; held for look-ups only
    std::unordered_map<std::string, Entry> entries_; ///< by vhost, a slash, and name
};

} // namespace hookcast::hls
