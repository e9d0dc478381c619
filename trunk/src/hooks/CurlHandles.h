#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace hookcast::hooks {

/// libcurl's handles that have made a call and make further ones: a new one costs more than the call does.
///
/// The transport's thread.
class CurlHandles {
  public:
    /// So many are kept.
    static constexpr std::size_t kMost = 256;

    /// With no option set. Null when libcurl is out of memory.
    CURL* take();

    /// Of one that is in no multi handle. `code`: how its last transfer ended.
    void giveBack(CURL* handle, CURLcode code);

  private:
    struct CleanUp {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };

    std::vector<std::unique_ptr<CURL, CleanUp>> idle_;
};

} // namespace hookcast::hooks
