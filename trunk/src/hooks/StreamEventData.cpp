#include "hooks/StreamEventData.h"

#include "base/Utf8.h"

#include <Poco/JSON/Object.h>

#include <sstream>

namespace hookcast::hooks {

namespace {

using Poco::JSON::Object;

void setText(Object& json, const char* key, const std::string& text) {
    json.set(key, base::toValidUtf8(text));
}

/// What all events of a stream tell.
void setIdentity(Object& json, const StreamEventData& stream) {
    setText(json, "access", stream.access);
    setText(json, "address", stream.address);
    setText(json, "camera", stream.camera);
    setText(json, "source", stream.source);
    json.set("state", stream.state == StreamState::Active ? "active" : "inactive");
    json.set("stime", stream.stime);
    setText(json, "type", stream.type);
    setText(json, "uid", stream.uid);
}

Object objectOf(const Reconnects& reconnects) {
    Object json;
    json.set("attempt", reconnects.attempt);
    json.set("limit", reconnects.limit);
    json.set("total", reconnects.total);
    return json;
}

Object objectOf(const VideoFigures& video) {
    Object json;
    json.set("bitrate", video.bitrate);
    setText(json, "codec", video.codec);
    json.set("fps", video.fps);
    return json;
}

Object objectOf(const DvrRange& range) {
    Object json;
    json.set("from", range.from);
    json.set("size", range.size);
    json.set("to", range.to);
    setText(json, "type", range.type);
    return json;
}

Object objectOf(const DvrError& error) {
    Object json;
    setText(json, "msg", error.msg);
    json.set("no", error.no);
    return json;
}

std::string textOf(const Object& json) {
    std::ostringstream text;
    json.stringify(text);
    return text.str();
}

} // namespace

ServerEvent streamEvent(config::EventName name, const StreamEventData& stream, std::int64_t pulseMs) {
    Object json;
    setIdentity(json, stream);
    json.set("dvr", stream.dvr);
    json.set("enable", stream.enable);
    setText(json, "kind", stream.kind);
    json.set("reconnects", objectOf(stream.reconnects));
    json.set("subscribers", stream.subscribers);
    json.set("video", objectOf(stream.video));
    return {name, textOf(json), pulseMs};
}

ServerEvent dvrEvent(const DvrEventData& dvr) {
    Object range;
    range.set("range", objectOf(dvr.range));
    Object json;
    setIdentity(json, dvr.stream);
    json.set("atime", dvr.atime);
    json.set("ctime", dvr.ctime);
    json.set("dvr", range);
    json.set("error", objectOf(dvr.error));
    return {config::EventName::StreamDvr, textOf(json), 0};
}

} // namespace hookcast::hooks
