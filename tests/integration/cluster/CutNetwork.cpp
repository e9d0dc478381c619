#include "cluster/CutNetwork.h"

#include <Poco/URI.h>
#include <fmt/format.h>

#include <iostream>

namespace hookcast::integration {

namespace {

CutRelay::Fault faultOf(CutNetwork::Cut cut) {
    switch (cut) {
    case CutNetwork::Cut::None: return CutRelay::Fault::None;
    case CutNetwork::Cut::Requests: return CutRelay::Fault::Requests;
    case CutNetwork::Cut::Answers: return CutRelay::Fault::Answers;
    default: return CutRelay::Fault::Both;
    }
}

} // namespace

CutNetwork::CutNetwork() {
    try {
        namespace_ = std::make_unique<NetworkNamespace>();
        std::cout << "[ NETWORK  ] a namespace, " << address() << '\n';
    } catch (const NetworkNamespace::Forbidden& reason) {
        std::cout << "[ NETWORK  ] relays, as the machine forbids a namespace: " << reason.what() << '\n';
    }
}

std::string CutNetwork::address() const {
    return namespace_ != nullptr ? namespace_->otherAddress() : "127.0.0.1";
}

std::vector<std::string> CutNetwork::redisOptions() const {
    if (namespace_ == nullptr) return {};
    return {"--bind", "127.0.0.1", namespace_->cuttableAddress(), "--protected-mode", "no"};
}

ServerPlace CutNetwork::nodePlace() const {
    ServerPlace place;
    if (namespace_ != nullptr) place.prefix = namespace_->prefix();
    return place;
}

std::string CutNetwork::redisUrl(std::uint16_t port) {
    if (namespace_ != nullptr) return fmt::format("url redis://{}:{};", namespace_->cuttableAddress(), port);
    redisRelay_ = std::make_unique<CutRelay>(port);
    return fmt::format("url redis://127.0.0.1:{};", redisRelay_->port());
}

std::string CutNetwork::wayTo(const std::string& url) {
    if (namespace_ != nullptr) return url;
    Poco::URI relayed(url);
    relayed.setPort(otherRelays_.emplace_back(relayed.getPort()).port());
    return relayed.toString();
}

void CutNetwork::set(Cut cut) {
    const bool all = cut == Cut::Everything;
    if (namespace_ != nullptr) {
        namespace_->setCable(!all);
        if (!all)
            namespace_->loseBetween(cut == Cut::Requests || cut == Cut::Both, cut == Cut::Answers || cut == Cut::Both);
        return;
    }
    redisRelay_->set(faultOf(cut));
    for (CutRelay& relay : otherRelays_) relay.set(all ? CutRelay::Fault::Both : CutRelay::Fault::None);
}

} // namespace hookcast::integration
