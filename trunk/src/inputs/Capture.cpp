#include "inputs/Capture.h"

#include "base/Log.h"
#include "hub/StreamEvents.h"
#include "inputs/SourceKind.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace hookcast::inputs {

namespace {

constexpr const char* kLocalIp = "127.0.0.1";
constexpr int kMostDoublings = 10;

std::size_t sizeOf(const std::vector<media::ConvertedFrame>& frames) {
    std::size_t bytes = 0;
    for (const media::ConvertedFrame& frame : frames) bytes += frame.body.size();
    return bytes;
}

} // namespace

Capture::Capture(ServerContext& context, net::Loop& loop, std::shared_ptr<const config::VhostConfig> vhost,
                 std::shared_ptr<const config::CaptureConfig> config, Random random)
    : context_(context), loop_(loop), vhost_(std::move(vhost)), config_(std::move(config)), random_(std::move(random)),
      logName_("capture " + base::printable(config_->stream)), sinceUnixS_(loop.clock().unixS()),
      introduction_(context.log.introduce({logName_, 0, {}, {}})),
      reporter_(std::make_shared<hub::StreamReporter>(context.events, loop, hub::describe(*config_, sinceUnixS_))),
      retryTimer_(loop) {
    reconnects_.limit = config_->reconnectLimit;
}

Capture::~Capture() {
    stop(net::kClosed);
}

void Capture::start() {
    loop_.assertCurrent();
    context_.log.trace(who(), "fetches {} as {}", base::withoutSecrets(config_->source), base::printable(key().text()));
    reporter_->create();
    connect();
}

void Capture::stop(const std::string& reason) {
    if (std::exchange(stopped_, true)) return;
    retryTimer_.cancel();
    endAttempt(reason);
    reporter_->remove();
    context_.log.trace(who(), "ended: {}", reason);
}

void Capture::connect() {
    attempt_ = std::make_shared<Attempt>(*this);
    const SourceOptions options{config_->source,     config_->timeoutMs, config_->stallMs,
                                context_.queueBytes, config_->transport, config_->tracks};
    try {
        attempt_->reader = context_.makeReader(options, makeOutput());
    } catch (const std::exception& e) {
        lose(std::string("the source cannot be read: ") + e.what());
    }
}

/// What the reader's thread has to say, brought to the loop; nothing of an attempt that has ended.
SourceReader::Output Capture::makeOutput() {
    const auto onLoop = [this, weak = weak_from_this(), attempt = std::weak_ptr(attempt_)](auto action) {
        loop_.post([weak, attempt, action = std::move(action)]() mutable {
            const auto self = weak.lock();
            const auto current = attempt.lock();
            if (self != nullptr && current != nullptr && self->attempt_ == current) action(*self);
        });
    };
    SourceReader::Output output;
    output.onFrames = [onLoop](Frames frames) {
        onLoop([frames = std::move(frames)](Capture& self) mutable { self.onFrames(std::move(frames)); });
    };
    output.onEnd = [onLoop](std::string reason) {
        onLoop([reason = std::move(reason)](Capture& self) { self.lose(reason); });
    };
    output.onLeftOut = [onLoop](std::string what) {
        onLoop([what = std::move(what)](Capture& self) {
            self.context_.log.info(self.who(), "a track is left out: {}", what);
        });
    };
    output.onJump = [onLoop](std::string what) {
        onLoop([what = std::move(what)](Capture& self) { self.context_.log.warn(self.who(), "{}", what); });
    };
    return output;
}

void Capture::onFrames(Frames frames) {
    attempt_->receivedBytes += sizeOf(frames);
    if (attempt_->visit && attempt_->visit->publication() != nullptr) {
        write(frames);
        return;
    }
    std::ranges::move(frames, std::back_inserter(attempt_->waiting));
    if (!attempt_->visit) ask();
}

void Capture::ask() {
    const std::uint64_t number = context_.numbers.next();
    attempt_->visit.emplace(context_, loop_,
                            visits::Caller{number, fmt::format("capture-{}", number),
                                           sourceKindOf(config_->source).protocol, kLocalIp, true},
                            *attempt_);
    // As one who pushes to this server would say.
    visits::Place place;
    place.app = key().app;
    place.tcUrl = fmt::format("rtmp://{}/{}", kLocalIp, place.app);
    place.url = place.tcUrl;
    place.stream = key().stream;
    attempt_->visit->connect(vhost_, std::move(place), [this](const auto& refusal) {
        if (refusal)
            lose(net::refused("connect", refusal->reason));
        else
            publish();
    });
}

void Capture::Attempt::endLater(const std::string& reason) {
    capture.loop_.post([weak = capture.weak_from_this(), attempt = shared_from_this(), reason] {
        const auto self = weak.lock();
        if (self != nullptr && self->attempt_ == attempt) self->lose(reason);
    });
}

void Capture::Attempt::endAfterFailure(const std::exception& why) noexcept {
    try {
        endLater(std::string("internal error: ") + why.what());
    } catch (const std::exception&) { // its source ends it: nothing is taken any more of what that sends
    }
}

void Capture::publish() {
    visits::Visit::PublishTerms terms;
    // What clients publish is never replaced by it: nobody has decided so at this moment.
    terms.mayReplace = false;
    terms.fetchedBy = {config_, sinceUnixS_, {}};
    attempt_->visit->publish(wish(), std::move(terms), [this](const auto& refusal) {
        if (refusal)
            lose(net::refused("publish", refusal->reason));
        else
            begin();
    });
}

hooks::StreamPath Capture::path() const {
    base::Result<hooks::StreamPath> path = hooks::readStreamPath(config_->app + "/" + config_->stream);
    // What is no name is refused by the gate.
    return path ? path.take() : hooks::StreamPath{config_->app, config_->stream};
}

visits::Wish Capture::wish() const {
    auto [app, stream] = path();
    const std::string url = fmt::format("{}/{}", attempt_->visit->place().url, stream);
    return {std::move(app), std::move(stream), "", url};
}

hooks::StreamKey Capture::key() const {
    auto [app, stream] = path();
    return {vhost_->name, std::move(app), std::move(stream)};
}

void Capture::begin() {
    isLogged_ = false;
    reconnects_.attempt = 0;
    reporter_->attach(*attempt_->visit->publication());
    write(std::exchange(attempt_->waiting, {}));
}

void Capture::write(const Frames& frames) {
    for (const media::ConvertedFrame& frame : frames)
        attempt_->visit->publication()->write(frame.kind, frame.role, frame.timestampMs, frame.body);
    attempt_->reader->taken(sizeOf(frames));
}

void Capture::endAttempt(const std::string& reason) {
    const std::shared_ptr<Attempt> attempt = std::move(attempt_);
    attempt_ = nullptr;
    if (attempt == nullptr) return;
    if (attempt->reader != nullptr) attempt->reader->stop();
    if (attempt->visit) attempt->visit->close(reason);
    // The visit may be in the middle of telling its verdict; the reader's thread takes a moment to end.
    loop_.post([attempt, &endings = context_.endings] {
        endings.post([reader = std::shared_ptr<SourceReader>(std::move(attempt->reader))] {});
    });
}

void Capture::lose(const std::string& reason) {
    const bool published = attempt_ != nullptr && attempt_->visit && attempt_->visit->publication() != nullptr;
    endAttempt(reason);
    reporter_->lose();
    if (!published && config_->reconnectLimit != 0 && reconnects_.attempt >= config_->reconnectLimit) {
        giveUp(reason);
        return;
    }
    ++reconnects_.attempt;
    ++reconnects_.total;
    const std::int64_t delayMs = pauseMs();
    // The first failure in a row is news; that it goes on is in the events.
    if (!std::exchange(isLogged_, true))
        context_.log.warn(who(), "{}; tries again, up to {} times", reason,
                          config_->reconnectLimit == 0 ? std::string("any number of")
                                                       : std::to_string(config_->reconnectLimit));
    else
        context_.log.info(who(), "{}; attempt {} in {} ms", reason, reconnects_.attempt, delayMs);
    reporter_->reconnect(reconnects_);
    retryTimer_.runAfter(delayMs, [this] { connect(); });
}

void Capture::giveUp(const std::string& reason) {
    context_.log.error(who(), "given up after {} attempts: {}", reconnects_.attempt, reason);
    context_.events.emergency("capture", config_->stream + ": " + reason);
}

std::int64_t Capture::pauseMs() {
    const auto doublings = static_cast<int>(std::min<std::int64_t>(reconnects_.attempt - 1, kMostDoublings));
    const std::int64_t longestMs = std::min(kFirstPauseMs << doublings, kLongestPauseMs);
    return longestMs / 2 + static_cast<std::int64_t>(random_() * static_cast<double>(longestMs) / 2);
}

} // namespace hookcast::inputs
