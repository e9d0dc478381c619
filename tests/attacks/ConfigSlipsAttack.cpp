// Slips in a configuration that would let everybody in: the program must say so and not start.
#include "AttackSupport.h"

#include "support/ChildProcess.h"
#include "support/HookcastServer.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace hookcast::attacks {
namespace {

using integration::ChildProcess;
using integration::TempFolder;
using testing::HasSubstr;

constexpr const char* kHook = "on_publish http://127.0.0.1:1/;";

struct Slip {
    const char* name;
    std::string text;  ///< the whole file
    std::string error; ///< what the program says, the place first
    std::map<std::string, std::string> environment;
    const char* fileName = "slip.conf";
};

std::string vhost(const std::string& content, const std::string& name = "__defaultVhost__") {
    return fmt::format("vhost {} {{\n{}\n}}\n", name, content);
}

std::string file(const std::string& content) {
    return "listen 1935;\n" + vhost(content);
}

std::string api(const std::string& auth) {
    return fmt::format("http_api {{ enabled on;\nauth {{ enabled on; {} }} }}\n", auth) + file("");
}

std::string hooks(const std::string& content) {
    return file(fmt::format("http_hooks {{\n{}\n}}", content));
}

std::vector<Slip> hookSlips() {
    const std::string twice = std::string("http_hooks { enabled on; }\nhttp_hooks { enabled on; ") + kHook + " }";
    return {
        {"yes", hooks(std::string("enabled yes; ") + kHook), ":4:1: error: 'enabled': 'yes' is neither on nor off", {}},
        {"upperCase", hooks(std::string("enabled On; ") + kHook), "write on or off", {}},
        {"blockTwice", file(twice), ":4:1: error: 'http_hooks' stands here twice, the first one is at ", {}},
        {"switchTwice", hooks(std::string("enabled off;\nenabled on; ") + kHook), ":5:1: error: 'enabled' stands", {}},
        {"eventTwice", hooks("enabled on;\non_play http://a/;\non_play http://b/;"), "'on_play' stands here twice", {}},
        {"misspeltEvent", hooks("enabled on; on_publsh http://a/;"), "did you mean 'on_publish'?", {}},
        {"misspeltBlock", file("http_hook { enabled on; }"), "did you mean 'http_hooks'?", {}},
        {"wrongPlace", "http_hooks { enabled on; }\n" + file(""), "it belongs in vhost", {}},
        {"inServer", "http_server { http_hooks { enabled on; } }\n" + file(""), "it belongs in vhost", {}},
        {"inFreeBlock", file("ingest { engine { http_hooks { enabled on; } } }"), "unknown directive 'http_hooks'", {}},
        {"swallowed",
         file(std::string("chunk_size 60000 http_hooks { enabled on; ") + kHook + " }"),
         "is there a ';' missing before it?",
         {}},
        {"swallowedSwitch", hooks(std::string(kHook).substr(0, 30) + " enabled on;"), "would take 'enabled' for", {}},
        {"noBlock", file("http_hooks on;"), "'http_hooks' takes a block only", {}},
        {"emptySwitch", hooks(std::string("enabled; ") + kHook), "'enabled' has no effect without a value", {}},
        {"emptyEvent", hooks("enabled on; on_play \"\";"), "'on_play' has no effect without a value", {}},
        {"comma", hooks("enabled on; on_play http://a/,http://b/;"), "a comma cannot stand here", {}},
        {"bracket", hooks("enabled on; on_play http://a/[x];"), "brackets", {}},
        {"blank", hooks("enabled on; on_play \"http://a/ b\";"), "blanks and control characters", {}},
        {"noHost", hooks("enabled on; on_play http:///x;"), "expected a host after the scheme", {}},
        {"scheme", hooks("enabled on; on_play ftp://a/;"), "begins with http:// or https://", {}},
        {"idn",
         hooks("enabled on; on_play http://b\xC3\xBC"
               "cher.example/;"),
         "punycode",
         {}},
        {"caFile",
         hooks(std::string("enabled on; ca_file /nonexistent/ca.pem; ") + kHook),
         "'ca_file': cannot open",
         {}},
        {"noCertificate", hooks(std::string("enabled on; ca_file /dev/null; ") + kHook), "holds no certificate", {}},
        {"timeout", hooks(std::string("enabled on; timeout 5x; ") + kHook), "'5x' is not a plain number", {}},
        {"environment",
         file(""),
         "environment SRS_VHOST_HTTP_HOOKS_ENABLED: error: 'enabled': 'yes' is",
         {{"SRS_VHOST_HTTP_HOOKS_ENABLED", "yes"}}},
        {"misspeltVariable",
         file(""),
         "environment SRS_VHOST_HTTP_HOOKS_ENABLE: error: no directive has this variable",
         {{"SRS_VHOST_HTTP_HOOKS_ENABLE", "on"}}},
    };
}

std::vector<Slip> otherSlips() {
    const std::string notify = "http_notify { enabled ja; on_play http://a/; }";
    const std::string two = "listen 1935;\n" + vhost("", "Cam.Example.com") + vhost("", "cam.example.COM.");
    return {
        {"vhostTwice", "listen 1935;\n" + vhost("") + vhost(""), ":5:1: error: 'vhost __defaultVhost__' stands", {}},
        {"vhostByCase", two, "'vhost cam.example.COM.' stands here twice, the first one is at ", {}},
        {"vhostOfTwoNames", "listen 1935;\n" + vhost("", "a b"), "'vhost' takes one name only", {}},
        {"vhostWithoutName", "listen 1935;\nvhost { }\n", "'vhost' has no effect without a name", {}},
        {"vhostSwitch", file("enabled no;"), "'enabled': 'no' is neither on nor off", {}},
        {"notify", file(notify), "'enabled': 'ja' is neither on nor off", {}},
        {"security", file("security { enabled 1; deny play all; }"), "'enabled': '1' is neither on nor off", {}},
        {"securityTwice", file("security { enabled off; }\nsecurity { enabled on; }"), "'security' stands here", {}},
        {"securityName", file("security { enabled on; dny play all; }"), "did you mean 'deny'?", {}},
        {"refer", file("refer { enabled true; all a.example; }"), "'enabled': 'true' is neither on nor off", {}},
        {"referTwice", file("refer a.example;\nrefer b.example;"), "'refer' stands here twice", {}},
        {"referBoth", file("refer a.example { play b.example; }"), "both sites and a block", {}},
        {"referSwallows", file("refer { all a.example enabled on; }"), "would take 'enabled' for a value", {}},
        {"rtspAuthSwitch", file("rtsp_auth on;"), "'rtsp_auth': expected one of off, basic, digest", {}},
        {"rtspAuthName", file("rtsp_auht basic;"), "did you mean 'rtsp_auth'?", {}},
        {"rtspAuthTwice", file("rtsp_auth basic;\nrtsp_auth off;"), "'rtsp_auth' stands here twice", {}},
        {"rtspAuthPlace", "rtsp_server { rtsp_auth basic; }\n" + file(""), "it belongs in vhost", {}},
        {"rtspAuthWithoutJudge", file("rtsp_auth basic;"), "'rtsp_auth': nobody judges", {}},
        {"authWithoutSecret", api(""), ":2:1: error: http_api: 'auth' is enabled and wants a 'username'", {}},
        {"authWithoutPassword", api("username admin;"), "wants a 'username' and a 'password'", {}},
        {"authWithoutToken", api("type bearer;"), "wants a 'token'", {}},
        {"authSwitch",
         "http_api { auth { enabled yes; username a; password b; } }\n" + file(""),
         "neither on nor off",
         {}},
        {"apiTwice",
         "http_api { enabled on; }\nhttp_api { auth { enabled on; } }\n" + file(""),
         "'http_api' stands",
         {}},
        {"xmlNeedAuth", "<config>\n<need_auth>1</need_auth></config>", ":2:1: error: <need_auth> is not done", {}},
        {"xmlCase", "<config>\n<on_Play>http://a/</on_Play></config>", ":2:1: error: <on_Play> is not done", {}},
        {"xmlMethod", "<config>\n<notify_metod>GET</notify_metod></config>", "<notify_metod> is not done", {}},
        {"jsonHooks", "{\"http_hooks\": {\"enabled\": true}}", ":1:2: error: \"http_hooks\" is not done", {}},
    };
}

void expectRefused(const Slip& slip) {
    const TempFolder folder;
    const std::string path = folder.write(slip.fileName, slip.text);
    for (const bool checksOnly : {true, false}) {
        std::vector<std::string> words{integration::hookcastProgram(), "-c", path};
        if (checksOnly) words.insert(words.begin() + 1, "-t");
        ChildProcess process({words, slip.environment, folder.path().string()});
        EXPECT_EQ(process.waitForExit().code, 1) << slip.text;
        EXPECT_THAT(process.errors().text(), HasSubstr(slip.error)) << slip.text;
    }
}

class ConfigSlipsAttack : public testing::TestWithParam<Slip> {};

TEST_P(ConfigSlipsAttack, IsAnErrorAndNotServed) {
    expectRefused(GetParam());
}

const auto kNameOf = [](const auto& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(Hooks, ConfigSlipsAttack, testing::ValuesIn(hookSlips()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Others, ConfigSlipsAttack, testing::ValuesIn(otherSlips()), kNameOf);

TEST(ConfigIncludeAttack, AnIncludeThatStandsTwiceIsAnError) {
    const TempFolder folder;
    folder.write("hooks.conf", "http_hooks { enabled on; on_play http://a/; }\n");
    const std::string path = folder.write("a.conf", file("include hooks.conf;\ninclude hooks.conf;"));
    ChildProcess process({{integration::hookcastProgram(), "-t", "-c", path}, {}, {}});
    EXPECT_EQ(process.waitForExit().code, 1);
    EXPECT_THAT(process.errors().text(), HasSubstr("'http_hooks' stands here twice"));
}

TEST(ConfigReloadAttack, ASlipKeepsWhatWasServed) {
    integration::HookcastServer server(vhost(std::string("http_hooks { enabled on; ") + kHook + " }"));
    EXPECT_THAT(server.reload(vhost(std::string("http_hooks { enabled yes; ") + kHook + " }")),
                HasSubstr("not reloaded"));
}

} // namespace
} // namespace hookcast::attacks
