#include "outputs/ExecPlan.h"

#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::outputs {
namespace {

using Words = std::vector<std::string>;

class ExecPlanTest : public ::testing::Test {
  protected:
    ExecPlanTest() {
        support::changePlace(*client_, [](hooks::ClientPlace& place) {
            place.tcUrl = "rtmp://host/live";
            place.pageUrl = "http://page/";
        });
    }

    base::Result<base::Command> plan(const Words& words) {
        hub::PublishedStream stream;
        stream.key = key_;
        stream.opening.client = client_;
        stream.vhost = std::make_shared<config::VhostConfig>();
        return planExec(words, stream, rtmpPort_, 1'000'000'007);
    }
    Words arguments(const Words& words) {
        Words all = {"./program"};
        all.insert(all.end(), words.begin(), words.end());
        auto command = plan(all);
        return command ? command.value().arguments : Words{"error: " + command.error().message};
    }

    std::uint16_t rtmpPort_ = 1936;
    hooks::StreamKey key_{"own.com", "live", "show"};
    std::shared_ptr<hooks::ClientInfo> client_ = support::someClient();
};

TEST_F(ExecPlanTest, ReplacesSrssVariables) {
    EXPECT_EQ(arguments({"[vhost]", "[port]", "x[app]/[stream]y"}), (Words{"own.com", "1936", "xlive/showy"}));
    EXPECT_EQ(arguments({"[url]"}), (Words{"rtmp://127.0.0.1:1936/live?vhost=own.com/show"}));
    EXPECT_EQ(arguments({"[tcUrl]", "[pageUrl]", "a[swfUrl][engine]"}),
              (Words{"rtmp://host/live", "http://page/", "a"}));
    EXPECT_EQ(arguments({"[timestamp]", "[999]", "[other]"}), (Words{"1000000007", "007", "[other]"}));
    key_.vhost = "__defaultVhost__";
    EXPECT_EQ(arguments({"[url]"}), (Words{"rtmp://127.0.0.1:1936/live/show"}));
}

TEST_F(ExecPlanTest, TheProgramIsTakenAsItIs) {
    EXPECT_EQ(plan({"./[stream]"}).value().program, "./[stream]");
}

TEST_F(ExecPlanTest, OutputAndErrorsMayGoToFiles) {
    const auto command = plan({"./program", "a", ">[stream].out", "2>[app].err", ">", "b>c"});
    ASSERT_TRUE(command);
    EXPECT_EQ(command.value().outputFile, "show.out");
    EXPECT_EQ(command.value().errorFile, "live.err");
    EXPECT_EQ(command.value().arguments, (Words{"a", ">", "b>c"}));
    EXPECT_EQ(plan({"./program", "1>x"}).value().outputFile, "x");
    EXPECT_EQ(plan({"./program", ">[tcUrl]"}).value().outputFile, "[tcUrl]") << "no place for what a client says";
}

TEST_F(ExecPlanTest, AWordStaysOneArgument) {
    key_.stream = "a b; rm -rf \"x\" $(y) [app] >z";
    EXPECT_EQ(arguments({"-y", "[stream]"}), (Words{"-y", key_.stream}));
}

TEST_F(ExecPlanTest, VariablesAreInTheEnvironmentToo) {
    key_.stream = "$(touch x)";
    EXPECT_EQ(plan({"./program"}).value().environment,
              (Words{"HOOKCAST_VHOST=own.com", "HOOKCAST_APP=live", "HOOKCAST_STREAM=$(touch x)",
                     "HOOKCAST_URL=rtmp://127.0.0.1:1936/live?vhost=own.com/$(touch x)",
                     "HOOKCAST_TC_URL=rtmp://host/live", "HOOKCAST_PAGE_URL=http://page/"}));
}

TEST_F(ExecPlanTest, WithoutRtmpNobodyIsToldWhereItIs) {
    rtmpPort_ = 0;
    for (const char* word : {"[url]", "-p[port]"})
        EXPECT_EQ(arguments({word}), (Words{"error: it wants [port] or [url], and RTMP is not served"}));
    const auto command = plan({"./program", "[app]/[stream]"});
    ASSERT_TRUE(command);
    EXPECT_EQ(command.value().arguments, Words{"live/show"});
    EXPECT_EQ(command.value().environment.at(3), "HOOKCAST_URL=");
}

TEST_F(ExecPlanTest, AClientMakesNoOption) {
    key_.stream = "-version";
    EXPECT_EQ(arguments({"[stream]"}), (Words{"error: what the client says would become an option"}));
    EXPECT_EQ(arguments({"./[stream]"}), (Words{"./-version"}));
    key_.stream = "show";
    support::changePlace(*client_, [](hooks::ClientPlace& place) { place.pageUrl = "--help"; });
    EXPECT_EQ(arguments({"[pageUrl]"}), (Words{"error: what the client says would become an option"}));
}

TEST_F(ExecPlanTest, AClientLeadsNoFileElsewhere) {
    for (const std::string& name :
         {std::string("../x"), std::string("a/../../x"), std::string("/x"), std::string("."), std::string("a\0b", 3)}) {
        key_.stream = name;
        EXPECT_EQ(arguments({"./[stream]"}), (Words{"error: the stream's name cannot be one of a file"})) << name;
    }
    key_.stream = "show";
    support::changePlace(*client_, [](hooks::ClientPlace& place) { place.tcUrl = std::string("a\0b", 3); });
    EXPECT_EQ(arguments({"[tcUrl]"}), (Words{"error: what the client says holds a NUL byte"}));
}

} // namespace
} // namespace hookcast::outputs
