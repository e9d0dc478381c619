#include "hooks/StreamEventData.h"

#include "base/JsonWriter.h"

namespace hookcast::hooks {

namespace {

using base::JsonWriter;

// Members are sorted by name, in all events: receivers that compare texts see no difference but in what is told.

void write(JsonWriter& json, const Reconnects& reconnects) {
    json.key("reconnects").beginObject();
    json.member("attempt", reconnects.attempt).member("limit", reconnects.limit).member("total", reconnects.total);
    json.endObject();
}

void write(JsonWriter& json, const VideoFigures& video) {
    json.key("video").beginObject();
    json.member("bitrate", video.bitrate).member("codec", video.codec).member("fps", video.fps);
    json.endObject();
}

void write(JsonWriter& json, const DvrRange& range) {
    json.key("dvr").beginObject().key("range").beginObject();
    json.member("from", range.from).member("size", range.size).member("to", range.to).member("type", range.type);
    json.endObject().endObject();
}

void write(JsonWriter& json, const DvrError& error) {
    json.key("error").beginObject().member("msg", error.msg).member("no", error.no).endObject();
}

void writeState(JsonWriter& json, const StreamEventData& stream) {
    json.member("source", stream.source);
    json.member("state", stream.state == StreamState::Active ? "active" : "inactive");
    json.member("stime", stream.stime);
}

void writeWho(JsonWriter& json, const StreamEventData& stream) {
    json.member("type", stream.type).member("uid", stream.uid);
}

} // namespace

ServerEvent streamEvent(config::EventName name, const StreamEventData& stream, std::int64_t pulseMs) {
    JsonWriter json;
    json.beginObject();
    json.member("access", stream.access).member("address", stream.address).member("camera", stream.camera);
    json.member("dvr", stream.dvr).member("enable", stream.enable).member("kind", stream.kind);
    write(json, stream.reconnects);
    writeState(json, stream);
    json.member("subscribers", stream.subscribers);
    writeWho(json, stream);
    write(json, stream.video);
    json.endObject();
    return {.name = name, .data = json.take(), .pulseMs = pulseMs};
}

ServerEvent dvrEvent(const DvrEventData& dvr) {
    JsonWriter json;
    json.beginObject();
    json.member("access", dvr.stream.access).member("address", dvr.stream.address).member("atime", dvr.atime);
    json.member("camera", dvr.stream.camera).member("ctime", dvr.ctime);
    write(json, dvr.range);
    write(json, dvr.error);
    writeState(json, dvr.stream);
    writeWho(json, dvr.stream);
    json.endObject();
    // The document has this event's members without an envelope.
    return {.name = config::EventName::StreamDvr, .data = json.take(), .isFlat = true};
}

} // namespace hookcast::hooks
