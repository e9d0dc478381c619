#include "shared/CertificateAuthority.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TlsBackend.h"

#include "config/Protocol.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Outcome {
    int code;
    std::string output;
    std::string errors;
};

/// Runs `hookcast hook` to its end.
Outcome runHook(std::vector<std::string> arguments) {
    std::vector<std::string> words = {hookcastProgram(), "hook"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ChildProcess process({words, {}, {}});
    const int code = process.waitForExit().code;
    return {code, process.output().text(), process.errors().text()};
}

/// `hookcast hook test` with a configuration of this vhost.
Outcome tryHook(const std::string& vhost, std::vector<std::string> arguments) {
    const TempFolder folder;
    const std::string file = folder.write("a.conf", "listen 1935; daemon off;\n" + vhost);
    arguments.insert(arguments.begin(), {"test", "-c", file});
    return runHook(std::move(arguments));
}

std::vector<std::string> namesOf(const HookCall& call) {
    std::vector<std::string> names = call.body->getNames();
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> namesOf(const std::map<std::string, std::string>& headers) {
    std::vector<std::string> names;
    for (const auto& [name, value] : headers) names.push_back(name);
    return names;
}

TEST(HookTest, AsksWhatTheServerAsks) {
    MockBackend backend;
    const std::string vhost = defaultVhost(hooksTo(backend) + notifyTo(backend));
    HookcastServer server(vhost);
    const auto publisher = startPublisher(server.port(), "show?token=abc");
    const HookCalls ofServer = backend.waitFor("both calls about publishing", [](const HookCalls& calls) {
        return withAction(calls, "on_publish").size() == 1 && withAction(calls, "notify publish").size() == 1;
    });
    const Outcome outcome = tryHook(vhost, {"--stream", "live/show?token=abc"});
    EXPECT_EQ(outcome.code, 0) << outcome.output << outcome.errors;
    EXPECT_THAT(outcome.output, AllOf(HasSubstr("2 URLs"), HasSubstr("POST http://127.0.0.1:"), HasSubstr("TCP "),
                                      HasSubstr("< HTTP/1.1 200 OK"), HasSubstr("admits, after")));
    for (const char* action : {"on_publish", "notify publish"}) {
        const HookCall real = withAction(ofServer, action).front();
        const HookCall tried = backend.waitForCall(action, 2);
        std::vector<std::string> names = namesOf(real);
        std::erase(names, "stream_id"); // it has one while somebody publishes
        EXPECT_EQ(namesOf(tried), names) << action;
        EXPECT_EQ(namesOf(tried.headers), namesOf(real.headers)) << action;
        for (const char* field : {"app", "stream", "param", "vhost", "name", "addr"})
            EXPECT_EQ(tried.has(field) ? tried.text(field) : "", real.has(field) ? real.text(field) : "") << field;
    }
}

TEST(HookTest, TriesEveryEvent) {
    MockBackend backend;
    const std::string vhost =
        defaultVhost(hooksTo(backend, fmt::format("on_dvr {}; on_update {}; on_hls {};", backend.url("/api/v1/dvrs"),
                                                  backend.url("/api/v1/updates"), backend.url("/api/v1/hls"))) +
                     "rtsp { enabled on; }");
    for (const char* event : {"on_connect", "on_publish", "on_play", "on_close", "on_unpublish", "on_stop", "on_update",
                              "on_dvr", "on_hls"}) {
        const Outcome outcome = tryHook(vhost, {"--event", event, "--protocol", "rtsp", "--ip", "192.0.2.7"});
        EXPECT_EQ(outcome.code, 0) << outcome.output << outcome.errors;
        const HookCall call = backend.waitForCall(event);
        EXPECT_EQ(call.text("ip"), "192.0.2.7");
        EXPECT_EQ(call.answerBody, "0") << event;
    }
}

TEST(HookTest, TellsWhoRefusesAndWhy) {
    MockBackend backend;
    backend.addRule(R"({"match":{"stream":"bad"},"reply":{"status":403,"body":"no"}})");
    const std::string url = backend.url("/api/v1/streams");
    const std::string vhost = defaultVhost(fmt::format(
        "http_hooks {{ enabled on; on_publish {0}?first {0}?second; on_unpublish {0}?first {0}?second; }}", url));
    const Outcome refused = tryHook(vhost, {"-s", "live/bad"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.output,
                AllOf(HasSubstr("refuses (http_status): HTTP status 403"), HasSubstr("1 URL not asked any more")));
    // What is told, is told to all.
    const Outcome told = tryHook(vhost, {"-s", "live/bad", "--event", "on_unpublish"});
    EXPECT_EQ(told.code, 1);
    EXPECT_THAT(told.output, HasSubstr("\n2. "));
    // One URL alone.
    EXPECT_EQ(tryHook(vhost, {"--url", url + "?second"}).code, 0);
    EXPECT_EQ(tryHook(vhost, {"--url", backend.url("/nowhere")}).code, 1);
}

TEST(HookTest, TellsWhatTheAnswersDataWouldDo) {
    MockBackend backend;
    backend.addRule(R"({"match":{"query":"first"},"reply":{"data":{"stream":"show","max_duration":60,"dvr":true}}})");
    backend.addRule(R"({"match":{"query":"second"},"reply":{"data":{"max_duration":2.5,"max_kbps":"fast"}}})");
    const std::string hooks = fmt::format("http_hooks {{{{ enabled on; on_publish {0}?first {0}?second; {{}} }}}}",
                                          backend.url("/api/v1/streams"));
    const Outcome on = tryHook(defaultVhost(fmt::format(fmt::runtime(hooks), "answer_data on;")), {"-s", "live/key"});
    EXPECT_EQ(on.code, 0) << on.output << on.errors;
    EXPECT_THAT(on.output, AllOf(HasSubstr("its data: stream=show max_duration=60 dvr=true\n"),
                                 HasSubstr("passed over in its data: max_kbps is no number above 0"),
                                 HasSubstr("\nadmitted: published as show, ended after 2.5 s, recorded\n")));
    const Outcome off = tryHook(defaultVhost(fmt::format(fmt::runtime(hooks), "")), {"-s", "live/key"});
    EXPECT_THAT(off.output, AllOf(HasSubstr("its data, which answer_data off passes over: stream=show"),
                                  HasSubstr("\nadmitted\n"), Not(HasSubstr("passed over in its data"))));
}

TEST(HookTest, TellsThatNobodyCouldBeAsked) {
    const FreePort free;
    const Outcome outcome = tryHook(
        defaultVhost(fmt::format("http_hooks {{ enabled on; on_publish http://127.0.0.1:{}/; }}", free.number())), {});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.output, AllOf(HasSubstr("no_connection"), HasSubstr("(nothing was sent)")));
    MockBackend backend;
    backend.addRule(R"({"reply":{"drop":true}})");
    EXPECT_EQ(tryHook(defaultVhost(hooksTo(backend)), {}).code, 2);
}

TEST(HookTest, TellsWhatTheServerMakesOfFailuresAndOfVerdictsThatMayBeKept) {
    MockBackend backend;
    backend.addRule(R"({"match":{"stream":"kept"},"reply":{"body":"{\"code\":0,\"data\":{\"ttl\":60}}"}})");
    const auto said = [&](const std::string& more, const std::string& event) {
        return tryHook(defaultVhost(hooksTo(backend, more)), {"-s", "live/kept", "--event", event}).output;
    };
    EXPECT_THAT(
        said("", "on_publish"),
        AllOf(HasSubstr("could be kept for 1 min; cache_verdicts is off\n"),
              HasSubstr("if it fails: the client is refused (on_failure reject); after 5 in a row it is not asked "
                        "for 1 s\n")));
    EXPECT_THAT(
        said("cache_verdicts on; breaker_failures 0; on_failure play last; last_ttl 90;", "on_play"),
        AllOf(HasSubstr("is kept for 1 min: nobody is asked again about the same\n"),
              HasSubstr("if it fails: the backend's last verdict on the same counts for 90 s, else the client is "
                        "refused (on_failure last)\n")));
    EXPECT_THAT(said("", "on_unpublish"), HasSubstr("if it fails: it is told again, for 7 d at most (spool.keep)\n"));
    const FreePort free;
    const Outcome allowed = tryHook(defaultVhost(fmt::format("http_hooks {{ enabled on; on_failure allow; on_publish "
                                                             "http://127.0.0.1:{}/ {}; }}",
                                                             free.number(), backend.url("/api/v1/streams"))),
                                    {});
    EXPECT_EQ(allowed.code, 2);
    EXPECT_THAT(allowed.output, AllOf(HasSubstr("if it fails: the client is let in (on_failure allow)"),
                                      HasSubstr("\n2. "), HasSubstr("admitted, as on_failure says")));
}

TEST(HookTest, ShowsTls) {
    const TempFolder folder;
    const support::CertificateAuthority authority;
    TlsBackend backend(authority.issue("DNS:localhost"));
    const std::string url = backend.url("localhost", "/hook");
    const std::string hooks = "http_hooks {{ enabled on; on_publish {}; {} }}";
    const Outcome trusted = tryHook(
        defaultVhost(fmt::format(fmt::runtime(hooks), url, "ca_file " + folder.write("ca.pem", authority.pem()) + ";")),
        {});
    EXPECT_EQ(trusted.code, 0) << trusted.output;
    EXPECT_THAT(trusted.output, AllOf(HasSubstr("TLS "), HasSubstr("TLSv1.")));
    const Outcome other = tryHook(defaultVhost(fmt::format(fmt::runtime(hooks), url, "")), {});
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.output, HasSubstr("refuses (tls)"));
}

TEST(HookTest, PrintsNoSecret) {
    MockBackend backend;
    backend.addRule(
        R"({"match":{"action":"on_p*"},"reply":{"status":403,"body":"bad token tik-1 of joe:pw-22222 and k3y-3333\u001b[31m"}})");
    const auto urlOf = [&backend](std::string_view path) {
        return "http://joe:pw-22222@" + backend.url(path).substr(7) + "?key=k3y-3333";
    };
    const std::string secretUrl = urlOf("/api/v1/streams");
    const std::string vhost = defaultVhost(
        fmt::format("http_hooks {{ enabled on; on_publish {0}; on_unpublish {0}; }} http_notify {{ enabled on; "
                    "on_publish {1}; on_done {2}; notify_method GET; }}",
                    secretUrl, urlOf("/notify/publish"), urlOf("/notify/done")));
    for (const char* event : {"on_publish", "on_unpublish"}) {
        for (const std::string& only : {std::string(), secretUrl, urlOf("/notify/publish"), urlOf("/notify/done")}) {
            std::vector<std::string> words = {"--event", event, "-s", "live/a?user=joe&token=tik-1&x=1"};
            if (!only.empty()) words.insert(words.end(), {"--url", only});
            const Outcome outcome = tryHook(vhost, words);
            const std::string all = outcome.output + outcome.errors;
            for (const char* secret : {"tik-1", "pw-22222", "k3y-3333", "\x1b"})
                EXPECT_THAT(all, Not(HasSubstr(secret))) << event;
            EXPECT_THAT(all, HasSubstr("******"));
        }
    }
    EXPECT_EQ(backend.calls().front().text("param"), "?user=joe&token=tik-1&x=1") << "but it is sent";
}

TEST(HookTest, SaysWhatIsWrongWithTheQuestion) {
    MockBackend backend;
    const std::string usual = defaultVhost(hooksTo(backend));
    const struct {
        std::vector<std::string> words;
        const char* says;
    } kWrong[] = {
        {{"--event", "on_nothing"}, "no event on_nothing"},
        {{"--event", "on_done"}, "on_unpublish and on_stop"},
        {{"--event", ""}, "no event"},
        {{"--event", "on_dvr"}, "names no URL for on_dvr"},
        {{"--stream", "live"}, "APP/STREAM"},
        {{"--stream", "live/../x"}, "has no name"},
        {{"--stream", "?token=1"}, "APP/STREAM"},
        {{"--vhost", "no.example"}, "no vhost no.example"},
        {{"--ip", "300.1.1.1"}, "no IP address"},
        {{"--protocol", "quic"}, "no protocol quic"},
        {{"--protocol", "httpflv"}, "nobody publishes over HTTP-FLV"},
        {{"--url", "127.0.0.1/x"}, "--url"},
        {{"--nonsense"}, "nonsense"},
        {{"stray"}, "stray"},
        {{"--event"}, "event"},
    };
    for (const auto& wrong : kWrong) {
        const Outcome outcome = tryHook(usual, wrong.words);
        EXPECT_EQ(outcome.code, 2) << wrong.says;
        EXPECT_THAT(outcome.errors, HasSubstr(wrong.says));
    }
    EXPECT_EQ(tryHook("vhost __defaultVhost__ { htp_hooks { } }", {}).code, 2);
    EXPECT_THAT(tryHook(defaultVhost(), {}).errors, HasSubstr("names no URL for on_publish"));
    EXPECT_THAT(runHook({"test", "-c", "/nowhere.conf"}).errors, HasSubstr("/nowhere.conf"));
    EXPECT_EQ(runHook({}).code, 2);
    EXPECT_EQ(runHook({"nonsense"}).code, 2);
    EXPECT_EQ(runHook({"--help"}).code, 0);
    EXPECT_EQ(runHook({"test", "--help"}).code, 0);
    // Poco breaks lines where the terminal ends.
    const std::string help = std::regex_replace(runHook({"test", "--help"}).output, std::regex("\\s+"), " ");
    for (const config::ProtocolTraits& protocol : config::kProtocols) EXPECT_THAT(help, HasSubstr(protocol.name));
    EXPECT_THAT(help, HasSubstr("on_dvr, on_hls; default on_publish"));
    EXPECT_THAT(help, HasSubstr("httpflv, hls; default rtmp"));
    EXPECT_TRUE(backend.calls().empty());
}

TEST(HookTest, TellsWhatTheServerRefusesByItself) {
    MockBackend backend;
    const Outcome denied = tryHook(defaultVhost(hooksTo(backend) + "security { enabled on; deny publish 192.0.2.7; }"),
                                   {"--ip", "192.0.2.7"});
    EXPECT_EQ(denied.code, 1);
    EXPECT_THAT(denied.output, HasSubstr("refused before any backend is asked"));
    EXPECT_EQ(tryHook(defaultVhost(hooksTo(backend)), {"--protocol", "srt"}).code, 1);
    EXPECT_TRUE(backend.calls().empty());
}

} // namespace
} // namespace hookcast::integration
