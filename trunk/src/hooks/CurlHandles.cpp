#include "hooks/CurlHandles.h"

#include <new>
#include <utility>

namespace hookcast::hooks {

CURL* CurlHandles::take() {
    if (idle_.empty()) return curl_easy_init();
    CURL* const handle = idle_.back().release();
    idle_.pop_back();
    return handle;
}

void CurlHandles::giveBack(CURL* handle, CURLcode code) {
    std::unique_ptr<CURL, CleanUp> owned(handle);
    long error = 0;
    curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
    // A system's error stays with its handle, and would be taken for that of another call.
    if (code != CURLE_OK || error != 0 || idle_.size() >= kMost) return;
    curl_easy_reset(handle);
    try {
        idle_.push_back(std::move(owned));
    } catch (const std::bad_alloc&) { // one is made when it is needed
    }
}

} // namespace hookcast::hooks
