#pragma once

#include "api-server/ControlHandler.h"
#include "api-server/HookHandler.h"
#include "api-server/RequestReader.h"
#include "api-server/ResponseWriter.h"
#include "api-server/StopSignal.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

namespace hookcast::mock {

/// One request and its answer: reads, asks whom the path belongs to, writes. Belongs to the connection's thread.
class HttpExchange final : public Poco::Net::HTTPRequestHandler {
  public:
    HttpExchange(const HookHandler& hooks, const ControlHandler& control, const StopSignal& stop)
        : hooks_(hooks), control_(control), stop_(stop) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override;

  private:
    void answer(ReadRequest read, ResponseWriter& writer) const;

    const HookHandler& hooks_;
    const ControlHandler& control_;
    const StopSignal& stop_;
};

/// Any thread. Everything given must outlive the factory.
class HttpExchangeFactory final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    HttpExchangeFactory(const HookHandler& hooks, const ControlHandler& control, const StopSignal& stop)
        : hooks_(hooks), control_(control), stop_(stop) {}

    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override;

  private:
    const HookHandler& hooks_;
    const ControlHandler& control_;
    const StopSignal& stop_;
};

} // namespace hookcast::mock
