// Whoever is refused tries to read from the refusal what the backend has inside.
#include "support/Configs.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"

#include <gmock/gmock.h>

#include <string>

namespace hookcast::attacks {
namespace {

using namespace integration;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMount = "http_remux { enabled on; mount [vhost]/[app]/[stream].flv; }\n";

void refuseLikeACrash(MockBackend& backend, const char* action) {
    backend.addRule(std::string(R"({"match":{"action":")") + action +
                    R"("},"reply":{"body":"Traceback: db password=hunter2"}})");
}

TEST(BackendWordsAttack, RtmpTellsNothingOfACrash) {
    MockBackend backend;
    refuseLikeACrash(backend, "on_connect");
    const HttpHookcast hookcast(defaultVhost(kMount + hooksTo(backend)));
    RtmpClient client(hookcast.rtmpPort());
    client.shakeHands();
    const Status refused = client.connect(requestFor(hookcast.rtmpPort(), "live"));
    EXPECT_EQ(refused.level, "error");
    EXPECT_THAT(refused.description, Not(HasSubstr("hunter2")));
    EXPECT_THAT(refused.description, Not(HasSubstr("Traceback")));
    EXPECT_THAT(hookcast.server().waitForLog("] refused: "), HasSubstr("password=hunter2")) << "the log has it";
}

TEST(BackendWordsAttack, HttpTellsNothingOfACrash) {
    MockBackend backend;
    refuseLikeACrash(backend, "on_play");
    const HttpHookcast hookcast(defaultVhost(kMount + hooksTo(backend)));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    HttpClient player(hookcast.httpPort());
    const HttpAnswer answer = player.get("/live/show.flv");
    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(answer.body, Not(HasSubstr("Traceback")));
    EXPECT_THAT(answer.body, HasSubstr("refused by hook"));
}

} // namespace
} // namespace hookcast::attacks
