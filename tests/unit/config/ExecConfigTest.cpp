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

} // namespace
} // namespace hookcast::config
