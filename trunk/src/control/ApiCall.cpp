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
    const auto answer = [worker = worker_, write = write_, link = std::weak_ptr(link_),
                         &loop = port_.loop()](Census census) {
        const auto alive = worker.lock();
        if (alive == nullptr) return;
        alive->post([write, link, &loop, census = std::move(census)] {
            // Whoever asks is answered, whatever a page has met.
            const auto answerWith = [&](http::HttpResponse response, const std::string& refusal) {
                loop.post([link, response = std::move(response), refusal] {
                    const auto there = link.lock();
                    if (there != nullptr && there->call != nullptr) there->call->port_.respond(response, refusal);
                });
            };
            try {
                answerWith(write(census), {});
            } catch (const std::exception& e) {
                answerWith(http::textResponse(http::kUnavailable, "internal error"),
                           std::string("internal error: ") + e.what());
            }
        });
    };
    visits::lookAt(meant_.empty() ? nullptr : clients_.findGuest(meant_),
                   [answer, &clients = clients_](const std::optional<visits::ClientState>& state) {
                       visits::takeCensus(clients.all(), [answer, state](std::vector<visits::ClientFigures> figures) {
                           answer({std::move(figures), state});
                       });
                   });
}

void ApiCall::close(const std::string& /*reason*/) {
    link_->call = nullptr;
}

} // namespace hookcast::control
