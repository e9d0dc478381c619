#include "shared/CertificateAuthority.h"
#include "support/ChildProcess.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

struct Outcome {
    int code;
    std::string output;
    std::string errors;
};

/// Runs hookcast to its end.
using Arguments = std::vector<std::string>;

Outcome run(Arguments arguments) {
    arguments.insert(arguments.begin(), hookcastProgram());
    ChildProcess process({arguments, {}, {}});
    const int code = process.waitForExit().code;
    return {code, process.output().text(), process.errors().text()};
}

TEST(CommandLine, TellsItsVersion) {
    const Outcome outcome = run({"-v"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.output, MatchesRegex("hookcast [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(CommandLine, TellsItsOptions) {
    const Outcome outcome = run({"--help"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.output, HasSubstr("--config"));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
    EXPECT_NE(run({"--nonsense"}).code, 0);
    EXPECT_NE(run({"stray"}).code, 0);
}

TEST(CommandLine, ApprovesAUsableConfiguration) {
    const TempFolder folder;
    const Outcome outcome = run({"-t", "-c", folder.write("good.conf", "listen 1935;\nvhost __defaultVhost__ {\n}\n")});
    EXPECT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_THAT(outcome.output, HasSubstr("usable"));
}

TEST(CommandLine, StrictCheckingFailsOnAWarning) {
    const TempFolder folder;
    const std::string good = folder.write("good.conf", "listen 1935;\nvhost __defaultVhost__ {\n}\n");
    const std::string warned =
        folder.write("warned.conf", "listen 1935;\nvhost __defaultVhost__ {\n hds { enabled on; }\n}\n");
    EXPECT_EQ(run({"-t", "-c", warned}).code, 0);
    EXPECT_THAT(run({"-t", "-c", warned}).output, HasSubstr("usable, 1 warning\n"));
    const Outcome outcome = run({"-t", "--strict", "-c", warned});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.errors, HasSubstr("not without warnings (1 warning)"));
    EXPECT_EQ(run({"--strict", "-t", "-c", good}).code, 0);
    EXPECT_THAT(run({"-t", "-c", good}).output, HasSubstr("usable, no warnings\n"));
    EXPECT_NE(run({"--strict", "-c", warned}).code, 0) << "it is for checking only";
}

/// What stands in a configuration and would make the start fail fails its check, with what the start says.
TEST(CommandLine, ChecksWhatTheStartWouldRefuse) {
    const support::CertificateAuthority authority;
    const support::Certificate one = authority.issue("DNS:one.example");
    const support::Certificate other = authority.issue("DNS:other.example");
    const TempFolder folder;
    folder.write("one.crt", one.chainPem);
    folder.write("one.key", one.keyPem);
    folder.write("other.key", other.keyPem);
    folder.write("locked.key", support::CertificateAuthority::encrypted(one.keyPem));
    folder.write("text", "no PEM");
    const FreePort listen;
    const FreePort tls;
    const auto rtmps = [&tls](const std::string& cert, const std::string& key) {
        return fmt::format("rtmps {{ enabled on; listen 127.0.0.1:{}; cert {}; key {}; }}\n", tls.number(), cert, key);
    };
    const std::vector<std::pair<std::string, std::string>> wrongs = {
        {rtmps("one.crt", "other.key"), "the private key is not that of the certificate"},
        {rtmps("text", "one.key"), "its certificate cannot be read"},
        {rtmps("one.crt", "text"), "its private key cannot be read"},
        {rtmps("one.crt", "locked.key"), "the private key wants a passphrase"},
        {rtmps("one.crt", "one.key") + "vhost one.example { tls { cert one.crt; key other.key; } }\n",
         "the private key is not that of the certificate"},
        {"http_server { enabled on; listen 127.0.0.1:1; }\nhttp_api { enabled on; listen 0.0.0.0:1; }\n",
         "want the same port"},
        {"user nobodyx;\n", "cannot become nobodyx (directive `user`): there is no such user"},
        {"work_dir nowhere;\n", "cannot enter nowhere (directive `work_dir`)"}};
    for (const auto& [directives, reason] : wrongs) {
        const std::string whole = fmt::format("listen 127.0.0.1:{};\npid {};\nsrs_log_tank console;\ndaemon off;\n{}"
                                              "vhost __defaultVhost__ {{\n}}\n",
                                              listen.number(), folder.file("pid"), directives);
        // The files are named by their whole path: the tests' own folder is another one.
        const std::string file = folder.write(
            "wrong.conf", std::regex_replace(whole, std::regex("(cert|key) (\\w)"), "$1 " + folder.file("") + "$2"));
        const Outcome checked = run({"-t", "-c", file});
        EXPECT_EQ(checked.code, 1) << directives;
        EXPECT_THAT(checked.errors, HasSubstr(reason));
        EXPECT_THAT(checked.errors, HasSubstr("the configuration is not usable"));
        EXPECT_THAT(checked.output, IsEmpty());
        const Outcome started = run({"-c", file});
        EXPECT_EQ(started.code, 1) << directives;
        EXPECT_THAT(started.errors, HasSubstr(reason));
    }
}

TEST(CommandLine, StrictCheckingFailsOnACertificateOfAnotherTime) {
    const support::Certificate old =
        support::CertificateAuthority().issue("DNS:old.example", support::CertificateAuthority::Valid::UntilYesterday);
    const TempFolder folder;
    const std::string file = folder.write(
        "old.conf",
        fmt::format("listen 1935;\nrtmps {{ enabled on; cert {}; key {}; }}\nvhost __defaultVhost__ {{\n}}\n",
                    folder.write("old.crt", old.chainPem), folder.write("old.key", old.keyPem)));
    EXPECT_EQ(run({"-t", "-c", file}).code, 0);
    const Outcome strict = run({"-t", "--strict", "-c", file});
    EXPECT_EQ(strict.code, 1);
    EXPECT_THAT(strict.errors, HasSubstr("old.crt': the certificate was valid until 20"));
}

/// The server reads it when it is no longer root's.
TEST(CommandLine, ChecksThatTheServersUserMayReadTheKey) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root becomes another user";
    const support::Certificate one = support::CertificateAuthority().issue("DNS:one.example");
    const FreePort listen;
    const FreePort tls;
    const TempFolder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    const std::string cert = folder.write("one.crt", one.chainPem);
    const std::string key = folder.write("one.key", one.keyPem);
    const std::string file = folder.write(
        "user.conf", fmt::format("listen 127.0.0.1:{};\nuser nobody;\nwork_dir {};\npid {};\nsrs_log_tank console;\n"
                                 "rtmps {{ enabled on; listen 127.0.0.1:{}; cert {}; key {}; }}\n"
                                 "vhost __defaultVhost__ {{\n}}\n",
                                 listen.number(), folder.path().string(), folder.file("pid"), tls.number(), cert, key));
    std::filesystem::permissions(key, std::filesystem::perms::owner_read);
    const Outcome refused = run({"-t", "-c", file});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("nobody (directive `user`) cannot read " + key));
    EXPECT_FALSE(std::filesystem::exists(folder.file("pid"))) << "a check leaves nothing behind";
    std::filesystem::permissions(key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    EXPECT_EQ(run({"-t", "-c", file}).code, 0);
}

TEST(CommandLine, PointsAtTheFaultOfAConfiguration) {
    const TempFolder folder;
    const std::string file =
        folder.write("bad.conf", "listen 1935;\nvhost __defaultVhost__ {\n    htp_hooks {\n    }\n}\n");
    const Outcome outcome = run({"-t", "-c", file});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.errors, HasSubstr(file + ":3:5: error: "));
    EXPECT_THAT(outcome.errors, HasSubstr("http_hooks"));
}

TEST(CommandLine, DoesNotServeAFaultyConfiguration) {
    const TempFolder folder;
    const std::string file = folder.write("bad.conf", "listen nowhere;\ndaemon off;\n");
    const Outcome outcome = run({"-c", file});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.errors, HasSubstr(file + ":1:"));
}

TEST(CommandLine, NamesAConfigurationThatIsNotThere) {
    const Outcome outcome = run({"-c", "/nonexistent/hookcast.conf"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.errors, HasSubstr("/nonexistent/hookcast.conf"));
}

TEST(CommandLine, DumpsAConfigurationThatMeansTheSame) {
    const TempFolder folder;
    const std::string first =
        folder.write("first.conf",
                     "listen 19350;\nchunk_size 4096;\nvhost __defaultVhost__ {\n    gop_cache off;\n    http_hooks {\n"
                     "        enabled on;\n        on_publish http://127.0.0.1:8085/a?b=c http://127.0.0.1/d;\n"
                     "        timeout 2.5;\n    }\n}\n");
    const Outcome dumped = run({"--dump", "-c", first});
    ASSERT_EQ(dumped.code, 0) << dumped.errors;
    EXPECT_THAT(dumped.output, HasSubstr("http://127.0.0.1:8085/a?b=c http://127.0.0.1/d;"));

    const std::string second = folder.write("second.conf", dumped.output);
    const Outcome test = run({"-t", "-c", second});
    EXPECT_EQ(test.code, 0) << test.errors;
    EXPECT_THAT(test.errors, IsEmpty());
    const auto withoutComments = [](const std::string& text) {
        std::string kept;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            const std::string code = line.substr(0, line.find('#'));
            if (code.find_first_not_of(' ') != std::string::npos) kept += code + "\n";
        }
        return kept;
    };
    EXPECT_EQ(withoutComments(run({"--dump", "-c", second}).output), withoutComments(dumped.output));
}

TEST(CommandLine, ADumpShowsSecretsOnlyWhenAsked) {
    const TempFolder folder;
    const std::string file = folder.write(
        "secret.conf", "listen 19350;\nheartbeat { auth { token hunter2; } }\nvhost __defaultVhost__ {\n"
                       "    http_hooks { enabled on; on_publish http://u:hunter2@127.0.0.1/?key=hunter2; }\n}\n");
    for (const auto& options : {Arguments{"--dump"}, Arguments{"--dump", "--report"}}) {
        Arguments arguments = options;
        arguments.insert(arguments.end(), {"-c", file});
        const Outcome masked = run(arguments);
        EXPECT_THAT(masked.output + masked.errors, testing::Not(HasSubstr("hunter2")));
        EXPECT_NE(run({"-t", "-c", folder.write("masked.conf", masked.output)}).code, 0);
    }
    const Outcome shown = run({"--dump", "--show-secrets", "-c", file});
    EXPECT_THAT(shown.output, HasSubstr("http://u:hunter2@127.0.0.1/?key=hunter2;"));
    EXPECT_EQ(run({"-t", "-c", folder.write("shown.conf", shown.output)}).code, 0);
}

TEST(CommandLine, ApprovesEveryConfigurationThatComesWithIt) {
    std::size_t checked = 0;
    for (const auto& entry : std::filesystem::directory_iterator(HOOKCAST_SOURCE_DIR "/conf")) {
        if (entry.path().extension() != ".conf") continue;
        const Outcome outcome = run({"-t", "-c", entry.path().string()});
        EXPECT_EQ(outcome.code, 0) << entry.path() << ": " << outcome.errors;
        ++checked;
    }
    EXPECT_GE(checked, 5U);
}

TEST(CommandLine, ANoteForBackendsOfNewerReleasesIsNoWarning) {
    const TempFolder folder;
    const std::string file = folder.write(
        "srs.conf", "listen 1935;\nvhost __defaultVhost__ {\n  http_hooks { enabled on; on_play http://a/b; }\n}\n");
    const Outcome outcome = run({"-t", "--strict", "-c", file});
    EXPECT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_THAT(outcome.errors,
                HasSubstr("srs.conf:3:3: note: hooks are sent as by SRS 1 to 3, client_id as a number"));
    EXPECT_THAT(outcome.output, HasSubstr("usable, no warnings\n"));
}

TEST(CommandLine, TheReportTellsWhatBecomesOfEachDirective) {
    const TempFolder folder;
    const std::string file =
        folder.write("srs.conf", "listen 1935;\nvhost __defaultVhost__ {\n    hds {\n        enabled on;\n    }\n}\n");
    const Outcome report = run({"--report", "-c", file});
    EXPECT_EQ(report.code, 0) << report.errors;
    EXPECT_THAT(report.output, HasSubstr("2 directives work, 1 has no effect, 0 are refused"));
    EXPECT_THAT(report.output, HasSubstr("srs.conf:3:5  breaks    no effect  vhost.hds"));
    const Outcome both = run({"--dump", "--report", "-c", file});
    EXPECT_EQ(both.code, 0);
    EXPECT_THAT(both.output, HasSubstr("# 2 directives work, 1 has no effect"));
    EXPECT_EQ(run({"-t", "-c", folder.write("dumped.conf", both.output)}).code, 0);
    EXPECT_EQ(run({"--report", "-c", folder.write("broken.conf", "nonsense 1;")}).code, 1);
}

} // namespace
} // namespace hookcast::integration
