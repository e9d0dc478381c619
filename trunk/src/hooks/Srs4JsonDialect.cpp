#include "hooks/Srs4JsonDialect.h"

#include <fmt/format.h>

#include <string_view>

namespace hookcast::hooks {

namespace {

constexpr std::string_view kSrtScheme = "srt://";

/// The host of `srt://HOST:PORT/APP`, an IPv6 literal with its brackets.
std::string_view hostOf(std::string_view srtUrl) {
    std::string_view host = srtUrl.substr(kSrtScheme.size());
    host = host.substr(0, host.find('/'));
    const std::size_t colon = host.rfind(':');
    const bool isPort = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
    return isPort ? host.substr(0, colon) : host;
}

/// Clients of RTMP and RTSP say it themselves, and a capture as if it did. For the others SRS makes one.
std::string tcUrlOf(const ClientInfo& client) {
    if (client.place->tcUrl.starts_with(kSrtScheme)) {
        const bool isNamed = client.place->vhost != config::kDefaultVhost;
        return fmt::format("{}{}/{}", kSrtScheme, isNamed ? client.place->vhost : hostOf(client.place->tcUrl),
                           client.place->app);
    }
    if (!config::traitsOf(client.protocol()).ending.empty())
        return fmt::format("rtmp://{}/{}", client.place->vhost, client.place->app);
    return client.place->tcUrl;
}

/// Over SRT it is without its `?`, and the vhost that the stream id names by `h` comes first.
std::string shownParam(const ClientInfo& client, const std::string& param) {
    if (client.protocol() != config::Protocol::Srt) return param;
    std::string items = client.place->namedVhost.empty() ? std::string() : "vhost=" + client.place->namedVhost;
    const std::string_view query = param.starts_with('?') ? std::string_view(param).substr(1) : param;
    if (!items.empty() && !query.empty()) items += '&';
    return items += query;
}

/// Writes the fields that only one kind of event has.
class KindWriter {
  public:
    KindWriter(base::JsonWriter& json, const ClientInfo& client, config::ClientIdForm clientIdForm)
        : json_(json), client_(client), clientIdForm_(clientIdForm) {}

    void operator()(const HookEvent::Connect&) const {
        json_.member("stream", client_.place->stream);
        json_.member("param", shownParam(client_, client_.param));
        json_.member("tcUrl", tcUrlOf(client_));
        json_.member("pageUrl", client_.place->pageUrl);
    }
    void operator()(const HookEvent::Close& close) const { writeClosing(json_, *close.closing); }
    void operator()(const HookEvent::Publish& publish) const {
        writeStream(*publish.stream);
        writeIds(*publish.stream);
        writeReplaced(json_, publish, clientIdForm_);
    }
    void operator()(const HookEvent::Play& play) const {
        json_.member("stream", play.stream->name);
        json_.member("tcUrl", tcUrlOf(client_));
        json_.member("param", shownParam(client_, play.stream->paramOf(client_)));
        json_.member("pageUrl", client_.place->pageUrl);
        writeIds(*play.stream);
        json_.member("clients", play.clients);
    }
    void operator()(const HookEvent::Unpublish& unpublish) const {
        writeStream(*unpublish.stream);
        writeIds(*unpublish.stream);
        writeClosing(json_, *unpublish.closing);
    }
    void operator()(const HookEvent::Stop& stop) const {
        writeStream(*stop.stream);
        writeIds(*stop.stream);
        json_.member("clients", stop.closing->clientsLeft);
        writeClosing(json_, *stop.closing);
    }
    void operator()(const HookEvent::Dvr& dvr) const {
        writeStream(*dvr.stream);
        json_.member("cwd", dvr.recording->cwd);
        json_.member("file", dvr.recording->file);
        writeIds(*dvr.stream);
    }
    void operator()(const HookEvent::Hls& hls) const {
        writeStream(*hls.stream);
        writeSegment(json_, *hls.segment);
        writeIds(*hls.stream);
    }
    void operator()(const HookEvent::Update& update) const {
        writeStream(*update.stream);
        if (!update.publishes) json_.member("pageUrl", client_.place->pageUrl);
        writeIds(*update.stream);
        writeProgress(json_, update);
    }

  private:
    void writeStream(const NamedStream& stream) const {
        json_.member("tcUrl", tcUrlOf(client_));
        json_.member("stream", stream.name);
        json_.member("param", shownParam(client_, stream.paramOf(client_)));
    }
    void writeIds(const NamedStream& stream) const {
        json_.member("stream_url", streamUrlOf(client_, stream));
        if (!stream.id.empty()) json_.member("stream_id", stream.id);
        writeAskedName(json_, stream);
    }

    base::JsonWriter& json_;
    const ClientInfo& client_;
    config::ClientIdForm clientIdForm_;
};

} // namespace

void Srs4JsonDialect::writeRest(base::JsonWriter& json, const HookEvent& event,
                                config::ClientIdForm clientIdForm) const {
    std::visit(KindWriter(json, *event.client, clientIdForm), event.what);
}

} // namespace hookcast::hooks
