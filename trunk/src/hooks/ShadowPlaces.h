#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace hookcast::hooks {

/// How many calls of each shadow URL are out. Any thread; outlived by what it hands out.
class ShadowPlaces {
  public:
    /// Whoever holds it is one of them.
    using Place = std::shared_ptr<void>;

    /// Null where `most` are out.
    Place take(const std::string& url, std::size_t most) {
        {
            const std::lock_guard lock(counts_->mutex);
            std::size_t& count = counts_->byUrl[url];
            if (count >= most) return nullptr;
            ++count;
        }
        return {counts_.get(), [counts = counts_, url](void*) { counts->giveBack(url); }};
    }

  private:
    struct Counts {
        std::mutex mutex;
        std::map<std::string, std::size_t> byUrl; ///< none is 0, but of a URL that never had one

        void giveBack(const std::string& url) {
            const std::lock_guard lock(mutex);
            const auto found = byUrl.find(url);
            if (--found->second == 0) byUrl.erase(found);
        }
    };

    const std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

} // namespace hookcast::hooks
