#pragma once

#include "base/WorkerThread.h"
#include "http/ApiAnswer.h"
#include "http/HttpHandler.h"
#include "visits/ClientBook.h"

#include <functional>
#include <memory>
#include <string>

namespace hookcast::http {

/// One request to the control interface: the census is taken, then the answer is written on the interface's thread.
/// Loop thread of its session only.
class ApiCall final : public HttpActivity {
  public:
    /// On the interface's thread.
    using Write = std::function<HttpResponse(const Census&)>;

    ApiCall(visits::ClientBook& clients, std::weak_ptr<base::WorkerThread> worker, Write write, HttpPort& port);

    // HttpActivity
    void start() override;
    void close(const std::string& reason) override;

  private:
    /// Outlives the call where that ends first.
    struct Link {
        ApiCall* call;
    };

    // given
    visits::ClientBook& clients_;
    std::weak_ptr<base::WorkerThread> worker_;
    Write write_;
    HttpPort& port_;
    // owned
    std::shared_ptr<Link> link_ = std::make_shared<Link>(Link{this}); ///< its loop only
};

} // namespace hookcast::http
