#pragma once

#include "base/LogGate.h"
#include "hls/Segment.h"
#include "hooks/Admission.h"
#include "hooks/HookTransport.h"
#include "hooks/JsonDialect.h"
#include "hub/StreamListener.h"
#include "net/Loop.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::hls {

/// What every teller needs; outlives all of them and their calls.
struct TellerContext {
    hooks::Admission& admission;
    hooks::HookTransport& transport;
    const hooks::JsonDialect& ids; ///< whose server_id and service_id are told
    base::Log& log;
    std::string workingDirectory;
    std::atomic<std::uint64_t> hooksLeftOut{0};   ///< on_hls that were not told, as too many waited
    std::atomic<std::uint64_t> notifiesFailed{0}; ///< on_hls_notify that got no answer, or were left out
};

/// Tells the backends of one publication's segments: on_hls like every other event that is told, on_hls_notify by a GET
/// that nobody waits for.
///
/// Bounds: kMostWaiting events of on_hls wait for those before them, kMostNotifies calls of on_hls_notify are out; more
/// are left out, and count. Loop thread of its publication only.
class SegmentTeller final : public std::enable_shared_from_this<SegmentTeller> {
  public:
    static constexpr std::size_t kMostWaiting = 1000;
    static constexpr std::size_t kMostNotifies = 16;
    static constexpr std::int64_t kNotifyTimeoutMs = 10'000;

    SegmentTeller(TellerContext& context, net::Loop& loop, hub::PublishedStreamPtr stream);

    /// `isWritten`: it is a file of hls_path.
    void tell(const Segment& segment, bool isWritten);

  private:
    void notify(const Segment& segment);

    // given
    TellerContext& context_;
    net::Loop& loop_;
    hub::PublishedStreamPtr stream_;
    // owned
    std::shared_ptr<hooks::HookLane> lane_;
    // state
    base::LogGate leftOutGate_;
    std::size_t notifies_ = 0; ///< that are out
};

/// hls_entry_prefix as it stands before a name: with a slash at its end, unless it is empty.
std::string prefixOf(const config::HlsConfig& hls);

/// A file of the playlist, or of a segment, below hls_path.
std::string pathBelow(const std::string& folder, const std::string& name);

/// The playlist's name; not one of a file where the stream's name cannot be one.
std::string playlistNameOf(const config::HlsConfig& hls, const hooks::StreamKey& key);

/// What stands for the variables of on_hls_notify.
struct NotifyFields {
    std::string_view serverId;
    std::string_view serviceId;
    std::string_view app;
    std::string_view stream;
    std::string_view param; ///< with its `?`
    std::string_view tsUrl;
};

/// The URL that `pattern` becomes; `tsUrl` where that is a whole URL, as SRS fetches it then. All that could end a part
/// of a URL is percent-encoded, but for slashes of names, and what a query's text consists of.
std::string notifyUrl(std::string_view pattern, const NotifyFields& fields);

} // namespace hookcast::hls
