#include "rtsp/Conversation.h"

#include "net/EndReasons.h"
#include "rtsp/HeaderFields.h"
#include "rtsp/SetupAnswer.h"
#include "rtsp/StreamUrls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace hookcast::rtsp {

namespace {

constexpr const char* kMethods =
    "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, RECORD, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER";

/// The URL up to the application: what the JSON hooks call tcUrl.
std::string connectUrl(const hub::StreamUrl& url) {
    const std::string_view path = withoutQuery(url.url);
    const std::string_view before = path.substr(0, path.rfind('/'));
    const std::size_t appAt = before.find_first_of('/', before.find("://") + 3);
    // A bare name has its application from the configuration.
    const bool isBare = before.find_first_not_of('/', appAt) == std::string_view::npos;
    return isBare ? fmt::format("{}/{}", before.substr(0, appAt), url.app) : std::string(before);
}

} // namespace

Conversation::Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                           net::SessionPort& port, const visits::Caller& caller)
    : dialogue_(context, std::move(config), loop, port, caller) {
    expectSignOfLife();
}

Conversation::~Conversation() {
    close(net::kClosed);
}

void Conversation::onRequest(RtspRequest&& request) {
    if (!request.cseq()) {
        dialogue_.refuse(request, kBadRequest, {hooks::RefusalCause::Request, "a request without CSeq"});
        return;
    }
    const Handler handler = handlerOf(request.method);
    if (handler == nullptr) {
        dialogue_.reply(request, kNotImplemented);
        return;
    }
    if (request.url.size() > dialogue_.config().limits.urlBytes) {
        dialogue_.refuse(request, kUriTooLong, {hooks::RefusalCause::Limit, net::kUrlTooLong});
        return;
    }
    expectSignOfLife();
    if (requiresOptions(request)) return;
    if (dialogue_.visit().connected()) {
        handle(handler, request);
        return;
    }
    dialogue_.takeNewestConfig();
    const auto url = dialogue_.parse(splitRequestUrl(request.url).base);
    if (url)
        connect(request, url.value(), handler);
    else if (tellsNothing(handler))
        handle(handler, request);
    else
        dialogue_.refuse(request, kNotFound, {hooks::RefusalCause::Request, url.error().message});
}

void Conversation::onInterleaved(std::uint8_t channel, base::ByteSpan payload) {
    if (publishing_) publishing_->onInterleaved(channel, payload);
    if (playing_) playing_->onInterleaved(channel, payload);
}

void Conversation::onWritable() {
    if (playing_) playing_->onWritable();
}

void Conversation::close(const std::string& reason) {
    if (publishing_) publishing_->end(reason);
    if (playing_) playing_->end(reason);
    dialogue_.visit().close(reason);
}

Conversation::Handler Conversation::handlerOf(std::string_view method) {
    using Entry = std::pair<std::string_view, Handler>;
    static constexpr std::array<Entry, 10> kHandlers = {{
        {"OPTIONS", &Conversation::onOptions},
        {"DESCRIBE", &Conversation::onDescribe},
        {"ANNOUNCE", &Conversation::onAnnounce},
        {"SETUP", &Conversation::onSetup},
        {"RECORD", &Conversation::onRecord},
        {"PLAY", &Conversation::onPlay},
        {"PAUSE", &Conversation::onPause},
        {"TEARDOWN", &Conversation::onTeardown},
        {"GET_PARAMETER", &Conversation::onParameter},
        {"SET_PARAMETER", &Conversation::onParameter},
    }};
    const auto* found = std::find_if(kHandlers.begin(), kHandlers.end(),
                                     [method](const Entry& entry) { return entry.first == method; });
    return found == kHandlers.end() ? nullptr : found->second;
}

/// What the client is up to, where its request tells.
std::optional<config::StreamUse> Conversation::useOf(Handler handler) {
    if (handler == &Conversation::onAnnounce) return config::StreamUse::Publish;
    if (handler == &Conversation::onDescribe || handler == &Conversation::onSetup) return config::StreamUse::Play;
    return std::nullopt;
}

void Conversation::handle(Handler handler, const RtspRequest& request) {
    if (refusesAnothers(request)) return;
    const std::string_view session = request.headers.get("Session");
    // Before there is one, some clients make one up, and what needs none is none the worse for it.
    if (!session.empty() && (dialogue_.hasSession() || needsSession(handler))) {
        const auto parsed = parseSession(session);
        if (!parsed || !dialogue_.hasSession() || parsed.value().id != dialogue_.sessionId()) {
            dialogue_.reply(request, kSessionNotFound);
            return;
        }
    }
    (this->*handler)(request);
}

/// RFC 2326, 12.32: what a client requires and does not get is no reason to do less than it asks for. Clients of
/// ONVIF's backchannel ask again without it.
bool Conversation::requiresOptions(const RtspRequest& request) {
    const std::string options = requiredOptions(request.headers);
    if (options.empty()) return false;
    dialogue_.context().log.info(dialogue_.logName(), "{} requires what is not here: {}", request.method,
                                 base::printable(options));
    RtspResponse response = dialogue_.answer(request, kOptionNotSupported);
    response.headers.add("Unsupported", options);
    dialogue_.reply(response);
    return true;
}

bool Conversation::needsSession(Handler handler) {
    return handler == &Conversation::onRecord || handler == &Conversation::onPlay ||
           handler == &Conversation::onPause || handler == &Conversation::onTeardown;
}

void Conversation::connect(const RtspRequest& request, const hub::StreamUrl& url, Handler handler) {
    const auto vhost = dialogue_.config().findVhost(url.vhost);
    if (const std::string fault = net::vhostFault(url.vhost, vhost.get(), &config::VhostConfig::rtspEnabled, "RTSP");
        !fault.empty()) {
        dialogue_.refuse(request, kNotFound, {hooks::RefusalCause::Vhost, fault},
                         url.vhost + "/" + url.app + "/" + url.stream);
        return;
    }
    visits::Place place;
    place.app = url.app;
    place.url = url.url;
    place.tcUrl = connectUrl(url);
    place.param = url.param;
    place.stream = url.stream;
    place.use = useOf(handler);
    if (isAsked(*vhost, handler)) {
        if (tellsNothing(handler)) {
            handle(handler, request);
            return;
        }
        place.credentials = credentialsIn(request, url, *vhost);
        if (place.credentials == nullptr) return;
    }
    dialogue_.visit().connect(vhost, std::move(place), [this, request, handler](const auto& refusal) {
        onConnected(request, handler, refusal);
    });
}

void Conversation::onConnected(const RtspRequest& request, Handler handler,
                               const std::optional<visits::Refusal>& refusal) {
    if (refusal) {
        // Who has said who it is has said something wrong, for all that is known here.
        const bool hasSaid = dialogue_.visit().client().credentials != nullptr;
        dialogue_.refuseVisit(hasSaid ? challenge(request, dialogue_.vhost(), false)
                                      : dialogue_.answer(request, kForbidden),
                              "connect", *refusal);
        return;
    }
    // The request that waited is the first to be handled, and may make the others wait in its turn.
    dialogue_.doneWaiting();
    expectSignOfLife();
    handle(handler, request);
    if (!dialogue_.isWaiting()) dialogue_.goOn();
}

/// Whom the vhost's rules keep out needs no password.
bool Conversation::isAsked(const config::VhostConfig& vhost, Handler handler) const {
    if (vhost.rtspAuth.schemes().empty()) return false;
    const std::optional<config::StreamUse> use = useOf(handler);
    return !use || vhost.security.denial(*use, dialogue_.clientIp()).empty();
}

/// What clients say without a password, before they are asked for it and in between.
bool Conversation::tellsNothing(Handler handler) {
    return handler == &Conversation::onOptions || handler == &Conversation::onParameter;
}

/// Null: the request is answered.
std::shared_ptr<const hooks::Credentials>
Conversation::credentialsIn(const RtspRequest& request, const hub::StreamUrl& url, const config::VhostConfig& vhost) {
    const std::int64_t nowMs = dialogue_.loop().clock().monotonicMs();
    Authenticator::Finding found = authenticator_.examine(vhost.rtspAuth, request, nowMs);
    if (found.credentials != nullptr) return found.credentials;
    const bool mayTryAgain = authenticator_.mayChallenge();
    const RtspResponse response = challenge(request, vhost, found.isStale);
    if (mayTryAgain) {
        dialogue_.context().log.info(dialogue_.logName(), "is asked who it is: {}", found.fault);
        dialogue_.reply(response);
        return nullptr;
    }
    const hooks::Fault why{hooks::RefusalCause::Credentials, fmt::format("it does not say who it is: {}", found.fault)};
    dialogue_.refuse(request, response, why, vhost.name + "/" + url.app + "/" + url.stream);
    return nullptr;
}

RtspResponse Conversation::challenge(const RtspRequest& request, const config::VhostConfig& vhost, bool isStale) {
    RtspResponse response = dialogue_.answer(request, kUnauthorized);
    authenticator_.challenge(vhost.rtspAuth, isStale, dialogue_.loop().clock().monotonicMs(), response);
    return response;
}

/// What the backends have let in is one user's connection.
bool Conversation::refusesAnothers(const RtspRequest& request) {
    const auto& credentials = dialogue_.visit().client().credentials;
    if (credentials == nullptr || !isAnothers(request, *credentials)) return false;
    dialogue_.refuse(request, kForbidden,
                     {hooks::RefusalCause::Credentials, "another user on a connection that was admitted for one"});
    return true;
}

bool Conversation::hasItsSession(const RtspRequest& request) {
    if (!dialogue_.hasSession()) {
        notNow(request);
        return false;
    }
    if (!request.headers.get("Session").empty()) return true;
    dialogue_.reply(request, kSessionNotFound);
    return false;
}

void Conversation::onOptions(const RtspRequest& request) {
    RtspResponse response = dialogue_.answer(request, kOk);
    response.headers.add("Public", kMethods);
    dialogue_.reply(response);
}

void Conversation::onDescribe(const RtspRequest& request) {
    if (dialogue_.hasSession() || publishing_) {
        notNow(request);
        return;
    }
    if (!dialogue_.adoptTarget(request, config::StreamUse::Play)) return;
    playing_.emplace(dialogue_);
    playing_->describe(request);
}

void Conversation::onAnnounce(const RtspRequest& request) {
    if (dialogue_.hasSession() || publishing_) {
        notNow(request);
        return;
    }
    if (!dialogue_.adoptTarget(request, config::StreamUse::Publish)) return;
    playing_.reset();
    publishing_.emplace(dialogue_);
    publishing_->announce(request);
}

void Conversation::onSetup(const RtspRequest& request) {
    if ((publishing_ && publishing_->isOpen()) || (playing_ && playing_->isOpen())) {
        notNow(request);
        return;
    }
    const auto transports = parseTransports(request.headers.get("Transport"));
    if (!transports) {
        dialogue_.reply(request, kBadRequest);
        return;
    }
    if (publishing_) {
        publishing_->setUp(request, transports.value());
        return;
    }
    if (!dialogue_.hasTarget() && !dialogue_.adoptTarget(request, config::StreamUse::Play)) return;
    if (!playing_) playing_.emplace(dialogue_);
    playing_->setUp(request, transports.value());
}

void Conversation::onRecord(const RtspRequest& request) {
    if (!hasItsSession(request) || !dialogue_.isAboutTarget(request)) return;
    if (publishing_ && publishing_->isSetUp())
        publishing_->record(request);
    else
        notNow(request);
}

void Conversation::onPlay(const RtspRequest& request) {
    if (!hasItsSession(request) || !dialogue_.isAboutTarget(request)) return;
    if (playing_ && playing_->isSetUp())
        playing_->play(request);
    else
        notNow(request);
}

void Conversation::onPause(const RtspRequest& request) {
    if (!hasItsSession(request)) return;
    if (publishing_ && publishing_->isOpen())
        dialogue_.reply(request, kOk); // it sends nothing for a while, as long as normal_timeout lets it
    else if (playing_ && playing_->isSetUp())
        playing_->pause(request);
    else
        notNow(request);
}

void Conversation::onTeardown(const RtspRequest& request) {
    if (!hasItsSession(request)) return;
    const std::string reason = net::endedByClient(request.method);
    if (publishing_) publishing_->end(reason);
    if (playing_) playing_->stop(reason);
    dialogue_.reply(request, kOk);
    publishing_.reset();
    playing_.reset();
    dialogue_.closeSession();
    expectSignOfLife();
}

void Conversation::onParameter(const RtspRequest& request) {
    // Empty ones keep a session alive; there is no parameter that we know.
    dialogue_.reply(request, request.body.empty() ? kOk : kParameterNotUnderstood);
}

void Conversation::notNow(const RtspRequest& request) {
    RtspResponse response = dialogue_.answer(request, kNotInThisState);
    response.headers.add("Allow", allowedMethods());
    dialogue_.reply(response);
}

std::string Conversation::allowedMethods() const {
    const std::string allowed = "OPTIONS, GET_PARAMETER, SET_PARAMETER";
    if (publishing_ && publishing_->isOpen()) return allowed + ", RECORD, PAUSE, TEARDOWN";
    if (playing_ && playing_->isOpen()) return allowed + ", PLAY, PAUSE, TEARDOWN";
    if (dialogue_.hasSession()) return allowed + ", SETUP, TEARDOWN" + (publishing_ ? ", RECORD" : ", PLAY");
    return allowed + (publishing_ ? ", SETUP" : ", DESCRIBE, ANNOUNCE, SETUP");
}

void Conversation::expectSignOfLife() {
    // The media of a publisher tells of its life.
    if (publishing_ && publishing_->isOpen()) return;
    if (playing_)
        playing_->onSignOfLife();
    else if (!dialogue_.isWaiting())
        dialogue_.visit().expect(dialogue_.config().limits.idleTimeoutMs, net::kNothingUseful);
}

} // namespace hookcast::rtsp
