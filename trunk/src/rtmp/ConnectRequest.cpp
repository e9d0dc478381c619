#include "rtmp/ConnectRequest.h"

#include "hub/StreamName.h"
#include "net/EndReasons.h"

#include <string_view>

namespace hookcast::rtmp {

ConnectTerms readConnectTerms(const Command& command) {
    const Amf& object = command.argument(0);
    ConnectTerms terms;
    // Section 7.2.1.1: always 1, also where it is missing.
    terms.transactionId = command.transactionId == 0 ? 1 : command.transactionId;
    if (const Amf* encoding = object.find("objectEncoding"); encoding != nullptr)
        terms.objectEncoding = encoding->asNumber();
    const auto has = [&object](std::string_view key) { return object.find(key) != nullptr; };
    if (has("capsEx") || has("videoFourCcInfoMap") || has("audioFourCcInfoMap"))
        terms.enhanced = ConnectTerms::Enhanced::Version2;
    else if (has("fourCcList"))
        terms.enhanced = ConnectTerms::Enhanced::Version1;
    return terms;
}

base::Result<ConnectRequest> readConnect(const Command& command, std::uint32_t urlBytes) {
    const Amf& object = command.argument(0);
    const auto text = [&object](std::string_view key) {
        const Amf* value = object.find(key);
        return value == nullptr ? std::string_view() : value->asString();
    };
    base::Result<hub::ConnectTarget> target = hub::parseConnectTarget(text("tcUrl"), text("app"));
    if (!target) return target.error();
    if (text("tcUrl").size() > urlBytes || text("app").size() > urlBytes) return base::Error{net::kUrlTooLong};
    ConnectRequest request;
    request.place.app = target.value().app;
    request.place.url = target.value().tcUrl;
    request.place.tcUrl = target.value().tcUrl;
    request.place.pageUrl = text("pageUrl");
    request.place.swfUrl = text("swfUrl");
    request.place.param = target.value().param;
    request.vhost = target.value().vhost;
    if (object.find(kPullPass) != nullptr) request.pullPass = text(kPullPass);
    return request;
}

void connectAsPull(ConnectRequest& request, const hooks::PullRightPtr& right) {
    request.vhost = right->key().vhost;
    request.place.app = right->key().app;
    request.place.param.clear();
    request.place.pull = right;
}

} // namespace hookcast::rtmp
