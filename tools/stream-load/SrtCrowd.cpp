#include "SrtCrowd.h"

#include "Target.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::load {

SrtCrowd::SrtCrowd(const Options& options, Metrics& metrics)
    : options_(options), metrics_(metrics), log_(base::LogLevel::Error, ""), library_(log_) {
    const unsigned loops = options.loops != 0 ? options.loops : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < loops; ++i) {
        auto corner = std::make_unique<Corner>();
        corner->loop = std::make_unique<net::Loop>("load-" + std::to_string(i), clock_, log_);
        corner->loop->start();
        corners_.push_back(std::move(corner));
    }
    reactor_.start([](const srt::Socket&) {});
}

SrtCrowd::~SrtCrowd() {
    stop();
}

base::Result<void> SrtCrowd::start() {
    if (options_.command == Command::Churn) return base::Error{"churn does not know SRT"};
    if (options_.command == Command::Publish) {
        base::Result<FlvFile> file = FlvFile::read(options_.file);
        if (!file) return file.error();
        file_ = file.take();
    }
    for (unsigned i = 0; i < options_.clients; ++i) {
        const base::Result<SrtTarget> target = SrtTarget::parse(numbered(options_.url, i));
        if (!target) return target.error();
        Corner& corner = *corners_[i % corners_.size()];
        const auto delayMs = static_cast<std::int64_t>(options_.rampSeconds * 1000 * i / options_.clients);
        corner.loop->post([this, &corner, i, delayMs, target = target.value()] {
            corner.arrivals.emplace_back(*corner.loop).runAfter(delayMs, [this, &corner, i, target] {
                startClient(corner, i, target);
            });
        });
    }
    return {};
}

void SrtCrowd::startClient(Corner& corner, unsigned number, const SrtTarget& target) {
    if (options_.command == Command::Publish) {
        corner.publishers.push_back(std::make_shared<SrtPublisher>(*corner.loop, reactor_, target, file_, metrics_));
        corner.publishers.back()->start();
    } else {
        const bool freezes = number < options_.frozen;
        corner.players.push_back(std::make_shared<SrtPlayer>(*corner.loop, reactor_, target, freezes, metrics_));
        corner.players.back()->start();
    }
}

void SrtCrowd::stop() {
    for (const auto& corner : corners_) {
        corner->loop->post([&corner = *corner] {
            corner.arrivals.clear();
            corner.players.clear();
            corner.publishers.clear();
        });
        corner->loop->stop();
    }
    corners_.clear();
    reactor_.stop();
}

} // namespace hookcast::load
