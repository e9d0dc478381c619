// What a call says beside its body, whom it reaches, and what is read of the answer's header.
#include "hooks/CurlCall.h"
#include "hooks/CurlTransport.h"
#include "hooks/Signature.h"

#include "unit/hooks/TestBackend.h"
#include "unit/hooks/TransportCalls.h"
#include "unit/support/TempDir.h"

#include <Poco/Net/SocketAddress.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::hooks {
namespace {

using Outcome = HookResponse::Outcome;
using Request = TestBackend::Request;
using Response = TestBackend::Response;
using testing::HasSubstr;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kOther = "whsec_aGVyZSBzdGFuZHMgYSBrZXkgb2YgeW91ciBvd24h";

class CurlCallTest : public ::testing::Test {
  protected:
    HookRequest requestTo(const std::string& url, const config::CallTerms& terms = {}) const {
        HookRequest request;
        request.id = "id-1";
        request.url = url;
        request.contentType = "application/json";
        request.body = R"({"a":1})";
        request.timeoutMs = support::kPatienceMs;
        request.terms = std::make_shared<config::CallTerms>(terms);
        return request;
    }

    /// The headers that the backend sees, by name.
    std::map<std::string, std::string> headersOf(HookRequest request) {
        std::map<std::string, std::string> seen;
        backend_.on("/x", [&seen](Request& its, Response& response) {
            for (const auto& [name, value] : its) seen[name] = value;
            TestBackend::reply(response, "0");
        });
        EXPECT_EQ(calls_.call(std::move(request)).status, 200);
        return seen;
    }

    HookResponse answerWith(const std::map<std::string, std::string>& fields, int status = 200) {
        backend_.on("/x", [&fields, status](Request&, Response& response) {
            response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
            for (const auto& [name, value] : fields) response.set(name, value);
            TestBackend::reply(response, "0");
        });
        return calls_.call(requestTo(backend_.url("/x")));
    }

    TestBackend backend_;
    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    CurlTransport transport_{{1024, 20'000}, clock_, log_};
    TransportCalls calls_{transport_};
};

TEST_F(CurlCallTest, HasItsIdAndNoSignatureWithoutASecret) {
    const auto seen = headersOf(requestTo(backend_.url("/x")));
    EXPECT_EQ(seen.at("webhook-id"), "id-1");
    EXPECT_FALSE(seen.contains("webhook-timestamp"));
    EXPECT_FALSE(seen.contains("webhook-signature"));
    HookRequest nameless = requestTo(backend_.url("/x"));
    nameless.id.clear();
    EXPECT_FALSE(headersOf(nameless).contains("webhook-id"));
}

TEST_F(CurlCallTest, IsSignedOverItsBodyNow) {
    config::CallTerms terms;
    terms.secrets = {kSecret, kOther};
    const std::int64_t before = clock_.unixS();
    const auto seen = headersOf(requestTo(backend_.url("/x"), terms));
    const std::int64_t timestamp = std::stoll(seen.at("webhook-timestamp"));
    EXPECT_GE(timestamp, before);
    EXPECT_LE(timestamp, clock_.unixS());
    EXPECT_EQ(seen.at("webhook-signature"), signatureOf(terms.secrets, "id-1", timestamp, R"({"a":1})"));
}

TEST_F(CurlCallTest, AGetIsSignedOverTheQueryThatIsSent) {
    config::CallTerms terms;
    terms.secrets = {kSecret};
    std::string query;
    std::string signature;
    std::string timestamp;
    backend_.on("/x?own=1&call=play", [&](Request& its, Response& response) {
        query = its.getURI().substr(its.getURI().find('?') + 1);
        signature = its.get("webhook-signature");
        timestamp = its.get("webhook-timestamp");
        TestBackend::reply(response, "0");
    });
    HookRequest request = requestTo(backend_.url("/x?own=1&call=play#part"), terms);
    request.method = config::HttpMethod::Get;
    EXPECT_EQ(calls_.call(request).status, 200);
    EXPECT_EQ(query, "own=1&call=play");
    EXPECT_EQ(signature, signatureOf({kSecret}, "id-1", std::stoll(timestamp), query));
}

TEST_F(CurlCallTest, HasTheHeadersOfItsTerms) {
    config::CallTerms terms;
    terms.headers = {{"Authorization", "Bearer x y"}, {"X-Site", "a;b, c"}};
    terms.userAgent = "me/1";
    const auto seen = headersOf(requestTo(backend_.url("/x"), terms));
    EXPECT_EQ(seen.at("Authorization"), "Bearer x y");
    EXPECT_EQ(seen.at("X-Site"), "a;b, c");
    EXPECT_EQ(seen.at("User-Agent"), "me/1");
    EXPECT_EQ(seen.at("Content-Type"), "application/json");
}

TEST_F(CurlCallTest, ReadsHowLongToWaitAndToKeep) {
    EXPECT_EQ(answerWith({{"Retry-After", "7"}}, 503).retryAfterMs, 7000);
    EXPECT_EQ(answerWith({{"Retry-After", "later"}}, 503).retryAfterMs, std::nullopt);
    EXPECT_EQ(answerWith({{"Cache-Control", "private, max-age=60"}}).maxAgeMs, 60'000);
    EXPECT_EQ(answerWith({{"Cache-Control", "max-age=60"}}, 403).maxAgeMs, std::nullopt);
    EXPECT_EQ(answerWith({}).maxAgeMs, std::nullopt);
}

/// Answers 0 to whoever connects to a socket of this machine, and keeps the connection while its peer does.
class SocketBackend {
  public:
    explicit SocketBackend(const std::string& path)
        : socket_(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path)), thread_([this] { serve(); }) {}
    ~SocketBackend() {
        stopping_ = true;
        Poco::Net::StreamSocket(socket_.address()).close();
        thread_.join();
    }
    SocketBackend(const SocketBackend&) = delete;
    SocketBackend& operator=(const SocketBackend&) = delete;

    const std::string& request() const { return request_; } ///< the latest; once it has been answered
    int connections() const { return connections_; }

  private:
    void serve() {
        for (;;) {
            Poco::Net::StreamSocket client = socket_.acceptConnection();
            if (stopping_) return;
            ++connections_;
            for (;;) {
                std::array<char, 4096> bytes{};
                const int size = client.receiveBytes(bytes.data(), static_cast<int>(bytes.size()));
                if (size <= 0) break;
                request_.assign(bytes.data(), static_cast<std::size_t>(size));
                const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0";
                client.sendBytes(answer.data(), static_cast<int>(answer.size()));
            }
        }
    }

    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0};
    std::string request_;
    std::thread thread_;
};

TEST_F(CurlCallTest, ReachesASocketOfThisMachine) {
    const support::TempDir folder;
    const SocketBackend backend(folder.file("app.sock"));
    const HookResponse response = calls_.call(requestTo("http://unix:" + folder.file("app.sock") + ":/path?a=b:c"));
    EXPECT_EQ(response.outcome, Outcome::Answered) << response.error;
    EXPECT_EQ(response.body, "0");
    EXPECT_TRUE(backend.request().starts_with("POST /path?a=b:c HTTP/1.1\r\nHost: localhost\r\n")) << backend.request();
    EXPECT_TRUE(backend.request().ends_with("\r\n\r\n{\"a\":1}")) << backend.request();
}

/// What tells a reset from an end is a connection's address, which these have not: none is used twice.
TEST_F(CurlCallTest, EachCallToASocketHasAConnectionOfItsOwn) {
    const support::TempDir folder;
    const SocketBackend backend(folder.file("app.sock"));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(calls_.call(requestTo("http://unix:" + folder.file("app.sock") + ":/")).status, 200);
    EXPECT_EQ(backend.connections(), 5);
}

TEST_F(CurlCallTest, NamesTheSocketThatNobodyListensAt) {
    const support::TempDir folder;
    const HookResponse response = calls_.call(requestTo("http://unix:" + folder.file("none.sock") + ":/path?secret=1"));
    EXPECT_EQ(response.outcome, Outcome::ConnectFailed);
    EXPECT_THAT(response.error, HasSubstr("none.sock"));
    EXPECT_THAT(response.error, testing::Not(HasSubstr("secret")));
}

/// One without an answer must not hold up the other, nor take its connections.
TEST_F(CurlCallTest, SocketsAreEndpointsOfTheirOwn) {
    const auto endpointOf = [this](const std::string& url) {
        return CurlCall(
                   requestTo(url), [](const HookResponse&) {}, 0)
            .endpoint();
    };
    EXPECT_EQ(endpointOf("http://unix:/a.sock:/x?y"), "unix:/a.sock");
    EXPECT_NE(endpointOf("http://unix:/a.sock:/x"), endpointOf("http://unix:/b.sock:/x"));
    EXPECT_NE(endpointOf("http://unix:/a.sock:/x"), endpointOf("http://localhost/x"));
}

TEST_F(CurlCallTest, ACertificateOfOursThatIsNoneIsAFailureOfTls) {
    config::CallTerms terms;
    terms.certFile = "/none.pem";
    const HookResponse response = calls_.call(requestTo("https://127.0.0.1:1/", terms));
    EXPECT_TRUE(wasNobodyReached(response.outcome)) << response.error;
}

} // namespace
} // namespace hookcast::hooks
