#include "config/DirectiveTable.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Uint32 = std::uint32_t;
using Int64 = std::int64_t;

constexpr double kHourMs = 3600 * 1000;
constexpr double kMaxBuffer = 1024.0 * 1024 * 1024;
constexpr double kMaxProgram = 65535;
constexpr double kMaxTrack = 255;
constexpr double kMaxBandwidth = 1e12;

constexpr std::array<Choice, 4> kKeyLengths = {{{"0", 0}, {"16", 16}, {"24", 24}, {"32", 32}}};
constexpr ChoiceField kKeyLength = {[](Scope s) { return static_cast<int>(s.config.srt.keyBytes); },
                                    [](Scope s, int value) { s.config.srt.keyBytes = static_cast<Uint32>(value); }};

constexpr std::array<Choice, 2> kModes = {{{"request", 0}, {"publish", 1}}};
constexpr ChoiceField kMode = {[](Scope s) { return s.config.srt.publishesByDefault ? 1 : 0; },
                               [](Scope s, int value) { s.config.srt.publishesByDefault = value != 0; }};

constexpr std::array kSrtServer = {
    offSwitch("enabled", "Serve SRT; a vhost has to serve it too, vhost.srt.").in([](Scope s) -> bool& {
        return s.config.srt.enabled;
    }),
    listen("10080", "UDP ports where SRT callers connect.").in([](Scope s) -> std::vector<ListenAddress>& {
        return s.config.srt.listen;
    }),
    integer("maxbw", "-1", "bytes/s", "Most that one connection sends; -1: no bound, 0: by the input (SRTO_MAXBW).")
        .within(-1, kMaxBandwidth)
        .in([](Scope s) -> Int64& { return s.config.srt.maxBandwidth; })
        .onlyAtStart(),
    integer("mss", "1500", "bytes", "Largest packet, IP and UDP headers included (SRTO_MSS).")
        .within(300, 1500)
        .in([](Scope s) -> Uint32& { return s.config.srt.mssBytes; })
        .onlyAtStart(),
    integer("latency", "120", "ms", "recvlatency and peerlatency, where they are not set (SRTO_LATENCY).")
        .within(0, kHourMs)
        .in([](Scope s) -> Int64& { return s.config.srt.latencyMs; })
        .onlyAtStart(),
    integer("recvlatency", "120", "ms", "Delay of what publishers send; the larger of both sides' counts.")
        .within(0, kHourMs)
        .in([](Scope s) -> Int64& { return s.config.srt.receiveLatencyMs; })
        .onlyAtStart(),
    integer("peerlatency", "0", "ms", "Least delay of what players get; they may ask for more.")
        .within(0, kHourMs)
        .in([](Scope s) -> Int64& { return s.config.srt.peerLatencyMs; })
        .onlyAtStart(),
    onSwitch("tsbpdmode", "Take packets when their time has come (SRTO_TSBPDMODE).")
        .in([](Scope s) -> bool& { return s.config.srt.takesAtTime; })
        .onlyAtStart(),
    onSwitch("tlpktdrop", "Drop packets that are too late (SRTO_TLPKTDROP).")
        .in([](Scope s) -> bool& { return s.config.srt.dropsTooLate; })
        .onlyAtStart(),
    onSwitch("tlpkdrop", "Old spelling of tlpktdrop.").nowAt("srt_server.tlpktdrop"),
    integer("connect_timeout", "3000", "ms", "How long a handshake may take (SRTO_CONNTIMEO)."),
    integer("peer_idle_timeout", "10000", "ms", "Silence until a peer is gone (SRTO_PEERIDLETIMEO).")
        .within(1, kHourMs)
        .in([](Scope s) -> Int64& { return s.config.srt.peerIdleTimeoutMs; }),
    integer("sendbuf", "0", "bytes", "What waits in SRT for one player, 64 KiB or more; 0: as rate and latency need.")
        .within(0, kMaxBuffer)
        .in([](Scope s) -> Uint32& { return s.config.srt.sendBufferBytes; })
        .onlyAtStart(),
    integer("recvbuf", "12058624", "bytes", "What waits of one publisher; beyond, packets are lost (SRTO_RCVBUF).")
        .within(65536, kMaxBuffer)
        .in([](Scope s) -> Uint32& { return s.config.srt.receiveBufferBytes; })
        .onlyAtStart(),
    integer("payloadsize", "1316", "bytes", "Most that a packet to a player holds: whole MPEG-TS packets of 188.")
        .within(188, 1456)
        .in([](Scope s) -> Uint32& { return s.config.srt.payloadBytes; }),
    text("passphrase", "", "The secret that every caller must have, 10 to 79 characters (SRTO_PASSPHRASE).")
        .in([](Scope s) -> std::string& { return s.config.srt.passphrase; })
        .shown("a-secret-of-ten-characters-or-more")
        .secret()
        .onlyAtStart(),
    make("pbkeylen", ValueType::Choice, "0", "bytes", "Key length towards callers that name none: 16, 24 or 32.")
        .onlyOneOf(kKeyLengths)
        .in(kKeyLength)
        .onlyAtStart(),
    text("default_app", kAppOfBareNames, "The app of a stream id that is a bare name.").in([](Scope s) -> std::string& {
        return s.config.srt.defaultApp;
    }),
    text("default_streamid", "#!::r=live/livestream,m=request", "The stream id of a caller that has none.")
        .in([](Scope s) -> std::string& { return s.config.srt.defaultStreamId; }),
    choice("default_mode", "request", "What a stream id without m= asks for: publish or request.")
        .onlyOneOf(kModes)
        .in(kMode),
    onSwitch("sei_filter", "Drop SEI from H.264."),
    offSwitch("mix_correct", "Without a function since SRS 5.").noVariable(),
};

constexpr std::array kSrt = {
    offSwitch("enabled", "Serve this vhost over SRT.").in([](Scope s) -> bool& { return s.vhost.srtEnabled; }),
    integer("program", "0", "number", "Of several programmes in a publisher's stream, this one; 0: the first.")
        .within(0, kMaxProgram)
        .in([](Scope s) -> Uint32& { return s.vhost.srtTracks.program; }),
    integer("audio_track", "1", "track", "Of several sound tracks in a publisher's stream, this one, counted from 1.")
        .within(1, kMaxTrack)
        .in([](Scope s) -> Uint32& { return s.vhost.srtTracks.audioTrack; }),
    onSwitch("srt_to_rtmp", "Offer SRT streams over RTMP; here every stream is offered over every protocol.")
        .alsoVariable("SRS_VHOST_SRT_TO_RTMP"),
};

constexpr std::array kSections = {
    Section{.context = "srt_server", .rows = kSrtServer},
    Section{.context = "vhost.srt", .rows = kSrt},
};

} // namespace

std::span<const Section> srtSections() {
    return kSections;
}

} // namespace hookcast::config
