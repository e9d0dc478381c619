#include "spool/EventText.h"

#include "base/Base64.h"
#include "base/Bytes.h"
#include "base/JsonWriter.h"
#include "base/Overloaded.h"
#include "base/Utf8.h"
#include "config/Protocol.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace hookcast::spool {

namespace {

using hooks::HookAction;
using hooks::HookEvent;
using Poco::JSON::Object;

constexpr std::size_t kMaxDepth = 8;
constexpr std::string_view kBase64Mark = "~"; ///< before the name of a member that is Base64

void put(base::JsonWriter& json, std::string_view name, const std::string& text) {
    if (text.empty()) return;
    if (base::toValidUtf8(text) == text)
        json.member(name, text);
    else
        json.member(std::string(kBase64Mark).append(name), base::toBase64(base::asBytes(text)));
}

void put(base::JsonWriter& json, std::string_view name, std::uint64_t number) {
    if (number != 0) json.member(name, number);
}

void write(base::JsonWriter& json, const hooks::ClientInfo& client) {
    json.key("client").beginObject();
    put(json, "number", client.number());
    put(json, "id", client.id());
    put(json, "log", client.logName());
    put(json, "protocol", std::string(nameOf(client.protocol())));
    put(json, "ip", client.ip());
    put(json, "vhost", client.place->vhost);
    put(json, "app", client.place->app);
    put(json, "tcUrl", client.place->tcUrl);
    put(json, "pageUrl", client.place->pageUrl);
    put(json, "swfUrl", client.place->swfUrl);
    put(json, "param", client.param);
    put(json, "url", client.url);
    put(json, "stream", client.place->stream);
    put(json, "node", client.place->node);
    put(json, "namedVhost", client.place->namedVhost);
    json.endObject();
}

void write(base::JsonWriter& json, const hooks::NamedStream& stream) {
    json.key("stream").beginObject();
    put(json, "name", stream.name);
    put(json, "param", stream.param);
    put(json, "url", stream.url);
    put(json, "id", stream.id);
    put(json, "asked", stream.asked);
    json.endObject();
}

void write(base::JsonWriter& json, const hooks::Closing& closing) {
    json.key("closing").beginObject();
    put(json, "reason", closing.reason);
    put(json, "sent", closing.sentBytes);
    put(json, "received", closing.receivedBytes);
    put(json, "ms", static_cast<std::uint64_t>(closing.durationMs));
    put(json, "left", closing.clientsLeft);
    json.endObject();
}

void write(base::JsonWriter& json, const hooks::HlsSegment& segment) {
    put(json, "ms", static_cast<std::uint64_t>(segment.durationMs));
    put(json, "cwd", segment.cwd);
    put(json, "file", segment.file);
    put(json, "segment", segment.url);
    put(json, "m3u8", segment.m3u8);
    put(json, "m3u8_url", segment.m3u8Url);
    put(json, "seq_no", segment.seqNo);
}

std::string textIn(const Object& object, const std::string& name) {
    const std::string encoded = std::string(kBase64Mark) + name;
    if (object.has(encoded))
        return std::string(
            base::asText(base::fromBase64(object.getValue<std::string>(encoded)).value_or(base::Bytes())));
    return object.has(name) ? object.getValue<std::string>(name) : std::string();
}

std::uint64_t numberIn(const Object& object, const std::string& name) {
    return object.has(name) ? object.getValue<Poco::UInt64>(name) : 0;
}

Object::Ptr objectIn(const Object& object, const std::string& name) {
    Object::Ptr found = object.getObject(name);
    if (found.isNull()) throw std::runtime_error("no " + name);
    return found;
}

std::shared_ptr<const hooks::ClientInfo> clientIn(const Object& object) {
    const Object::Ptr from = objectIn(object, "client");
    auto who = std::make_shared<hooks::ClientIdentity>();
    who->name = {textIn(*from, "log"), numberIn(*from, "number"), textIn(*from, "ip"), textIn(*from, "id")};
    const std::optional<config::Protocol> protocol = config::protocolNamed(textIn(*from, "protocol"));
    if (!protocol) throw std::runtime_error("a protocol that nobody knows");
    who->protocol = *protocol;
    auto place = std::make_shared<hooks::ClientPlace>();
    place->vhost = textIn(*from, "vhost");
    place->app = textIn(*from, "app");
    place->stream = textIn(*from, "stream");
    place->tcUrl = textIn(*from, "tcUrl");
    place->pageUrl = textIn(*from, "pageUrl");
    place->swfUrl = textIn(*from, "swfUrl");
    place->node = textIn(*from, "node");
    place->namedVhost = textIn(*from, "namedVhost");
    auto client = std::make_shared<hooks::ClientInfo>();
    client->who = std::move(who);
    client->place = std::move(place);
    client->param = textIn(*from, "param");
    client->url = textIn(*from, "url");
    return client;
}

hooks::NamedStreamPtr streamIn(const Object& object) {
    const Object::Ptr from = objectIn(object, "stream");
    auto stream = std::make_shared<hooks::NamedStream>();
    stream->name = textIn(*from, "name");
    stream->param = textIn(*from, "param");
    stream->url = textIn(*from, "url");
    stream->id = textIn(*from, "id");
    stream->asked = textIn(*from, "asked");
    return stream;
}

std::shared_ptr<const hooks::HlsSegment> segmentIn(const Object& object) {
    auto segment = std::make_shared<hooks::HlsSegment>();
    segment->durationMs = static_cast<std::int64_t>(numberIn(object, "ms"));
    segment->cwd = textIn(object, "cwd");
    segment->file = textIn(object, "file");
    segment->url = textIn(object, "segment");
    segment->m3u8 = textIn(object, "m3u8");
    segment->m3u8Url = textIn(object, "m3u8_url");
    segment->seqNo = numberIn(object, "seq_no");
    return segment;
}

std::shared_ptr<const hooks::Closing> closingIn(const Object& object) {
    const Object::Ptr from = objectIn(object, "closing");
    auto closing = std::make_shared<hooks::Closing>();
    closing->reason = textIn(*from, "reason");
    closing->sentBytes = numberIn(*from, "sent");
    closing->receivedBytes = numberIn(*from, "received");
    closing->durationMs = static_cast<std::int64_t>(numberIn(*from, "ms"));
    closing->clientsLeft = numberIn(*from, "left");
    return closing;
}

std::shared_ptr<const hooks::DvrFile> recordingIn(const Object& object) {
    return std::make_shared<const hooks::DvrFile>(hooks::DvrFile{textIn(object, "cwd"), textIn(object, "file")});
}

/// The kind whose name that is, without its fields.
template <std::size_t Index = 0>
HookEvent::What kindNamed(const std::string& name) {
    if constexpr (Index == std::variant_size_v<HookEvent::What>) {
        throw std::runtime_error("an event that nobody knows");
    } else {
        if (name == nameOf(static_cast<HookAction>(Index))) return HookEvent::What(std::in_place_index<Index>);
        return kindNamed<Index + 1>(name);
    }
}

void readKind(const Object& object, HookEvent::What& what) {
    std::visit(
        [&object](auto& kind) {
            if constexpr (requires { kind.stream; }) kind.stream = streamIn(object);
            if constexpr (requires { kind.closing; }) kind.closing = closingIn(object);
            if constexpr (requires { kind.clients; }) kind.clients = numberIn(object, "clients");
            if constexpr (requires { kind.segment; }) kind.segment = segmentIn(object);
            if constexpr (requires { kind.recording; }) kind.recording = recordingIn(object);
            if constexpr (requires { kind.progress; }) kind.progress = std::make_shared<const hooks::Progress>();
        },
        what);
}

Poco::Dynamic::Var parsed(std::string_view text) {
    // Not its default argument: what that has begun is left behind where there is no memory for the rest.
    Poco::JSON::Parser parser(Poco::makeShared<Poco::JSON::ParseHandler>());
    parser.setDepth(kMaxDepth);
    return parser.parse(std::string(text));
}

hooks::KeptTarget targetIn(const Object& object) {
    hooks::KeptTarget target;
    target.url = textIn(object, "url");
    target.dialect = textIn(object, "dialect");
    target.method = textIn(object, "method") == "GET" ? config::HttpMethod::Get : config::HttpMethod::Post;
    target.clientIdForm =
        numberIn(object, "textIds") != 0 ? config::ClientIdForm::String : config::ClientIdForm::Integer;
    target.timeoutMs = static_cast<std::int64_t>(numberIn(object, "ms"));
    target.from = static_cast<std::uint32_t>(numberIn(object, "from"));
    if (target.url.empty()) throw std::runtime_error("no url");
    return target;
}

/// What Poco's parser makes of a text, or why it is none.
template <typename T, typename Make>
base::Result<T> guarded(Make make) {
    try {
        return make();
    } catch (const Poco::Exception& e) {
        return base::Error{e.displayText()};
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& e) {
        return base::Error{e.what()};
    }
}

} // namespace

std::string eventText(const HookEvent& event) {
    base::JsonWriter json(768);
    json.beginObject();
    json.member("action", nameOf(event.action()));
    put(json, "id", event.id);
    write(json, *event.client);
    std::visit(
        [&json](const auto& kind) {
            if constexpr (requires { kind.stream; }) write(json, *kind.stream);
            if constexpr (requires { kind.closing; }) write(json, *kind.closing);
            if constexpr (requires { kind.clients; }) put(json, "clients", kind.clients);
            if constexpr (requires { kind.segment; }) write(json, *kind.segment);
            if constexpr (requires { kind.recording; }) {
                put(json, "cwd", kind.recording->cwd);
                put(json, "file", kind.recording->file);
            }
        },
        event.what);
    json.endObject();
    return json.take();
}

base::Result<HookEvent> parseEvent(std::string_view text) {
    return guarded<HookEvent>([text] {
        const auto object = parsed(text).extract<Object::Ptr>();
        HookEvent event;
        event.client = clientIn(*object);
        event.what = kindNamed(textIn(*object, "action"));
        event.id = textIn(*object, "id");
        readKind(*object, event.what);
        return event;
    });
}

std::string targetsText(const hooks::KeptTargets& targets) {
    base::JsonWriter json(256);
    json.beginArray();
    for (const hooks::KeptTarget& target : targets) {
        json.beginObject();
        put(json, "url", target.url);
        put(json, "dialect", target.dialect);
        if (target.method == config::HttpMethod::Get) json.member("method", "GET");
        put(json, "textIds", target.clientIdForm == config::ClientIdForm::String ? 1U : 0U);
        put(json, "ms", static_cast<std::uint64_t>(target.timeoutMs));
        put(json, "from", target.from);
        json.endObject();
    }
    json.endArray();
    return json.take();
}

base::Result<hooks::KeptTargets> parseTargets(std::string_view text) {
    return guarded<hooks::KeptTargets>([text] {
        const auto array = parsed(text).extract<Poco::JSON::Array::Ptr>();
        hooks::KeptTargets targets;
        for (unsigned i = 0; i < array->size(); ++i) {
            const Object::Ptr object = array->getObject(i);
            if (object.isNull()) throw std::runtime_error("a target that is no object");
            targets.push_back(targetIn(*object));
        }
        return targets;
    });
}

} // namespace hookcast::spool
