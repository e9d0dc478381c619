#include "control/ApiCall.h"

#include "http/HttpStatus.h"

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::control {

ApiCall::ApiCall(visits::ClientBook& clients, std::weak_ptr<base::WorkerThread> worker, std::string meant, Write write,
                 http::HttpPort& port)
    : clients_(clients), worker_(std::move(worker)), meant_(std::move(meant)), write_(std::move(write)), port_(port) {}

void ApiCall::start() {
    const auto onCensus = [worker = worker_, write = write_, link = std::weak_ptr(link_),
                           &loop = port_.loop()](Census census) {
        const auto alive = worker.lock();
        if (alive == nullptr) return;
        alive->post([write, link, &loop, census = std::move(census)] {
            const auto respond = [link, &loop](http::HttpResponse response, const std::string& refusal) {
                loop.post([link, response = std::move(response), refusal] {
                    const auto there = link.lock();
                    if (there != nullptr && there->call != nullptr) there->call->port_.respond(response, refusal);
                });
            };
            answer([&] { write(census, respond); }, respond);
        });
    };
    visits::lookAt(meant_.empty() ? nullptr : clients_.findGuest(meant_),
                   [onCensus, &clients = clients_](const std::optional<visits::ClientState>& state) {
                       visits::takeCensus(clients.all(), [onCensus, state](std::vector<visits::ClientFigures> figures) {
                           onCensus({std::move(figures), state});
                       });
                   });
}

void ApiCall::answer(const std::function<void()>& write, const OnResponse& onResponse) {
    try {
        write();
    } catch (const std::exception& e) {
        onResponse(http::textResponse(http::kUnavailable, "internal error"),
                   std::string("internal error: ") + e.what());
    }
}

void ApiCall::close(const std::string& /*reason*/) {
    link_->call = nullptr;
}

} // namespace hookcast::control
