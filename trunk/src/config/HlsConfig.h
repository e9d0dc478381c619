#pragma once

#include <cstdint>
#include <string>

namespace hookcast::config {

/// vhost.hls: segments and playlists. Paths of files are relative to `path`, and to http_server's root.
struct HlsConfig {
    /// What becomes of a publisher whose segments cannot be made or written.
    enum class OnError : std::uint8_t {
        Ignore,     ///< its stream has no HLS any more
        Disconnect, ///< it is ended
        Continue,   ///< the next segment is tried
    };

    bool enabled = false;
    std::int64_t fragmentMs = 10000;            ///< a segment's length
    std::int64_t targetDurationPermille = 1000; ///< EXT-X-TARGETDURATION is at least so much of the segment length
    std::int64_t overflowPermille = 2100;       ///< a segment so many times too long ends, keyframe or not
    std::int64_t windowMs = 60000;              ///< a playlist's length
    std::int64_t dvrWindowMs = 0;               ///< how far players may go back beyond that
    OnError onError = OnError::Continue;
    std::string path; ///< folder of the files; empty: none are written
    std::string playlistFile = "[app]/[stream].m3u8";
    std::string tsFile = "[app]/[stream]-[seq].ts";
    std::string fmp4File = "[app]/[stream]-[seq].m4s";
    std::string initFile = "[app]/[stream]/init.mp4";
    bool tsFloor = false;             ///< segments are numbered, and cut, by the clock
    std::string entryPrefix;          ///< of the segments' names in the playlist
    bool takesAudio = true;           ///< hls_acodec: anything but `an`
    bool takesVideo = true;           ///< hls_vcodec: anything but `vn`
    bool cleanup = true;              ///< files that no playlist names any more are removed
    std::uint32_t notifyBytes = 64;   ///< of what on_hls_notify's answer may have
    bool waitKeyframe = true;         ///< segments begin with a keyframe
    std::int64_t disposeMs = 120'000; ///< after the publisher has left everything goes; 0: it stays
    bool keys = false;                ///< AES-128
    std::uint32_t segmentsPerKey = 5;
    std::string keyFile = "[app]/[stream]-[seq].key";
    std::string keyFilePath;         ///< folder of the keys; empty: `path`
    std::string keyUrl;              ///< what stands before a key's name; empty: where the playlist is
    bool keepsPublisherTimes = true; ///< hls_dts_directly
    bool ctx = true;                 ///< each viewer has a session, by a token in the URLs
    bool tsCtx = true;               ///< in those of segments, too
    bool ctxBind = true;             ///< a token is good for one address
    bool usesFmp4 = false;
    bool recover = true; ///< numbers go on where the files of before the start ended
    bool masterPathRelative = false;
    bool lowLatency = false;
    std::int64_t partMs = 200;        ///< of a low-latency segment
    bool memory = true;               ///< segments are served from there
    std::uint32_t memoryMb = 64;      ///< of one stream
    std::int64_t viewerTimeoutMs = 0; ///< without a request, a viewer has left; 0: three target durations
    bool cdn = false;                 ///< answers may be kept by caches: playlists alone ask the backends

    bool operator==(const HlsConfig&) const = default;
};

/// vhost.dash: the same, for DASH.
struct DashConfig {
    bool enabled = false;
    std::int64_t fragmentMs = 10000;
    std::int64_t updatePeriodMs = 5000; ///< how often players look for a new manifest
    std::int64_t timeshiftMs = 300'000; ///< how far they may go back
    std::string manifestFile = "[app]/[stream].mpd";
    std::string segmentFile = "[app]/[stream]-[seq].m4s"; ///< what follows from hls_fmp4_file: the names it has to tell
    std::uint32_t windowSegments = 5;
    std::int64_t disposeMs = 120'000;

    bool operator==(const DashConfig&) const = default;
};

} // namespace hookcast::config
