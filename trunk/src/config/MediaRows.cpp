#include "config/DirectiveTable.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;

constexpr std::array kRtcServer = {
    offSwitch("enabled", "Serve WebRTC."),
    listen("8000", "UDP ports of the media."),
    block("tcp", "Media over TCP."),
    text("protocol", "udp", "udp, tcp or all."),
    text("candidate", "*", "The address that browsers are told; *: found out, $NAME: from that variable."),
    text("ip_family", "ipv4", "ipv4, ipv6 or all."),
    onSwitch("use_auto_detect_network_ip", "Tell the machine's own addresses."),
    onSwitch("api_as_candidates", "Tell the host that the browser asked."),
    onSwitch("resolve_api_domain", "Tell that host's address."),
    offSwitch("keep_api_domain", "Tell that host's name too."),
    onSwitch("ecdsa", "Use an ECDSA certificate instead of RSA."),
    onSwitch("encrypt", "Encrypt the media."),
    integer("reuseport", "1", "sockets", "Sockets per port."),
    offSwitch("merge_nalus", "Put the NAL units of a frame together."),
    block("black_hole", "Copy the plain media to an address."),
    text("dir", "", "Without a function.").noVariable(),
    offSwitch("perf_stat", "Dropped by SRS 4.").noVariable(),
    integer("queue_length", "", "packets", "Dropped by SRS 4.").noVariable(),
    block("rtp_cache", "SRS 4 development only."),
    block("rtp_msg_cache", "SRS 4 development only."),
    offSwitch("gso", "SRS 4 development only.").noVariable(),
    integer("sendmmsg", "", "packets", "SRS 4 development only.").noVariable(),
    integer("padding", "", "bytes", "SRS 4 development only.").noVariable(),
};

constexpr std::array kRtcTcp = {
    offSwitch("enabled", "Serve it."),
    listen("8000", "TCP ports."),
};

constexpr std::array kBlackHole = {
    offSwitch("enabled", "Copy it."),
    text("addr", "", "Where: ip:port."),
};

constexpr std::array kCluster = {
    text("mode", "local", "local: this server has the streams; remote: the origin has them."),
    words("origin", "", "The origins: host[:port]."),
    offSwitch("token_traverse", "Let the origin decide about each client."),
    text("vhost", "[vhost]", "The vhost at the origin."),
    onSwitch("debug_srs_upnode", "Tell the origin who asks."),
    offSwitch("origin_cluster", "Origins that know each other."),
    words("coworkers", "", "The others: host:port of their HTTP interface."),
    text("protocol", "rtmp", "How streams are fetched: rtmp, flv or flvs."),
    offSwitch("follow_client", "As the player does."),
};

using Sites = std::vector<std::string>;
using Rules = std::vector<AddressRule>;

constexpr std::array kRefer = {
    offSwitch("enabled", "Look at the page's host: RTMP's pageUrl, HTTP's Referer or Origin.").in([](Scope s) -> bool& {
        return s.vhost.refer.enabled;
    }),
    words("all", "", "Whoever publishes or plays must come from one of these sites or below it; without it, from any.")
        .in([](Scope s) -> Sites& { return s.vhost.refer.all; })
        .shown("example.com"),
    words("publish", "", "The same for publishers, besides all.")
        .in([](Scope s) -> Sites& { return s.vhost.refer.publish; })
        .shown("studio.example.com"),
    words("play", "", "The same for players, besides all.")
        .in([](Scope s) -> Sites& { return s.vhost.refer.play; })
        .shown("www.example.com"),
};

constexpr std::array kSecurity = {
    offSwitch("enabled", "Check the client's address. On without a rule: nobody may publish or play.")
        .in([](Scope s) -> bool& { return s.vhost.security.enabled; }),
    addressRule("allow", "publish or play, and who may: all, an address or a network; may stand here several times.")
        .in([](Scope s) -> Rules& { return s.vhost.security.allow; })
        .shown("publish 10.0.0.0/8"),
    addressRule("deny", "The same, and who may not; beats allow. Who is in no rule is out, unless all rules deny.")
        .in([](Scope s) -> Rules& { return s.vhost.security.deny; })
        .shown("play 192.0.2.1"),
};

constexpr std::array kRtc = {
    offSwitch("enabled", "Serve WebRTC."),
    onSwitch("nack", "Ask for lost packets."),
    onSwitch("nack_no_copy", "Keep sent packets without a copy."),
    onSwitch("twcc", "Measure the path."),
    integer("stun_timeout", "30", "s", "Silence until a client is gone."),
    offSwitch("stun_strict_check", "Check STUN messages strictly."),
    text("dtls_role", "passive", "passive or active."),
    text("dtls_version", "auto", "auto, dtls1.0 or dtls1.2."),
    integer("drop_for_pt", "0", "payload type", "Drop this payload type."),
    offSwitch("rtmp_to_rtc", "Offer RTMP streams."),
    offSwitch("keep_bframe", "With their B frames."),
    onSwitch("keep_avc_nalu_sei", "With their SEI."),
    integer("opus_bitrate", "48000", "bit/s", "Sound towards WebRTC."),
    integer("aac_bitrate", "48000", "bit/s", "Sound towards RTMP."),
    offSwitch("rtc_to_rtmp", "Offer WebRTC streams over RTMP."),
    decimal("pli_for_rtmp", "6.0", "s", "How often a keyframe is asked for, for RTMP."),
    offSwitch("init_rate_from_sdp", "Begin at the rate that the offer names."),
    offSwitch("keep_original_ssrc", "Keep the publisher's SSRC."),
    text("aac", "", "Old spelling of rtmp_to_rtc: transcode or discard.").noVariable(),
    text("bframe", "", "Old spelling of keep_bframe: keep or discard.").noVariable(),
    offSwitch("keep_sequence", "SRS 4 development only.").noVariable(),
};

constexpr std::array kRtsp = {
    onSwitch("enabled", "Serve RTSP on this vhost, where rtsp_server is on.").in([](Scope s) -> bool& {
        return s.vhost.rtspEnabled;
    }),
    onSwitch("rtmp_to_rtsp", "Offer them RTMP streams."),
};

constexpr std::array kBandcheck = {
    offSwitch("enabled", "Serve the test."),
    words("key", "", "Keys that open it."),
    decimal("interval", "30", "s", "Least time between two tests."),
    integer("limit_kbps", "1000", "kbit/s", "Most that a test uses."),
};

constexpr std::array kMr = {
    onSwitch("enabled", "Old place of publish.mr.").nowAt("vhost.publish.mr"),
    integer("latency", "40", "ms", "Old place of publish.mr_latency.").nowAt("vhost.publish.mr_latency"),
};

constexpr std::array kNack = {
    onSwitch("enabled", "Now rtc.nack."),
    onSwitch("no_copy", "Now rtc.nack_no_copy."),
};

constexpr std::array kTwcc = {
    onSwitch("enabled", "Now rtc.twcc."),
};

constexpr std::span<const DirectiveRow> kAnything;
constexpr Section::Names kFree = Section::Names::Free;

constexpr std::array kSections = {
    Section{.context = "rtc_server", .rows = kRtcServer},
    Section{.context = "rtc_server.tcp", .rows = kRtcTcp, .names = kFree},
    Section{.context = "rtc_server.black_hole", .rows = kBlackHole, .names = kFree},
    Section{.context = "rtc_server.rtp_cache", .rows = kAnything, .names = kFree},
    Section{.context = "rtc_server.rtp_msg_cache", .rows = kAnything, .names = kFree},
    Section{.context = "vhost.cluster", .rows = kCluster, .environment = false},
    Section{.context = "vhost.refer", .rows = kRefer, .environment = false, .guards = true},
    Section{.context = "vhost.security", .rows = kSecurity, .environment = false, .guards = true},
    Section{.context = "vhost.rtc", .rows = kRtc},
    Section{.context = "vhost.rtsp", .rows = kRtsp},
    Section{.context = "vhost.bandcheck", .rows = kBandcheck, .names = kFree, .environment = false},
    Section{.context = "vhost.mr", .rows = kMr, .environment = false},
    Section{.context = "vhost.nack", .rows = kNack, .environment = false},
    Section{.context = "vhost.twcc", .rows = kTwcc, .environment = false},
};

} // namespace

std::span<const Section> mediaSections() {
    return kSections;
}

} // namespace hookcast::config
