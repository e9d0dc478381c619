#pragma once

#include <vector>

namespace hookcast::integration {

/// A directive that works, and how somebody outside of the server notices.
struct Effect {
    const char* directive; ///< the path of its row: `vhost.play.gop_cache`
    void (*observe)();     ///< fails the running test unless the directive did what its row promises
};
using Effects = std::vector<Effect>;

Effects serverEffects();     ///< the top level, rtmp
Effects serverHttpEffects(); ///< http_server, http_api
Effects heartbeatEffects();  ///< heartbeat, stats, and the bearer scheme of http_api.auth
Effects limitEffects();      ///< limits: of what clients send
Effects queueEffects();      ///< limits: of what waits
Effects vhostEffects();      ///< what stands in a vhost itself, and its publish
Effects playEffects();
Effects gateEffects();       ///< who is let in: security, refer, http_hooks
Effects backendEffects();    ///< who else is asked and told: http_notify, webhook
Effects callEffects();       ///< how both, and http_hooks, are called, and on_update
Effects policyEffects();     ///< what becomes of openings whose backend fails, verdicts that are kept, shadows
Effects httpEffects();       ///< a vhost's paths of http_server
Effects hlsViewerEffects();  ///< viewers of HLS, and the memory of segments
Effects hlsSegmentEffects(); ///< how a stream is cut and written, and DASH
Effects hlsDiskEffects();    ///< files of HLS, keys, and what backends are told of segments
Effects rtspEffects();
Effects tlsEffects();
Effects srtEffects();
Effects outputEffects();  ///< dvr, exec
Effects inputEffects();   ///< capture, ingest
Effects spoolEffects();   ///< spool
Effects clusterEffects(); ///< cluster_redis, whose a capture is, who posts events

} // namespace hookcast::integration
