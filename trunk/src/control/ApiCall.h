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
    /// With why it is none that was asked for, or empty.
    using OnResponse = std::function<void(http::HttpResponse, const std::string& refusal)>;
    /// On the interface's thread, where the answer is given, too: within the call or later.
    using Write = std::function<void(const Census&, const OnResponse&)>;

    /// `meant`: the client that the page is about, as ClientBook::findGuest() takes it; empty: none.
    ApiCall(visits::ClientBook& clients, std::weak_ptr<base::WorkerThread> worker, std::string meant, Write write,
            http::HttpPort& port);

    /// Whoever asks is answered, whatever `write` meets.
    static void answer(const std::function<void()>& write, const OnResponse& onResponse);

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
