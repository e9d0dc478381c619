#include "config/Dump.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using Commands = std::vector<std::vector<std::string>>;

constexpr const char* kFile = R"(listen 1935;
vhost __defaultVhost__ {
    exec {
        enabled on;
        publish ./a -i [url] "two words" >out.txt;
        publish ./b;
    }
}
)";

Commands commandsOf(const LoadOutcome& outcome) {
    return outcome.config == nullptr ? Commands() : test::defaultVhost(outcome)->exec.publish;
}

TEST(ExecConfigTest, everyLineIsAProgramWithItsArguments) {
    const LoadOutcome outcome = test::load(kFile);
    EXPECT_EQ(commandsOf(outcome), (Commands{{"./a", "-i", "[url]", "two words", ">out.txt"}, {"./b"}}));
    EXPECT_EQ(test::messages(outcome), "");
}

TEST(ExecConfigTest, theySurviveADump) {
    const LoadOutcome outcome = test::load(kFile);
    EXPECT_EQ(commandsOf(test::load(dump(outcome))), commandsOf(outcome)) << dump(outcome);
}

TEST(ExecConfigTest, thereAreNoneByDefault) {
    EXPECT_EQ(commandsOf(test::load("listen 1935; vhost __defaultVhost__ { }")), Commands());
}

TEST(ExecConfigTest, programsThatLookForRtmpWhereItIsOffAreToldOf) {
    const std::string off = "rtmp { enabled off; } rtsp_server { enabled on; } vhost a { ";
    EXPECT_NE(test::messages(test::load(off + "exec { enabled on; publish ./a [url]; } }"))
                  .find("vhost a: a program of exec wants [port] or [url], and RTMP is not served"),
              std::string::npos);
    EXPECT_NE(test::messages(test::load(off + "ingest x { enabled on; input { type file; url x.flv; } engine { enabled "
                                              "on; output rtmp://127.0.0.1:[port]/live/y; } } }"))
                  .find("vhost a: an ingest pushes to [port], and RTMP is not served"),
              std::string::npos);
    EXPECT_EQ(test::messages(test::load(off + "exec { enabled on; publish ./a [stream]; } }")), "");
}

} // namespace
} // namespace hookcast::config
