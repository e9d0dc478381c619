#include "config/ExecText.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using Words = std::vector<std::string>;

bool isFaulty(const Words& words) {
    return !execTextFault(words).empty();
}

TEST(ExecTextTest, NoVariableStandsInAProgramsText) {
    const std::vector<Words> faulty = {
        {"sh", "-c", "ffmpeg -i [url]"},
        {"/bin/bash", "-c", "echo [stream]"},
        {"bash", "-ec", "[stream]"},
        {"bash", "-lc", "x [app]"},
        {"dash", "-c", "-e", "x [app]"},
        {"sh", "-c", "--", "-x [app]"},
        {"bash", "-o", "pipefail", "-c", "x [tcUrl]"},
        {"bash", "-c", "-o", "pipefail", "x [tcUrl]"},
        {"bash", "-ceo", "pipefail", "x [tcUrl]"},
        {"bash", "--norc", "--rcfile", "/dev/null", "-c", "x [pageUrl]"},
        {"sh", ">out.txt", "-c", "2>err.txt", "x [vhost]"},
        {"zsh", "-c", "x '[stream]'"},
        {"fish", "--command=[stream]"},
        {"fish", "--command", "[stream]"},
        {"ksh93", "-c", "[stream]"},
        {"python3", "-c", "print('[stream]')"},
        {"python3.11", "-u", "-W", "ignore", "-c", "print('[stream]')"},
        {"python3", "-cprint('[stream]')"},
        {"perl", "-e", "print '[stream]'"},
        {"perl", "-lne", "print '[stream]'"},
        {"perl", "-e", "1;", "-e", "'[stream]'"},
        {"ruby", "-e", "'[stream]'"},
        {"node", "-r", "x", "--eval", "'[stream]'"},
        {"node", "--print=[stream]"},
        {"php", "-d", "a=b", "-r", "'[stream]';"},
        {"awk", "BEGIN { print \"[stream]\" }"},
        {"gawk", "-v", "a=b", "{ print \"[stream]\" }"},
        {"su", "user", "-c", "x [stream]"},
        {"env", "A=b", "sh", "-c", "[stream]"},
        {"env", "-S", "sh -c [stream]"},
        {"sudo", "-u", "nobody", "/bin/sh", "-c", "[stream]"},
        {"nice", "-n", "5", "timeout", "10", "sh", "-c", "[stream]"},
        {"busybox", "sh", "-c", "[stream]"},
    };
    for (const Words& words : faulty) EXPECT_TRUE(isFaulty(words)) << testing::PrintToString(words);
}

TEST(ExecTextTest, EverywhereElseTheyAreArguments) {
    const std::vector<Words> sound = {
        {"./on-publish.sh", "[app]", "[stream]", "[url]"},
        {"ffmpeg", "-c", "copy", "-i", "[url]", "[stream].flv"},
        {"sh", "script.sh", "-c", "[stream]"},
        {"sh", "-c", "echo \"$HOOKCAST_STREAM\" \"$1\"", "x", "[stream]"},
        {"sh", "-c", "echo [timestamp]"},
        {"bash", "-o", "pipefail", "script.sh", "[stream]"},
        {"python3", "record.py", "-c", "[stream]"},
        {"python3", "-m", "record", "[stream]"},
        {"awk", "-f", "program.awk", "[stream]"},
        {"awk", "{ print }", "[stream]"},
        {"env", "NAME=[stream]", "./program"},
        {"timeout", "10", "./program", "-c", "[stream]"},
        {"sh"},
        {},
    };
    for (const Words& words : sound) EXPECT_EQ(execTextFault(words), "") << testing::PrintToString(words);
}

TEST(ExecTextTest, IsAnErrorThatSaysWhatToDo) {
    const std::string config = "vhost __defaultVhost__ { exec { enabled on; publish sh -c \"echo [stream]\"; } }";
    const LoadOutcome outcome = test::load("listen 1935; " + config);
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_NE(test::messages(outcome).find("sh would read [stream] as a part of its program"), std::string::npos);
    EXPECT_NE(test::messages(outcome).find("\"$HOOKCAST_STREAM\""), std::string::npos);
}

} // namespace
} // namespace hookcast::config
