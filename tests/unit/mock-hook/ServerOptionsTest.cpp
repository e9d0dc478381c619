#include "api-server/ServerOptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::mock {
namespace {

using Arguments = std::vector<std::string>;
using ::testing::HasSubstr;

TEST(ServerOptions, HaveDefaults) {
    const auto options = parseServerOptions({});
    ASSERT_TRUE(options.ok());
    EXPECT_EQ(options.value().host, "127.0.0.1");
    EXPECT_EQ(options.value().port, 8085);
    EXPECT_EQ(options.value().threads, 1200);
    EXPECT_EQ(options.value().keepCalls, 100'000U);
    EXPECT_EQ(options.value().replyMode, ReplyMode::Plain);
    EXPECT_FALSE(options.value().quiet);
}

TEST(ServerOptions, ThePortMayBeWrittenInManyWays) {
    for (const Arguments& arguments : {Arguments{"8086"},
                                       {"-p", "8086"},
                                       {"-p8086"},
                                       {"--port", "8086"},
                                       {"--port=8086"},
                                       {"--quiet", "8086"},
                                       {"8086", "-q"}}) {
        const auto options = parseServerOptions(arguments);
        ASSERT_TRUE(options.ok()) << ::testing::PrintToString(arguments) << options.error().message;
        EXPECT_EQ(options.value().port, 8086) << ::testing::PrintToString(arguments);
    }
    EXPECT_EQ(parseServerOptions({"-p", "0"}).value().port, 0);
}

TEST(ServerOptions, ReadsTheRest) {
    const auto options = parseServerOptions(
        {"--host", "127.0.0.1", "--reply", "json", "--threads=50", "--keep", "10", "--quiet", "--help", "--version"});
    ASSERT_TRUE(options.ok()) << options.error().message;
    EXPECT_EQ(options.value().host, "127.0.0.1");
    EXPECT_EQ(options.value().replyMode, ReplyMode::Json);
    EXPECT_EQ(options.value().threads, 50);
    EXPECT_EQ(options.value().keepCalls, 10U);
    EXPECT_TRUE(options.value().quiet);
    EXPECT_TRUE(options.value().showHelp);
    EXPECT_TRUE(options.value().showVersion);
}

TEST(ServerOptions, RefusesWhatItDoesNotUnderstand) {
    for (const Arguments& arguments : {Arguments{"8o85"},
                                       {"65536"},
                                       {""},
                                       {"8085", "8086"},
                                       {"-p"},
                                       {"-p", "x"},
                                       {"--port=-1"},
                                       {"--nothing"},
                                       {"--reply", "xml"},
                                       {"--threads", "1"},
                                       {"--threads", "20001"},
                                       {"--keep", "0"},
                                       {"--keep", "1e3"}}) {
        const auto options = parseServerOptions(arguments);
        EXPECT_FALSE(options.ok()) << ::testing::PrintToString(arguments);
    }
    EXPECT_THAT(parseServerOptions({"80x"}).error().message, HasSubstr("the port must be a number from 0 to 65535"));
}

TEST(ServerOptions, TheUsageNamesEveryOption) {
    for (const char* option : {"--port", "--host", "--reply", "--threads", "--keep", "--quiet", "--help", "--version"})
        EXPECT_THAT(serverUsage(), HasSubstr(option));
    EXPECT_THAT(serverVersion(), ::testing::MatchesRegex("mock-hook-server [0-9.]+\n"));
}

} // namespace
} // namespace hookcast::mock
