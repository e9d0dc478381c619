// Somebody who is no node of the cluster says that he is one, to get a stream that its backends refuse him.
#include "hooks/PullPass.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include "base/Clock.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration; // NOLINT(google-build-using-namespace): its vocabulary is that of these tests

constexpr const char* kSecret = "a secret of 26 characters!";

class PullPassAttack : public testing::Test {
  protected:
    PullPassAttack() {
        backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"body":"0"}})");
        backend_.addRule(R"({"match":{"action":"on_connect","app":"live"},"reply":{"body":"0"}})");
        backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"status":403}})");
    }

    std::string configOf(const std::string& secret) const {
        return fmt::format("cluster_redis {{ enabled on; url {}; node a; {} }}\n{}", redis_.url(),
                           secret.empty() ? "" : fmt::format("cluster_secret \"{}\";", secret),
                           defaultVhost(hooksTo(backend_)));
    }

    /// What a pass that is right would say; `secret` is not.
    static rtmp::Amf signedWith(const std::string& secret, const std::string& origin = "a", std::uint64_t fence = 1) {
        return rtmp::Amf::string(hooks::signPass({{"__defaultVhost__", "live", "cam"},
                                                  "b",
                                                  origin,
                                                  fence,
                                                  base::SystemClock().unixMs() + hooks::PullPass::kValidMs},
                                                 secret)
                                     .take());
    }

    static std::vector<rtmp::Amf> forgeries() {
        std::vector<rtmp::Amf> passes;
        for (const char* secret : {"secret", "cluster_secret", "hookcast", "a secret of 26 characters", "\n"})
            passes.push_back(signedWith(secret));
        const std::string right(signedWith("x").asString());
        const std::string body = right.substr(0, right.rfind('.') + 1);
        for (const std::string& text :
             {std::string(), std::string("."), std::string("1.."), body, body + "=", body + std::string(43, 'A'),
              std::string(60'000, 'A'), "1." + std::string(4000, '.'), std::string("1.\0.\0", 5)})
            passes.push_back(rtmp::Amf::string(text));
        passes.push_back(rtmp::Amf::null());
        passes.push_back(rtmp::Amf::undefined());
        passes.push_back(rtmp::Amf::boolean(true));
        passes.push_back(rtmp::Amf::object({{"pass", signedWith("x")}}));
        passes.push_back(rtmp::Amf::strictArray({signedWith("x")}));
        return passes;
    }

    /// Each is refused, and no backend is asked about who brings it.
    void expectRefused(const HookcastServer& server) {
        const auto publisher = startPublisher(server.port(), "cam");
        publisher->send(avcKeyframe(0));
        publisher->sync();
        const std::size_t askedBefore = backend_.calls().size();
        for (const rtmp::Amf& pass : forgeries()) {
            RtmpClient client(server.port());
            client.shakeHands();
            ConnectRequest request = requestFor(server.port(), "live");
            request.pullPass = pass;
            EXPECT_EQ(client.connect(request).description, "pull refused");
            client.expectClosed();
        }
        EXPECT_EQ(backend_.calls().size(), askedBefore);
        EXPECT_THROW(startPlayer(server.port(), "cam"), std::runtime_error) << "others are asked about as ever";
    }

    MockBackend backend_;
    RedisProcess redis_;
};

TEST_F(PullPassAttack, PassesThatAreSignedByNobody) {
    expectRefused(HookcastServer(configOf(kSecret)));
}

TEST_F(PullPassAttack, AServerWithoutASecretTakesNone) {
    expectRefused(HookcastServer(configOf("")));
}

} // namespace
} // namespace hookcast::attacks
