#include "hooks/CallTrace.h"

#include <algorithm>
#include <new>
#include <string_view>

namespace hookcast::hooks {

namespace {

/// Of a head so much is kept, whatever a backend sends.
constexpr std::size_t kMaxHeadBytes = 16UL * 1024;
constexpr std::string_view kTlsWords = "SSL connection using ";

void keep(std::string& head, std::string_view text) {
    head += text.substr(0, kMaxHeadBytes - std::min(head.size(), kMaxHeadBytes));
}

std::int64_t timeUs(CURL* handle, CURLINFO which) {
    curl_off_t us = 0;
    curl_easy_getinfo(handle, which, &us);
    return us;
}

} // namespace

void CallTrace::watch(CURL* handle) {
    curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, &CallTrace::onDebug);
    curl_easy_setopt(handle, CURLOPT_DEBUGDATA, this);
}

void CallTrace::conclude(CURL* handle) {
    times_ = {timeUs(handle, CURLINFO_NAMELOOKUP_TIME_T), timeUs(handle, CURLINFO_CONNECT_TIME_T),
              timeUs(handle, CURLINFO_APPCONNECT_TIME_T), timeUs(handle, CURLINFO_STARTTRANSFER_TIME_T),
              timeUs(handle, CURLINFO_TOTAL_TIME_T)};
    const char* ip = nullptr;
    long port = 0;
    long connections = 0;
    curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &ip);
    curl_easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &port);
    curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connections);
    isReused_ = connections == 0 && !sentHead_.empty();
    if (ip == nullptr || *ip == '\0' || (times_.connectedUs == 0 && !isReused_)) return;
    const std::string_view address = ip;
    const bool isV6 = address.find(':') != std::string_view::npos;
    peer_ = (isV6 ? "[" : "") + std::string(address) + (isV6 ? "]:" : ":") + std::to_string(port);
}

int CallTrace::onDebug(CURL* /*handle*/, curl_infotype type, char* data, std::size_t size, void* trace) {
    try {
        static_cast<CallTrace*>(trace)->note(type, data, size);
    } catch (const std::bad_alloc&) { // nothing may be thrown through libcurl; who watches sees less
    }
    return 0;
}

void CallTrace::note(curl_infotype type, const char* data, std::size_t size) {
    std::string_view text(data, size);
    if (type == CURLINFO_HEADER_OUT) {
        sentHead_.clear(); // what is sent again is what counts
        keep(sentHead_, text);
    } else if (type == CURLINFO_HEADER_IN) {
        keep(receivedHead_, text);
    } else if (type == CURLINFO_TEXT && text.starts_with(kTlsWords)) {
        text.remove_prefix(kTlsWords.size());
        tls_ = text.substr(0, text.find_first_of("\r\n"));
    }
}

} // namespace hookcast::hooks
