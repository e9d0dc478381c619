#include "hooks/FormNotifyDialect.h"

#include "hooks/HookTarget.h"
#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using Outcome = HookResponse::Outcome;

HookEvent rtmpEvent(HookAction action) {
    auto client = support::someClient();
    support::changePlace(*client, [](ClientPlace& place) { place.tcUrl = "rtmp://h/live?t=1"; });
    NamedStream stream = support::namedStream("one");
    stream.url = action == HookAction::Connect ? "rtmp://h/live?t=1" : "rtmp://h/live?t=1/one?key=x";
    return support::eventOf(action, client, stream);
}

HookTarget targetOf(const std::string& url, config::HttpMethod method) {
    HookTarget target;
    target.url = url;
    target.method = method;
    return target;
}

TEST(FormNotifyDialect, WritesTheFieldsOfEachCall) {
    EXPECT_EQ(FormNotifyDialect::fields(rtmpEvent(HookAction::Connect)),
              "protocol=rtmp&call=connect&addr=192.0.2.1&app=live&url=rtmp%3A%2F%2Fh%2Flive%3Ft%3D1&name=&clientid=7");
    const std::string url = "&url=rtmp%3A%2F%2Fh%2Flive%3Ft%3D1%2Fone%3Fkey%3Dx&name=one";
    const std::string tcUrl = "&tcurl=rtmp%3A%2F%2Fh%2Flive%3Ft%3D1";
    for (const auto& [action, call, behindUrl] :
         std::vector<std::tuple<HookAction, std::string, std::string>>{{HookAction::Publish, "publish", tcUrl},
                                                                       {HookAction::Play, "play", tcUrl},
                                                                       {HookAction::Unpublish, "done", ""},
                                                                       {HookAction::Stop, "done", ""}}) {
        std::string expected = "protocol=rtmp&call=" + call + "&addr=192.0.2.1&app=live";
        expected += url + behindUrl + "&clientid=7";
        EXPECT_EQ(FormNotifyDialect::fields(rtmpEvent(action)), expected);
    }
}

TEST(FormNotifyDialect, TakesNothingForTheEndOfAStreamThatIsNone) {
    EXPECT_NE(FormNotifyDialect::fields(rtmpEvent(HookAction::Close)).find("&call=done&"), std::string::npos);
    EXPECT_THROW(FormNotifyDialect::fields(rtmpEvent(HookAction::Dvr)), std::logic_error);
    EXPECT_THROW(FormNotifyDialect::fields(rtmpEvent(HookAction::Hls)), std::logic_error);
}

TEST(FormNotifyDialect, TellsWhatHasComeOfAnOpeningSoFar) {
    const std::string fields = FormNotifyDialect::fields(updateOf(rtmpEvent(HookAction::Play), {2000, 1000, 61'050}));
    EXPECT_NE(fields.find("&call=update&"), std::string::npos) << fields;
    EXPECT_TRUE(fields.ends_with("&clientid=7&for=play&time=61&send_bytes=2000&recv_bytes=1000&duration=61.050"))
        << fields;
}

TEST(FormNotifyDialect, TellsBothNamesOfAStreamThatWasRenamed) {
    const HookEvent play = renamed(rtmpEvent(HookAction::Play), "show", "vid-9");
    for (const HookEvent& event : {endOf(play, {}), updateOf(play, {})})
        EXPECT_NE(FormNotifyDialect::fields(event).find("&name=show&asked_name=one&"), std::string::npos);
}

TEST(FormNotifyDialect, TellsTheTcUrlOfRtmpOnly) {
    for (const config::Protocol protocol : {config::Protocol::Rtsp, config::Protocol::Srt, config::Protocol::HttpFlv}) {
        HookEvent event = rtmpEvent(HookAction::Play);
        auto client = std::make_shared<ClientInfo>(*event.client);
        support::changeIdentity(*client, [protocol](ClientIdentity& who) { who.protocol = protocol; });
        event.client = client;
        const std::string fields = FormNotifyDialect::fields(event);
        EXPECT_TRUE(fields.starts_with("protocol=" + std::string(config::nameOf(protocol)) + "&call=play&")) << fields;
        EXPECT_EQ(fields.find("tcurl"), std::string::npos) << fields;
    }
}

TEST(FormNotifyDialect, NamesTheStreamThatConnectingNames) {
    HookEvent event = support::someEvent(HookAction::Connect);
    auto client = std::make_shared<ClientInfo>(*event.client);
    support::changePlace(*client, [](ClientPlace& place) { place.stream = "camera"; });
    event.client = client;
    EXPECT_NE(FormNotifyDialect::fields(event).find("&name=camera&"), std::string::npos);
}

TEST(FormNotifyDialect, WithoutAUrlOfItsOwnTheEventHasThatOfTheConnection) {
    EXPECT_NE(FormNotifyDialect::fields(support::someEvent(HookAction::Connect)).find("&url=rtmp%3A%2F%2Fh%2Flive&"),
              std::string::npos);
}

TEST(FormNotifyDialect, EscapesEveryByteThatMeansSomethingOrIsNoText) {
    const std::string name("Az09-._~ +&=%?#/\"'<\r\n\0\x7f\xff\xc3\xa9", 26);
    const HookEvent event = support::eventOf(HookAction::Publish, support::someClient(), support::namedStream(name));
    EXPECT_NE(
        FormNotifyDialect::fields(event).find("&name=Az09-._~%20%2B%26%3D%25%3F%23%2F%22%27%3C%0D%0A%00%7F%FF%C3%A9&"),
        std::string::npos)
        << FormNotifyDialect::fields(event);
}

TEST(FormNotifyDialect, PostsTheFieldsAsTheBody) {
    const HookEvent event = rtmpEvent(HookAction::Publish);
    const HookRequest request =
        FormNotifyDialect().write(event, targetOf("http://a/publish?x=1#y", config::HttpMethod::Post));
    EXPECT_EQ(request.url, "http://a/publish?x=1#y") << "as the config has it";
    EXPECT_EQ(request.method, config::HttpMethod::Post);
    EXPECT_EQ(request.contentType, "application/x-www-form-urlencoded");
    EXPECT_EQ(request.body, FormNotifyDialect::fields(event));
}

TEST(FormNotifyDialect, PutsTheFieldsBehindTheUrlOfAGet) {
    const HookEvent event = rtmpEvent(HookAction::Publish);
    const std::string fields = FormNotifyDialect::fields(event);
    const auto urlOf = [&](const std::string& url) {
        const HookRequest request = FormNotifyDialect().write(event, targetOf(url, config::HttpMethod::Get));
        EXPECT_EQ(request.method, config::HttpMethod::Get);
        EXPECT_EQ(request.body, "");
        EXPECT_EQ(request.contentType, "");
        return request.url;
    };
    EXPECT_EQ(urlOf("http://a/publish"), "http://a/publish?" + fields);
    EXPECT_EQ(urlOf("http://a/publish?x=1"), "http://a/publish?x=1&" + fields);
    EXPECT_EQ(urlOf("http://a/publish?"), "http://a/publish?" + fields);
    EXPECT_EQ(urlOf("http://a/publish?x&"), "http://a/publish?x&" + fields);
    EXPECT_EQ(urlOf("http://a"), "http://a?" + fields);
    EXPECT_EQ(urlOf("http://a/x#part?y"), "http://a/x?" + fields) << "a fragment never leaves";
}

TEST(FormNotifyAnswer, IsJudgedByItsStatusAlone) {
    const FormNotifyDialect dialect;
    for (const HookAction action : {HookAction::Connect, HookAction::Publish, HookAction::Play}) {
        for (const char* body : {"", "0", "1", "Forbidden", R"({"code":1})", "\xff"})
            EXPECT_TRUE(dialect.judge(action, answered(200, body))) << body;
        for (const int status : {0, 100, 199, 201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 500, 503}) {
            const auto judged = dialect.judge(action, answered(status, "0"));
            ASSERT_FALSE(judged) << status;
            EXPECT_EQ(judged.error().message, "HTTP status " + std::to_string(status));
        }
    }
}

TEST(FormNotifyAnswer, MayHaveABodyThatIsTooLong) {
    HookResponse response = failed(Outcome::TooLarge, "the answer is longer than 64 KiB");
    response.status = 200;
    EXPECT_TRUE(FormNotifyDialect().judge(HookAction::Play, response));
    response.status = 403;
    EXPECT_EQ(FormNotifyDialect().judge(HookAction::Play, response).error().message, "HTTP status 403");
}

TEST(FormNotifyAnswer, ThatNeverCameRefusesWithTheTransportsWords) {
    for (const Outcome outcome :
         {Outcome::ConnectFailed, Outcome::TimedOut, Outcome::Broken, Outcome::QueueFull, Outcome::Stopped}) {
        HookResponse response = failed(outcome, "what happened");
        response.status = 200;
        for (const HookAction action : {HookAction::Publish, HookAction::Unpublish}) {
            const auto judged = FormNotifyDialect().judge(action, response);
            ASSERT_FALSE(judged);
            EXPECT_THAT(judged.error().message, testing::EndsWith(": what happened"));
        }
    }
}

TEST(FormNotifyAnswer, OfADoneSaysOnlyWhetherItWasHeard) {
    for (const HookAction action : {HookAction::Unpublish, HookAction::Stop}) {
        for (const int status : {200, 204, 302, 403, 404})
            EXPECT_TRUE(FormNotifyDialect().judge(action, answered(status, ""))) << status;
        for (const int status : {408, 425, 429, 500, 503})
            EXPECT_FALSE(FormNotifyDialect().judge(action, answered(status, ""))) << status;
    }
}

TEST(FormNotifyDialect, IsLoggedByItsDirectives) {
    const FormNotifyDialect dialect;
    EXPECT_EQ(dialect.directiveOf(HookAction::Connect), "on_connect");
    EXPECT_EQ(dialect.directiveOf(HookAction::Publish), "on_publish");
    EXPECT_EQ(dialect.directiveOf(HookAction::Play), "on_play");
    EXPECT_EQ(dialect.directiveOf(HookAction::Unpublish), "on_done");
    EXPECT_EQ(dialect.directiveOf(HookAction::Stop), "on_done");
}

} // namespace
} // namespace hookcast::hooks
