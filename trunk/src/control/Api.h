#pragma once

#include "base/WorkerThread.h"
#include "config/Config.h"
#include "control/ApiAnswer.h"
#include "control/ApiCall.h"
#include "control/ApiContext.h"
#include "control/ClusterPages.h"
#include "control/EventPages.h"
#include "control/HookPages.h"
#include "control/KickPages.h"
#include "control/ListenerPages.h"
#include "control/MetricsPage.h"
#include "control/ProgramPages.h"
#include "control/RecordingPages.h"
#include "control/StreamPages.h"
#include "control/SystemPages.h"
#include "http/HttpHandler.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::control {

/// The control interface: SRS's HTTP API, ours beside it, and /metrics. What it tells is gathered on the clients'
/// loops, a post each, and put together on a thread of its own: no loop ever waits for it, however many clients there
/// are. Any thread.
///
/// Teardown: stop(), while the loops still run.
class Api final : public http::HttpHandler {
  public:
    /// One address of the interface.
    struct Endpoint {
        std::string path;
        bool takesId = false; ///< `/ID` may follow
        std::vector<std::string> methods;
        std::string help; ///< one line for the list of endpoints
        std::function<ApiAnswer(const ApiQuery&, const Census&)> answer;
        bool looksAtClient = false; ///< the id is one's, and the census has what goes on with it
        std::string behindId{};     ///< stands behind `/ID`
    };

    /// `loop`: for its timer.
    Api(ApiContext context, net::Loop& loop);
    ~Api() override;

    /// Before the first request; it outlives stop().
    void serveCluster(ClusterDesk& cluster) { context_.cluster = &cluster; }

    /// Ends what it is asked now without an answer.
    void stop();

    /// What /api/v1/summaries answers, as an object whose `data` it is. `onText` is called on the interface's thread,
    /// or not at all when the interface ends first.
    void summaries(std::function<void(std::string)> onText);

    // HttpHandler
    std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                      http::HttpPort& port) override;

    const std::vector<Endpoint>& endpoints() const { return endpoints_; }

  private:
    void addEndpoints();
    const Endpoint* find(ApiQuery& query) const;
    static void refuseWithoutSecret(const config::HttpApiConfig& config, http::HttpPort& port);
    static bool changes(const Endpoint* endpoint, const ApiQuery& query);
    void respond(ApiAnswer answer, const ApiQuery& query, const ApiCall::OnResponse& onResponse) const;
    http::HttpResponse index(const ApiQuery& query) const;
    Json envelope(int code) const;
    void sampleLater();

    // given
    ApiContext context_;
    net::Loop& loop_;
    // owned
    StreamPages streamPages_;
    KickPages kickPages_;
    ClusterPages clusterPages_;
    HookPages hookPages_;
    EventPages eventPages_;
    ListenerPages listenerPages_;
    MetricsPage metricsPage_;
    ProgramPages programPages_;
    RecordingPages recordingPages_;
    SystemPages systemPages_;
    std::vector<Endpoint> endpoints_;
    net::Timer sampleTimer_;
    // owned; last, as what it runs uses all of the above
    std::shared_ptr<base::WorkerThread> worker_;
};

/// The interface on the listeners of http_server, as long as the configuration says that they share an address.
class SharedApi final : public http::HttpHandler {
  public:
    SharedApi(Api& api, const config::CurrentConfig& config) : api_(api), config_(config) {}

    /// Why it leaves a request is for the handlers behind it to say.
    std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                      http::HttpPort& port) override {
        const bool isTaken = config_.get()->apiSharesHttpServer() && !api_.handle(request, target, port);
        return isTaken ? std::nullopt : std::optional<std::string>("");
    }

  private:
    Api& api_;
    const config::CurrentConfig& config_;
};

} // namespace hookcast::control
