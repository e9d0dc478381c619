#include "Crowd.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::load {

namespace {

constexpr std::int64_t kChurnPlayMs = 1000;
constexpr std::int64_t kChurnLookMs = 10;

} // namespace

Crowd::Crowd(const Options& options, Metrics& metrics)
    : options_(options), metrics_(metrics), log_(base::LogLevel::Warn, "") {
    const unsigned loops = options.loops != 0 ? options.loops : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < loops; ++i) {
        auto corner = std::make_unique<Corner>();
        corner->loop = std::make_unique<net::Loop>("load-" + std::to_string(i), clock_, log_);
        corner->loop->start();
        corners_.push_back(std::move(corner));
    }
}

Crowd::~Crowd() {
    stop();
}

base::Result<void> Crowd::start() {
    if (options_.url.rfind("tcp://", 0) == 0) return startSinks();
    const base::Result<Target> target = Target::parse(numbered(options_.url, 0));
    if (!target) return target.error();
    if (options_.command == Command::Publish) {
        base::Result<FlvFile> file = FlvFile::read(options_.file);
        if (!file) return file.error();
        file_ = file.take();
    }
    try {
        address_ = Poco::Net::SocketAddress(target.value().host, target.value().port);
    } catch (const Poco::Exception& e) {
        return base::Error{e.displayText()};
    }
    for (unsigned i = 0; i < options_.clients; ++i) {
        base::Result<void> started = startClient(i);
        if (!started) return started;
    }
    if (options_.command != Command::Churn) return {};
    for (const auto& corner : corners_) corner->loop->post([this, &corner = *corner] { replaceLeavers(corner); });
    return {};
}

void Crowd::stop() {
    for (const auto& corner : corners_) {
        corner->loop->post([&corner = *corner] {
            corner.arrivals.clear();
            corner.replacing.reset();
            corner.players.clear();
            corner.publishers.clear();
            corner.sinks.clear();
        });
        corner->loop->stop();
    }
    corners_.clear();
}

base::Result<void> Crowd::startSinks() {
    try {
        address_ = Poco::Net::SocketAddress(options_.url.substr(std::string("tcp://").size()));
    } catch (const Poco::Exception& e) {
        return base::Error{e.displayText()};
    }
    for (unsigned i = 0; i < options_.clients; ++i) {
        Corner& corner = *corners_[i % corners_.size()];
        corner.loop->post([this, &corner, delay = delayMs(i)] {
            corner.arrivals.emplace_back(*corner.loop).runAfter(delay, [this, &corner] {
                corner.sinks.push_back(std::make_unique<Sink>(*corner.loop, address_, options_, metrics_));
            });
        });
    }
    return {};
}

std::int64_t Crowd::delayMs(unsigned number) const {
    return static_cast<std::int64_t>(options_.rampSeconds * 1000 * number / options_.clients);
}

base::Result<void> Crowd::startClient(unsigned number) {
    const base::Result<Target> target = Target::parse(numbered(options_.url, number));
    if (!target) return target.error();
    Corner& corner = *corners_[number % corners_.size()];
    corner.loop->post([this, &corner, number, target = target.value()] {
        corner.arrivals.emplace_back(*corner.loop).runAfter(delayMs(number), [this, &corner, number, target] {
            if (options_.command == Command::Publish)
                corner.publishers.push_back(
                    std::make_unique<Publisher>(*corner.loop, address_, target, file_, options_.clock, metrics_));
            else
                corner.players.push_back(
                    std::make_unique<Player>(*corner.loop, address_, target, habitsOf(number), metrics_));
        });
    });
    return {};
}

void Crowd::replaceLeavers(Corner& corner) {
    for (auto& player : corner.players) {
        if (!player->ended()) continue;
        const base::Result<Target> target = Target::parse(numbered(options_.url, 0));
        player = std::make_unique<Player>(*corner.loop, address_, target.value(), habitsOf(0), metrics_);
    }
    if (corner.replacing == nullptr) corner.replacing = std::make_unique<net::Timer>(*corner.loop);
    corner.replacing->runAfter(kChurnLookMs, [this, &corner] { replaceLeavers(corner); });
}

Player::Habits Crowd::habitsOf(unsigned number) const {
    Player::Habits habits{};
    habits.freezes = number < options_.frozen;
    habits.inspects = !habits.freezes && number < options_.frozen + options_.inspect;
    habits.reloads = options_.reloads;
    habits.playMs = options_.command == Command::Churn ? kChurnPlayMs : 0;
    return habits;
}

} // namespace hookcast::load
