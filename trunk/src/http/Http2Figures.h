#pragma once

#include <atomic>
#include <cstdint>

namespace hookcast::http {

/// What HTTP/2 comes to at the addresses of one kind. All but the first only rise. Any thread.
struct Http2Figures {
    std::atomic<std::uint64_t> connections{0}; ///< that are open
    std::atomic<std::uint64_t> streams{0};     ///< that were requests, whatever became of them
    std::atomic<std::uint64_t> refused{0};     ///< beyond http2_max_concurrent_streams
    std::atomic<std::uint64_t> tooLong{0};     ///< ended for a body beyond body_size
    std::atomic<std::uint64_t> resets{0};      ///< that came to nothing, whoever ended them; those of `refused`, too
    std::atomic<std::uint64_t> expelled{0};    ///< connections that the server has ended for what the client did
};

} // namespace hookcast::http
