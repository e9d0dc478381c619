#include "http/HttpSession.h"

#include "unit/http/HttpBench.h"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::http {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers when the test says so.
class Slow final : public HttpActivity {
  public:
    Slow(HttpPort& port, std::vector<std::string>& story) : port_(port), story_(story) {}
    ~Slow() override { story_.emplace_back("destroyed"); }

    void start() override { story_.emplace_back("started"); }
    void close(const std::string& reason) override { story_.push_back("closed: " + reason); }
    void finish(const std::string& text = "slow") { port_.respond(textResponse(200, text), {}); }

  private:
    HttpPort& port_;
    std::vector<std::string>& story_;
};

/// Answers at once, with as many bytes as it is told.
class Prompt final : public HttpActivity {
  public:
    Prompt(HttpPort& port, std::vector<std::string>& story, std::size_t sizeBytes)
        : port_(port), story_(story), body_(sizeBytes, 'x') {}
    ~Prompt() override { story_.emplace_back("destroyed"); }

    void start() override {
        story_.emplace_back("started");
        HttpResponse head;
        head.bodyBytes = body_.size();
        const iovec front = rest();
        sent_ = port_.beginBody(head, {&front, 1});
        pump();
    }
    void onWritable() override {
        story_.emplace_back("went on");
        pump();
    }
    void close(const std::string& reason) override { story_.push_back("closed: " + reason); }

  private:
    iovec rest() { return {body_.data() + sent_, body_.size() - sent_}; }
    void pump() {
        const iovec range = rest();
        sent_ += port_.session().write({&range, 1});
        if (sent_ == body_.size()) port_.endBody();
    }

    HttpPort& port_;
    std::vector<std::string>& story_;
    std::string body_;
    std::size_t sent_ = 0;
};

/// `/prompt/BYTES` is answered at once by an activity, `/large/BYTES` without one; `/echo...` is answered with what was
/// asked, `/slow` later,
/// `/refused` with a refusal; the rest is not its own.
class TestHandler final : public HttpHandler {
  public:
    std::optional<std::string> handle(const HttpRequest& request, const RequestTarget& target,
                                      HttpPort& port) override {
        if (target.path.starts_with("/echo")) {
            port.respond(textResponse(200, request.method() + " " + target.url + " "), {});
            return std::nullopt;
        }
        if (target.path == "/refused") {
            port.respond(textResponse(403, "no"), "not today");
            return std::nullopt;
        }
        if (constexpr std::string_view kPrompt = "/prompt/"; target.path.starts_with(kPrompt)) {
            port.run(std::make_unique<Prompt>(port, story, std::stoul(target.path.substr(kPrompt.size()))));
            return std::nullopt;
        }
        if (constexpr std::string_view kLarge = "/large/"; target.path.starts_with(kLarge)) {
            port.respond(textResponse(200, std::string(std::stoul(target.path.substr(kLarge.size())), 'x')), {});
            return std::nullopt;
        }
        if (target.path != "/slow") return "not mine";
        auto activity = std::make_unique<Slow>(port, story);
        slow = activity.get();
        port.run(std::move(activity));
        return std::nullopt;
    }

    Slow* slow = nullptr;
    std::vector<std::string> story;
};

class HttpSessionTest : public testing::Test {
  protected:
    explicit HttpSessionTest(config::Config config = {}) : bench_(std::move(config)) {
        bench_.context.handlers = {&handler_};
        bench_.open();
    }

    TestHandler handler_;
    HttpBench bench_;
};

TEST_F(HttpSessionTest, AnswersOneRequestAfterAnother) {
    const std::string first = bench_.get("/echo?token=secret");
    EXPECT_THAT(first, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Server: hookcast/test\r\n"),
                             HasSubstr("Connection: keep-alive\r\n"), HasSubstr("Date: "),
                             EndsWith("\r\n\r\nGET http://a/echo?token=secret \n")));
    bench_.peer().send("POST /echo/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(bench_.answer(), EndsWith("POST http://a/echo/2 \n"));
    EXPECT_EQ(bench_.gone(), 0);
}

TEST_F(HttpSessionTest, AnswersRequestsThatCameTogetherInTheirOrder) {
    bench_.peer().send("GET /echo/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /echo/2 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(bench_.answer(), EndsWith("/echo/1 \n"));
    EXPECT_THAT(bench_.answer(), EndsWith("/echo/2 \n"));
}

TEST_F(HttpSessionTest, LeavesTheBodyOutForHead) {
    bench_.peer().send("HEAD /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(bench_.peer().receiveToEnd(), AllOf(HasSubstr("Content-Length: 20\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(HttpSessionTest, EndsWhereTheClientWantsItTo) {
    bench_.peer().send("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(bench_.peer().receiveToEnd(), HasSubstr("Connection: close\r\n"));
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_THAT(bench_.lineWith("closed: "), AllOf(HasSubstr("[info]"), HasSubstr("closed: answered")));
}

TEST_F(HttpSessionTest, SaysWhyNobodyTakesARequest) {
    EXPECT_THAT(bench_.get("/other?token=secret"),
                AllOf(StartsWith("HTTP/1.1 404 Not Found\r\n"), EndsWith("\r\n\r\nnot mine\n")));
    EXPECT_THAT(bench_.lineWith("GET /other"),
                AllOf(EndsWith("[http-1] GET /other: 404 not mine"), Not(HasSubstr("secret"))));
}

TEST_F(HttpSessionTest, LogsOneLineForEachRefusal) {
    bench_.get("/refused");
    EXPECT_THAT(bench_.lineWith("GET /refused"), EndsWith("GET /refused: 403 not today"));
    bench_.get("/echo");
    bench_.get("/../x");
    EXPECT_THAT(bench_.lineWith("GET /../x"), EndsWith("GET /../x: 400 the path goes up"));
    EXPECT_EQ(bench_.lines(), 2U);
}

TEST_F(HttpSessionTest, AnswersOptionsForEveryPath) {
    for (const char* target : {"*", "/echo", "/nothing"}) {
        bench_.peer().send(std::string("OPTIONS ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_THAT(bench_.answer(),
                    AllOf(StartsWith("HTTP/1.1 204 No Content\r\n"), HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"),
                          HasSubstr("Access-Control-Allow-Origin: *\r\n"),
                          HasSubstr("Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n")));
    }
}

TEST_F(HttpSessionTest, EndsABrokenRequestWithAnAnswer) {
    bench_.peer().send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\nBROKEN\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(bench_.answer(), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(bench_.peer().receiveToEnd(),
                AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"), HasSubstr("Connection: close\r\n"),
                      EndsWith("\r\n\r\na broken request line\n")));
    EXPECT_THAT(bench_.lineWith("closed: "),
                AllOf(HasSubstr("[warn]"), HasSubstr("closed: broken request: 400 a broken request line")));
}

TEST_F(HttpSessionTest, LetsTheNextRequestWaitForAnAnswerThatTakesItsTime) {
    bench_.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /echo/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    bench_.gate.pass(600000); // no deadline is the client's to keep
    EXPECT_EQ(handler_.story, std::vector<std::string>{"started"});
    bench_.gate.runner.run([this] { handler_.slow->finish(); });
    EXPECT_THAT(bench_.answer(), EndsWith("slow\n"));
    EXPECT_THAT(bench_.answer(), EndsWith("/echo/1 \n"));
    bench_.gate.runner.settle();
    EXPECT_EQ(handler_.story, (std::vector<std::string>{"started", "destroyed"}));
}

TEST_F(HttpSessionTest, AnActivityThatAnswersAtOnceIsGoneBeforeTheNextRequest) {
    bench_.peer().send("GET /prompt/3 HTTP/1.1\r\nHost: a\r\n\r\n"
                       "GET /prompt/0 HTTP/1.1\r\nHost: a\r\n\r\n"
                       "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(bench_.answer(), EndsWith("\r\n\r\nxxx"));
    EXPECT_THAT(bench_.answer(), HasSubstr("Content-Length: 0\r\n"));
    EXPECT_THAT(bench_.answer(), HasSubstr("GET http://a/echo"));
    bench_.gate.runner.settle();
    EXPECT_THAT(handler_.story, testing::ElementsAre("started", "destroyed", "started", "destroyed"));
}

TEST_F(HttpSessionTest, ABodyThatDoesNotFitGoesOnAndTheNextRequestWaits) {
    constexpr std::size_t kBytes = 32 * 1024 * 1024;
    bench_.say("GET /prompt/" + std::to_string(kBytes) +
               " HTTP/1.1\r\nHost: a\r\n\r\n"
               "GET /prompt/3 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(bench_.gate.runner.run([&] { return handler_.story; }), std::vector<std::string>{"started"});
    const std::string answer = bench_.answer();
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, kBytes);
    EXPECT_THAT(bench_.answer(), EndsWith("xxx"));
    bench_.gate.runner.settle();
    const std::vector<std::string>& story = handler_.story;
    ASSERT_GE(story.size(), 5U);
    EXPECT_EQ(story[1], "went on");
    EXPECT_EQ(std::vector<std::string>(story.end() - 3, story.end()),
              (std::vector<std::string>{"destroyed", "started", "destroyed"}));
}

TEST_F(HttpSessionTest, TellsAnActivityThatItsClientHasLeft) {
    bench_.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_EQ(handler_.story.at(1), "closed: peer closed the connection");
}

TEST_F(HttpSessionTest, GivesAHeaderItsTimeFromTheConnectionOn) {
    bench_.gate.pass(5000);
    bench_.say("GET /echo HTTP/1.1\r\n");
    bench_.gate.pass(4999);
    EXPECT_EQ(bench_.gone(), 0);
    bench_.say("Host: a\r\n");
    bench_.gate.pass(2);
    EXPECT_THAT(bench_.peer().receiveToEnd(), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(bench_.lineWith("closed: "), HasSubstr("closed: slow request: 408 no whole request header within"));
}

TEST_F(HttpSessionTest, GivesALaterHeaderItsTimeFromItsFirstByteOn) {
    bench_.get("/echo");
    bench_.gate.pass(30000);
    bench_.say("G");
    bench_.gate.pass(9999);
    EXPECT_EQ(bench_.gone(), 0);
    bench_.gate.pass(2);
    EXPECT_THAT(bench_.peer().receiveToEnd(), StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpSessionTest, GivesABodyItsTime) {
    bench_.gate.pass(9000);
    bench_.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
    bench_.gate.pass(9999);
    EXPECT_EQ(bench_.gone(), 0);
    bench_.gate.pass(2);
    EXPECT_THAT(bench_.peer().receiveToEnd(), StartsWith("HTTP/1.1 200")) << "nothing waits for a body";
    EXPECT_THAT(bench_.lineWith("closed: "), HasSubstr("no whole request body within"));
}

TEST_F(HttpSessionTest, ReadsABodyOver) {
    bench_.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /");
    bench_.gate.pass(9000);
    bench_.get("/echo");
    bench_.gate.pass(59999);
    EXPECT_EQ(bench_.gone(), 0) << "the time of the body is over with the body";
}

TEST_F(HttpSessionTest, ClosesOnceItHasRefusedARequestWhoseBodyIsToCome) {
    bench_.say("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    EXPECT_THAT(bench_.peer().receiveToEnd(), AllOf(StartsWith("HTTP/1.1 403"), HasSubstr("Connection: close")));
}

TEST_F(HttpSessionTest, EndsAConnectionThatIsIdle) {
    bench_.get("/echo");
    bench_.gate.pass(59999);
    EXPECT_EQ(bench_.gone(), 0);
    bench_.gate.pass(2);
    EXPECT_EQ(bench_.peer().receiveToEnd(), "");
    EXPECT_THAT(bench_.lineWith("closed: "),
                AllOf(HasSubstr("[info]"), HasSubstr("closed: no further request within")));
}

config::Config withoutCors() {
    config::Config config;
    config.http.crossdomain = false;
    return config;
}

class HttpSessionWithoutCorsTest : public HttpSessionTest {
  protected:
    HttpSessionWithoutCorsTest() : HttpSessionTest(withoutCors()) {}
};

TEST_F(HttpSessionWithoutCorsTest, SaysNothingOfOtherOrigins) {
    EXPECT_THAT(bench_.get("/echo"), Not(HasSubstr("Access-Control")));
    bench_.peer().send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(bench_.answer(), AllOf(HasSubstr("Allow: GET"), Not(HasSubstr("Access-Control"))));
}

config::Config withSmallBuffer() {
    config::Config config;
    config.limits.controlBytes = 4096;
    return config;
}

class HttpSessionBufferTest : public HttpSessionTest {
  protected:
    HttpSessionBufferTest() : HttpSessionTest(withSmallBuffer()) {}
};

constexpr std::size_t kLargeBytes = 20'000'000; // more than any socket takes

TEST_F(HttpSessionBufferTest, AnAnswerMayBeLargerThanTheBuffer) {
    for (int i = 0; i < 2; ++i)
        EXPECT_THAT(bench_.get("/large/" + std::to_string(kLargeBytes)), testing::SizeIs(testing::Gt(kLargeBytes)));
    EXPECT_THAT(bench_.get("/echo"), EndsWith("GET http://a/echo \n"));
    EXPECT_EQ(bench_.gone(), 0);
}

TEST_F(HttpSessionBufferTest, ALargeAnswerMayComeLaterAndTheConnectionGoesOn) {
    bench_.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    bench_.gate.runner.run([this] { handler_.slow->finish(std::string(kLargeBytes, 'x')); });
    EXPECT_THAT(bench_.answer(), testing::SizeIs(testing::Gt(kLargeBytes)));
    EXPECT_THAT(bench_.answer(), EndsWith("GET http://a/echo \n"));
    EXPECT_THAT(handler_.story, testing::ElementsAre("started", "destroyed"));
}

TEST_F(HttpSessionBufferTest, ALargeAnswerIsWholeWhereTheConnectionEndsWithIt) {
    bench_.say("GET /large/" + std::to_string(kLargeBytes) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(bench_.peer().receiveToEnd(), testing::SizeIs(testing::Gt(kLargeBytes)));
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_THAT(bench_.lineWith("closed: "), HasSubstr("closed: answered"));
}

TEST_F(HttpSessionBufferTest, RequestsWaitForAClientThatDoesNotRead) {
    std::string requests;
    for (int i = 0; i < 40; ++i) requests += "GET /large/1000000 HTTP/1.1\r\nHost: a\r\n\r\n";
    bench_.say(requests);
    for (int i = 0; i < 40; ++i) EXPECT_THAT(bench_.answer(), testing::SizeIs(testing::Gt(1'000'000U))) << i;
    EXPECT_EQ(bench_.gone(), 0);
}

TEST_F(HttpSessionBufferTest, EndsAClientThatTakesNothingOfAnAnswer) {
    bench_.say("GET /large/" + std::to_string(kLargeBytes) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    bench_.gate.pass(config::LimitsConfig().idleTimeoutMs + 1);
    bench_.gate.pass(5000); // for what is on its way
    EXPECT_TRUE(bench_.ends());
    EXPECT_THAT(bench_.lineWith("closed: "),
                HasSubstr("closed: the client took nothing of an answer for idle_timeout"));
}

} // namespace
} // namespace hookcast::http
