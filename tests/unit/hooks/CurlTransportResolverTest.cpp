#include "hooks/CurlTransport.h"

#include "unit/hooks/TestBackend.h"
#include "unit/hooks/TransportCalls.h"
#include "unit/support/Event.h"

#include <gtest/gtest.h>

#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <memory>
#include <string_view>

namespace {

/// A name server that hangs, for a test that says so.
struct HangingResolver {
    hookcast::support::Event asked;
    hookcast::support::Event released;
    std::atomic<bool> gaveUp{false}; ///< it has hung for as long as an event is waited for
};

std::shared_ptr<HangingResolver> hangingResolver; // written while no call is under way

} // namespace

/// Stands before the C library's, so that no test depends on the network's name servers.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    const std::string_view name = node == nullptr ? "" : node;
    if (name.ends_with(".invalid")) return EAI_NONAME;
    if (name == "slow.test") {
        const auto resolver = hangingResolver;
        resolver->asked.happen();
        resolver->gaveUp = !resolver->released.wait();
        return EAI_NONAME;
    }
    using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto kReal = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return kReal(node, service, hints, result);
}

namespace hookcast::hooks {
namespace {

using Outcome = HookResponse::Outcome;

class CurlTransportResolverTest : public ::testing::Test {
  public:
    ~CurlTransportResolverTest() override { hangingResolver->released.happen(); }

  protected:
    CurlTransportResolverTest() { hangingResolver = std::make_shared<HangingResolver>(); }

    TestBackend backend_;
    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    CurlTransport transport_{{1024, 1000}, clock_, log_};
    TransportCalls calls_{transport_};
};

TEST_F(CurlTransportResolverTest, KnowsAnUnknownHost) {
    const HookResponse response = calls_.call("http://nobody.invalid/x");
    EXPECT_EQ(response.outcome, Outcome::NoSuchHost);
    EXPECT_FALSE(response.error.empty());
}

TEST_F(CurlTransportResolverTest, ANameThatHangsDelaysNoOther) {
    calls_.begin("http://slow.test/");
    ASSERT_TRUE(hangingResolver->asked.wait());
    calls_.begin(backend_.url("/zero"));
    ASSERT_TRUE(calls_.answered.wait());
    EXPECT_EQ(calls_.responses().front().first, 1U);
    hangingResolver->released.happen();
    ASSERT_TRUE(calls_.answered.wait(2));
    EXPECT_EQ(calls_.responses().back().second.outcome, Outcome::NoSuchHost);
}

TEST_F(CurlTransportResolverTest, ANameThatHangsBeyondTheTimeoutDelaysNoOther) {
    const HookResponse response = calls_.call("http://slow.test/", 50);
    EXPECT_EQ(response.outcome, Outcome::TimedOut);
    EXPECT_EQ(calls_.call(backend_.url("/zero")).outcome, Outcome::Answered);
    EXPECT_EQ(hangingResolver->released.times(), 0U);
}

TEST_F(CurlTransportResolverTest, ANameThatHangsDoesNotHoldUpTheEnd) {
    calls_.begin("http://slow.test/");
    ASSERT_TRUE(hangingResolver->asked.wait());
    transport_.stop();
    EXPECT_FALSE(hangingResolver->gaveUp) << "the resolver still hangs";
    EXPECT_EQ(calls_.count(Outcome::Stopped), 1U);
}

} // namespace
} // namespace hookcast::hooks
