#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

class Findings;
struct Directive;
struct VhostConfig;

/// How an RTSP client may show who it is.
enum class RtspAuthScheme : std::uint8_t {
    Basic,        ///< user and password as they are (RFC 7617)
    DigestMd5,    ///< RFC 7616
    DigestSha256, ///< likewise
};

/// As it stands in rtsp_auth.
std::optional<RtspAuthScheme> rtspAuthSchemeNamed(std::string_view word);

/// vhost.rtsp_auth and vhost.rtsp_realm.
struct RtspAuthConfig {
    std::vector<std::string> words{"off"}; ///< of the directive
    std::string realm = "hookcast";

    /// In the order in which they are offered; none: nobody is asked.
    std::vector<RtspAuthScheme> schemes() const;

    bool operator==(const RtspAuthConfig&) const = default;
};

/// Whether those who are asked who they are can be asked, and somebody judges what they say; what is wrong is a
/// finding. `block` is the vhost's.
void checkRtspAuth(const VhostConfig& vhost, const Directive& block, Findings& findings);

} // namespace hookcast::config
