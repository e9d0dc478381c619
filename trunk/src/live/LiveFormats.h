#pragma once

#include "http/HttpResponse.h"
#include "hub/TsFormat.h"
#include "hub/WireFormat.h"
#include "live/AudioFormats.h"
#include "live/FlvFormat.h"
#include "live/WebSocketFormat.h"
#include "media/Codec.h"
#include "media/MetadataTracks.h"

#include <array>
#include <memory>
#include <string_view>

namespace hookcast::live {

class FlvFormats;

/// What the ending of a path stands for.
struct LiveFormat {
    std::string_view extension;
    const char* contentType;
    const hub::WireFormat& plain;
    const hub::WireFormat& webSocket;
    media::Codec onlyAudio; ///< the one codec that it carries; None: it is not for sound alone
    const FlvFormats* flv;  ///< null unless it is FLV, whose file's header comes first
};

/// FLV for each choice of tracks, plain and over WebSocket.
class FlvFormats {
  public:
    const hub::WireFormat& find(const media::Tracks& tracks, bool webSocket) const {
        const One& one = *all_[(tracks.audio ? 2U : 0U) + (tracks.video ? 1U : 0U)];
        if (webSocket) return one.webSocket;
        return one.plain;
    }

  private:
    struct One {
        explicit One(const media::Tracks& tracks) : plain(tracks) {}
        FlvFormat plain;
        WebSocketFormat webSocket{plain};
    };
    static std::unique_ptr<const One> make(bool audio, bool video) {
        return std::make_unique<const One>(media::Tracks{audio, video});
    }

    std::array<std::unique_ptr<const One>, 4> all_{make(false, false), make(false, true), make(true, false),
                                                   make(true, true)};
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
    FlvFormats flv_;
    hub::TsFormat ts_;
    AacFormat aac_;
    Mp3Format mp3_;
    WebSocketFormat tsWebSocket_{ts_};
    WebSocketFormat aacWebSocket_{aac_};
    WebSocketFormat mp3WebSocket_{mp3_};
    std::array<LiveFormat, 4> formats_{{
        {".flv", "video/x-flv", flv_.find({}, false), flv_.find({}, true), media::Codec::None, &flv_},
        {".ts", "video/mp2t", ts_, tsWebSocket_, media::Codec::None, nullptr},
        {".aac", "audio/aac", aac_, aacWebSocket_, media::Codec::Aac, nullptr},
        {".mp3", "audio/mpeg", mp3_, mp3WebSocket_, media::Codec::Mp3, nullptr},
    }};
};

} // namespace hookcast::live
