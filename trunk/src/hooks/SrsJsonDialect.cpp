#include "hooks/SrsJsonDialect.h"

namespace hookcast::hooks {

namespace {

enum class Page { Told, Untold };

void writeStream(base::JsonWriter& json, const ClientInfo& client, const NamedStream& stream,
                 Page page = Page::Untold) {
    json.member("tcUrl", client.place->tcUrl);
    json.member("stream", stream.name);
    json.member("param", stream.paramOf(client));
    if (page == Page::Told) json.member("pageUrl", client.place->pageUrl);
    json.member("stream_url", streamUrlOf(client, stream));
    if (!stream.id.empty()) json.member("stream_id", stream.id);
    writeAskedName(json, stream);
}

/// Writes the fields that only one kind of event has.
class KindWriter {
  public:
    KindWriter(base::JsonWriter& json, const ClientInfo& client, config::ClientIdForm clientIdForm)
        : json_(json), client_(client), clientIdForm_(clientIdForm) {}

    void operator()(const HookEvent::Connect&) const {
        json_.member("stream", client_.place->stream);
        json_.member("param", client_.param);
        json_.member("tcUrl", client_.place->tcUrl);
        json_.member("pageUrl", client_.place->pageUrl);
    }
    void operator()(const HookEvent::Close& close) const { writeClosing(json_, *close.closing); }
    void operator()(const HookEvent::Publish& publish) const {
        writeStream(json_, client_, *publish.stream);
        writeReplaced(json_, publish, clientIdForm_);
    }
    void operator()(const HookEvent::Play& play) const {
        writeStream(json_, client_, *play.stream, Page::Told);
        json_.member("clients", play.clients);
    }
    void operator()(const HookEvent::Unpublish& unpublish) const {
        writeStream(json_, client_, *unpublish.stream);
        writeClosing(json_, *unpublish.closing);
    }
    void operator()(const HookEvent::Stop& stop) const {
        writeStream(json_, client_, *stop.stream);
        json_.member("clients", stop.closing->clientsLeft);
        writeClosing(json_, *stop.closing);
    }
    void operator()(const HookEvent::Dvr& dvr) const {
        writeStream(json_, client_, *dvr.stream);
        json_.member("cwd", dvr.recording->cwd);
        json_.member("file", dvr.recording->file);
    }
    void operator()(const HookEvent::Hls& hls) const {
        writeStream(json_, client_, *hls.stream);
        writeSegment(json_, *hls.segment);
    }
    void operator()(const HookEvent::Update& update) const {
        writeStream(json_, client_, *update.stream, update.publishes ? Page::Untold : Page::Told);
        writeProgress(json_, update);
    }

  private:
    base::JsonWriter& json_;
    const ClientInfo& client_;
    config::ClientIdForm clientIdForm_;
};

} // namespace

void SrsJsonDialect::writeRest(base::JsonWriter& json, const HookEvent& event,
                               config::ClientIdForm clientIdForm) const {
    std::visit(KindWriter(json, *event.client, clientIdForm), event.what);
}

} // namespace hookcast::hooks
