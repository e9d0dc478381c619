#include "config/Dump.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace hookcast::config {
namespace {

namespace fs = std::filesystem;
using test::load;
using test::messages;

/// The shipped files and our samples of every construct of the grammar.
std::vector<std::string> configFiles() {
    std::vector<std::string> files;
    for (const char* folder : {HOOKCAST_SOURCE_DIR "/conf", HOOKCAST_SOURCE_DIR "/tests/data/config"})
        for (const auto& entry : fs::directory_iterator(folder))
            if (std::set<fs::path>{".conf", ".cfg", ".json"}.contains(entry.path().extension()))
                files.push_back(entry.path().string());
    return files;
}

void expectDumpIsTheSame(const LoadOutcome& outcome) {
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    const LoadOutcome again = load(dump(outcome));
    ASSERT_NE(again.config, nullptr) << messages(again) << dump(outcome);
    for (const Finding& finding : again.findings) // certificates are not part of a dump
        EXPECT_NE(finding.message.find("no such file"), std::string::npos) << finding.text();
    EXPECT_TRUE(test::sameConfig(*outcome.config, *again.config)) << dump(outcome);
    EXPECT_EQ(dump(*again.config), dump(*outcome.config));
}

TEST(DumpTest, ofEveryFileThatWeHaveLoadsToTheSameConfig) {
    ASSERT_GE(configFiles().size(), 8U);
    for (const std::string& file : configFiles()) {
        SCOPED_TRACE(file);
        expectDumpIsTheSame(ConfigLoader().loadFile(file, {}));
    }
}

TEST(DumpTest, quotesWhatNeedsQuotes) {
    const LoadOutcome outcome =
        load("listen 1; pid 'a b;\"c'; srs_log_file \"it's {\"; work_dir '#x'; server_id a\"b;\n"
             "vhost 'odd name' { }");
    expectDumpIsTheSame(outcome);
    const std::string text = dump(outcome);
    EXPECT_NE(text.find("pid 'a b;\"c';\n"), std::string::npos) << text;
    EXPECT_NE(text.find("srs_log_file \"it's {\";\n"), std::string::npos) << text;
    EXPECT_NE(text.find("vhost \"odd name\" {\n"), std::string::npos) << text;
}

TEST(DumpTest, masksSecretsAndDoesNotLoadThen) {
    const LoadOutcome outcome =
        load("http_api { enabled on; auth { enabled on; username u; password hunter2; token hunter2-token; } }\n"
             "srt_server { passphrase hunter2-passphrase; }\n"
             "heartbeat { auth { token hunter2-beat; } }\n"
             "vhost a { http_hooks { on_play http://u:hunter2@h/?id=7&token=hunter2 http://i/; }\n"
             "capture c { source 'rtsp://u:hunter2@h/password=hunter2'; } }");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    const std::string text = dump(outcome, Secrets::Masked);
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    EXPECT_NE(text.find("on_play http://******@h/?id=7&token=****** http://i/;\n"), std::string::npos) << text;
    EXPECT_TRUE(text.starts_with("# Secrets are masked: --show-secrets prints them."));
    const LoadOutcome again = load(text);
    EXPECT_EQ(again.config, nullptr);
    EXPECT_NE(messages(again).find("a dump has masked a secret here"), std::string::npos) << messages(again);
    expectDumpIsTheSame(outcome);
}

TEST(DumpTest, withoutSecretsIsTheSameWhereNothingIsMasked) {
    const LoadOutcome outcome = load("listen 1935; vhost a { http_hooks { on_play http://h/?a=b; } }");
    EXPECT_EQ(dump(outcome, Secrets::Masked), dump(outcome));
}

TEST(DumpTest, holdsWhatVariablesAndRepairsMade) {
    const LoadOutcome outcome = load("listen 1935\nmax_connections 5;\nvhost a { queue_length 4; }",
                                     {{"SRS_LISTEN", "1936"}, {"SRS_VHOST_HTTP_HOOKS_TIMEOUT", "0.125"}});
    expectDumpIsTheSame(outcome);
    const std::string text = dump(outcome);
    EXPECT_NE(text.find("listen 1936;\n"), std::string::npos);
    EXPECT_NE(text.find("        queue_length 4;\n"), std::string::npos);
    EXPECT_NE(text.find("        timeout 0.125;\n"), std::string::npos);
}

TEST(DumpTest, listsWhatHadNoEffectAsComments) {
    const LoadOutcome outcome = load("listen 1;\nvhost a {\n hds { enabled on; }\n}\n");
    EXPECT_NE(dump(outcome).find("\n# Read, and without effect yet:\n# test.conf:3:2: vhost.hds\n"), std::string::npos);
    expectDumpIsTheSame(outcome);
}

TEST(DumpTest, extremesSurvive) {
    expectDumpIsTheSame(load("listen 65535; max_connections 1000000; srs_log_level loud;\n"
                             "limits { log_size 99999999999999999999; hook_drain 0; }\n"
                             "vhost a { out_ack_size 99999999999; play { queue_length 999999999; mw_latency -1; }\n"
                             " http_hooks { timeout 0.0001; } }"));
}

} // namespace
} // namespace hookcast::config
