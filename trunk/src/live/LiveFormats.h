#pragma once

#include "http/HttpResponse.h"
#include "hub/TsFormat.h"
#include "hub/WireFormat.h"
#include "live/AudioFormats.h"
#include "live/FlvFormat.h"
#include "live/WebSocketFormat.h"
#include "media/Codec.h"

#include <array>
#include <string_view>

namespace hookcast::live {

/// What the ending of a path stands for.
struct LiveFormat {
    std::string_view extension;
    const char* contentType;
    const hub::WireFormat& plain;
    const hub::WireFormat& webSocket;
    media::Codec onlyAudio; ///< the one codec that it carries; None: it is not for sound alone
    bool hasFileHeader;     ///< an FLV file's header comes first
};

/// How an answer with such a stream begins.
http::HttpResponse liveResponse(const LiveFormat& format);

/// Whether the stream may hold what a format for sound alone carries: false once it is known to hold something else.
bool mayCarry(const LiveFormat& format, const hub::StreamHeaders& headers);

/// The formats of all live mounts; they live as long as the server. Any thread.
class LiveFormats {
  public:
    /// `extension`: `.flv` and so on, one of those that config::checkLiveMount() knows.
    const LiveFormat* find(std::string_view extension) const;

  private:
    FlvFormat flv_;
    hub::TsFormat ts_;
    AacFormat aac_;
    Mp3Format mp3_;
    WebSocketFormat flvWebSocket_{flv_};
    WebSocketFormat tsWebSocket_{ts_};
    WebSocketFormat aacWebSocket_{aac_};
    WebSocketFormat mp3WebSocket_{mp3_};
    std::array<LiveFormat, 4> formats_{{
        {".flv", "video/x-flv", flv_, flvWebSocket_, media::Codec::None, true},
        {".ts", "video/mp2t", ts_, tsWebSocket_, media::Codec::None, false},
        {".aac", "audio/aac", aac_, aacWebSocket_, media::Codec::Aac, false},
        {".mp3", "audio/mpeg", mp3_, mp3WebSocket_, media::Codec::Mp3, false},
    }};
};

} // namespace hookcast::live
