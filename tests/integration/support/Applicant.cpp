#include "support/Applicant.h"

#include "support/Sessions.h"

#include <stdexcept>
#include <utility>

namespace hookcast::integration {

Applicant::Applicant(const HookcastServer& server, std::string opening)
    : server_(server), opening_(std::move(opening)), client_(server.port()) {}

Status Applicant::ask() {
    client_.shakeHands();
    Status connected = client_.connect(requestFor(server_.port(), "live"));
    if (opening_ == "on_connect") return connected;
    if (connected.level != "status") throw std::runtime_error("refused too early: " + connected.description);
    client_.createStream();
    return opening_ == "on_publish" ? client_.publish("show") : client_.play("show");
}

std::string refusalCodeOf(const std::string& opening) {
    if (opening == "on_connect") return "NetConnection.Connect.Rejected";
    return opening == "on_publish" ? "NetStream.Publish.Denied" : "NetStream.Play.Failed";
}

std::string admissionCodeOf(const std::string& opening) {
    if (opening == "on_connect") return "NetConnection.Connect.Success";
    return opening == "on_publish" ? "NetStream.Publish.Start" : "NetStream.Play.Start";
}

} // namespace hookcast::integration
