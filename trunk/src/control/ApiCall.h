#pragma once

#include "base/WorkerThread.h"
#include "control/ApiAnswer.h"
#include "http/HttpHandler.h"
#include "visits/ClientBook.h"

#include <functional>
#include <memory>
#include <string>

namespace hookcast::control {

/// One request to the control interface: the census is taken, and who is meant looked at, then the answer is written on
/// the interface's thread. Loop thread of its session only.
class ApiCall final : public http::HttpActivity {
  public:
    /// On the interface's thread.
    using Write = std::function<http::HttpResponse(const Census&)>;

    /// `meant`: the client that the page is about, as ClientBook::findGuest() takes it; empty: none.
    ApiCall(visits::ClientBook& clients, std::weak_ptr<base::WorkerThread> worker, std::string meant, Write write,
            http::HttpPort& port);

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
    std::string meant_;
    Write write_;
    http::HttpPort& port_;
    // owned
    std::shared_ptr<Link> link_ = std::make_shared<Link>(Link{this}); ///< its loop only
};

} // namespace hookcast::control
