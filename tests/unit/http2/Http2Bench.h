#pragma once

#include "http2/Speaker.h"
#include "unit/http/HttpBench.h"
#include "unit/http2/Http2Client.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::http2 {

using http::HttpPort;
using http::HttpRequest;
using http::RequestTarget;

/// What is going on about one request, as the test wants it to.
class Act final : public http::HttpActivity {
  public:
    Act(HttpPort& itsPort, std::string name, std::vector<std::string>& story)
        : port(itsPort), name_(std::move(name)), story_(story) {}
    ~Act() override { story_.push_back(name_ + " destroyed"); }

    void start() override {
        if (!name_.starts_with("late")) port.session().setAdmitted(true);
        story_.push_back(name_ + " started");
    }
    void onWritable() override {
        if (onRoom) onRoom();
    }
    void close(const std::string& reason) override { story_.push_back(name_ + " closed: " + reason); }
    std::string vhostName() const override { return name_; }

    HttpPort& port;
    std::function<void()> onRoom;

  private:
    std::string name_;
    std::vector<std::string>& story_;
};

/// Sends so many bytes, as far as there is room.
class Sender {
  public:
    Sender(Act& act, std::size_t sizeBytes) : act_(act), body_(sizeBytes, 'x') {}

    void begin() {
        http::HttpResponse head;
        head.bodyBytes = body_.size();
        const iovec front{body_.data(), body_.size()};
        sent_ = act_.port.beginBody(head, {&front, 1});
        goOn();
    }
    void goOn() {
        const iovec rest{body_.data() + sent_, body_.size() - sent_};
        if (sent_ < body_.size()) sent_ += act_.port.session().write({&rest, 1});
        if (sent_ == body_.size()) act_.port.endBody();
    }

  private:
    Act& act_;
    std::string body_;
    std::size_t sent_ = 0;
};

/// `/act/NAME` is what the test makes of it; `/send/BYTES` is answered with so many; `/throw` throws; the rest is
/// answered with what was asked.
class TestHandler final : public http::HttpHandler {
  public:
    std::optional<std::string> handle(const HttpRequest& request, const RequestTarget& target,
                                      HttpPort& port) override {
        const std::string last = target.path.substr(target.path.rfind('/') + 1);
        if (target.path == "/throw") throw std::runtime_error("thrown in a handler");
        if (target.path == "/nobody") return "not mine";
        if (target.path.starts_with("/act/") || target.path.starts_with("/send/")) {
            auto made = std::make_unique<Act>(port, last, story);
            Act& act = *made;
            acts[last] = made.get();
            port.run(std::move(made));
            if (target.path.starts_with("/send/")) {
                auto sender = std::make_shared<Sender>(act, std::stoul(last));
                act.onRoom = [sender] { sender->goOn(); };
                sender->begin();
            }
            return std::nullopt;
        }
        port.respond(http::textResponse(200, request.method() + " " + target.url + " " + port.caller().ip), {});
        return std::nullopt;
    }

    std::map<std::string, Act*> acts;
    std::vector<std::string> story;
};

inline config::Config configWith(const std::function<void(config::Config&)>& change) {
    config::Config config;
    change(config);
    return config;
}

/// A session whose client speaks HTTP/2, and what its requests come to.
class Http2Bench : public testing::Test {
  protected:
    explicit Http2Bench(config::Config config = {}) : bench_(std::move(config)) {
        bench_.context.handlers = {&handler_};
        bench_.context.http2 = &speaker_;
        bench_.open();
    }
    ~Http2Bench() override { bench_.drop(); }

    /// Until `isSo`; false: it does not come to that.
    template <typename IsSo>
    bool talkUntil(IsSo isSo) {
        const auto patience = std::chrono::steady_clock::now() + support::kPatience;
        while (!isSo()) {
            const std::string said = client_.toSend();
            if (!said.empty()) bench_.peer().send(said);
            if (isSo()) return true;
            if (std::chrono::steady_clock::now() > patience) return false;
            const std::string heard = bench_.peer().receiveSome();
            if (heard.empty() || !client_.hear(heard)) return isSo();
        }
        return true;
    }

    const Http2Client::Answer& get(const std::string& path, const Http2Client::Fields& fields = {}) {
        const std::int32_t stream = client_.get(path, fields);
        EXPECT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; })) << path;
        return client_.answer(stream);
    }

    /// Asks for what goes on, and returns when it does.
    std::int32_t begin(const std::string& name) {
        const std::int32_t stream = client_.get("/act/" + name);
        bench_.peer().send(client_.toSend());
        waitFor(name + " started");
        return stream;
    }

    void waitFor(const std::string& event) {
        const auto patience = std::chrono::steady_clock::now() + support::kPatience;
        while (std::chrono::steady_clock::now() < patience) {
            const std::vector<std::string> all = story();
            if (std::find(all.begin(), all.end(), event) != all.end()) return;
        }
        ADD_FAILURE() << "never: " << event;
    }

    std::vector<std::string> story() {
        bench_.gate.runner.settle();
        return bench_.gate.runner.run([this] { return handler_.story; });
    }

    void on(const std::string& name, const std::function<void(HttpPort&)>& step) {
        bench_.gate.runner.run([&] { step(handler_.acts.at(name)->port); });
        bench_.gate.runner.settle();
    }

    TestHandler handler_;
    http::Http2Figures figures_;
    http::HttpBench bench_;
    Speaker speaker_{bench_.context, figures_};
    Http2Client client_;
};

} // namespace hookcast::http2
