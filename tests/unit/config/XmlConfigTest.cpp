#include "config/XmlConfig.h"

#include "config/Dump.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;
using Words = std::vector<std::string>;
using Protocols = std::vector<Protocol>;

/// The tree alone, without what the directive table has to say about it.
Directive treeOf(const std::string& text) {
    Findings findings;
    LoadOutcome outcome;
    Directive root;
    EXPECT_TRUE(readXmlConfig(text, "test.cfg", root, findings, outcome)) << findingLines(findings.take()).front();
    return root;
}

/// `name args` and, in braces, the children.
std::string written(const Directive& directive) {
    std::string text = directive.name;
    for (const std::string& arg : directive.args) text += " " + arg;
    if (!directive.hasBlock) return text + ";";
    text += " {";
    for (const Directive& child : directive.children) text += " " + written(child);
    return text + " }";
}

std::string treeText(const std::string& text) {
    std::string all;
    for (const Directive& child : treeOf(text).children) all += written(child) + "\n";
    return all;
}

constexpr const char* kRtspServer = "<config>\n"
                                    "<!-- HTTP Notify Callbacks -->\n"
                                    "<on_connect>http://h/connect</on_connect>\n"
                                    "<on_play>http://h/play</on_play>\n"
                                    "<on_publish>http://h/publish</on_publish>\n"
                                    "<on_done>http://h/done</on_done>\n"
                                    "<notify_method>POST</notify_method>\n"
                                    "</config>\n";

TEST(XmlConfigTest, knowsXmlByItsFirstCharacter) {
    for (const char* text : {"<config/>", "  \r\n\t<config/>", "\xEF\xBB\xBF<?xml?>", "<"})
        EXPECT_TRUE(looksLikeXml(text)) << text;
    for (const char* text : {"", " ", "listen 1935;", "# <config>", "{", "\xEF\xBB\xBFlisten 1;", "x<"})
        EXPECT_FALSE(looksLikeXml(text)) << text;
}

TEST(XmlConfigTest, readsAnRtspServersFile) {
    const LoadOutcome outcome = load(kRtspServer);
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    ASSERT_EQ(outcome.config->vhosts.size(), 1U);
    EXPECT_EQ(outcome.config->vhosts[0]->name, "__defaultVhost__");
    NotifyConfig expected;
    expected.enabled = true;
    expected.onConnect = {"http://h/connect"};
    expected.onPlay = {"http://h/play"};
    expected.onPublish = {"http://h/publish"};
    expected.onDone = {"http://h/done"};
    expected.protocols = {Protocol::Rtsp};
    EXPECT_EQ(outcome.config->vhosts[0]->notifies, std::vector<NotifyConfig>{expected});
    EXPECT_FALSE(outcome.config->daemon) << "it stays where it was started";
    EXPECT_TRUE(outcome.config->log.toConsole);
    EXPECT_TRUE(treeText(kRtspServer).find("rtsp_server { enabled on; listen 554; }\n") != std::string::npos);
}

TEST(XmlConfigTest, readsAMediaServersFile) {
    const LoadOutcome outcome = load("<config>"
                                     "<rtsp><http_notify><on_play>http://h/rtsp/play</on_play></http_notify></rtsp>"
                                     "<rtmp><http_notify><on_play>http://h/rtmp/play</on_play>"
                                     "<on_done>http://h/rtmp/done</on_done><notify_method>get</notify_method>"
                                     "</http_notify></rtmp>"
                                     "<srt><http_notify><on_publish>http://h/srt</on_publish></http_notify></srt>"
                                     "<http_flv><http_notify><on_play>http://h/web</on_play></http_notify></http_flv>"
                                     "</config>");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    const std::vector<NotifyConfig>& notifies = defaultVhost(outcome)->notifies;
    ASSERT_EQ(notifies.size(), 4U);
    EXPECT_EQ(notifies[0].protocols, Protocols{Protocol::Rtsp});
    EXPECT_EQ(notifies[0].onPlay, Words{"http://h/rtsp/play"});
    EXPECT_EQ(notifies[0].method, HttpMethod::Post);
    EXPECT_EQ(notifies[1].protocols, Protocols{Protocol::Rtmp});
    EXPECT_EQ(notifies[1].onDone, Words{"http://h/rtmp/done"});
    EXPECT_EQ(notifies[1].method, HttpMethod::Get);
    EXPECT_EQ(notifies[2].protocols, Protocols{Protocol::Srt});
    EXPECT_EQ(notifies[3].protocols, Protocols{Protocol::HttpFlv});
    for (const NotifyConfig& notify : notifies) EXPECT_TRUE(notify.enabled);
    ASSERT_EQ(outcome.config->rtmpListen.size(), 1U);
    EXPECT_EQ(outcome.config->rtmpListen[0].port, 1935);
    EXPECT_EQ(outcome.config->rtmpListen[0].host, "");
}

TEST(XmlConfigTest, readsTheServersAndTheirPorts) {
    const std::string text = treeText("<config><rtsp><port>554</port></rtsp><rtmp><serverport>1936</serverport></rtmp>"
                                      "<srt><enable>0</enable></srt><http><port>80</port></http></config>");
    EXPECT_TRUE(text.starts_with("daemon off;\nsrs_log_tank console;\nlisten 1936;\n"
                                 "rtsp_server { enabled on; listen 554; }\n"
                                 "srt_server { enabled off; listen 10080; }\n"
                                 "http_server { enabled on; listen 80; }\n"
                                 "vhost __defaultVhost__ {"))
        << text;
}

TEST(XmlConfigTest, anAddressIsForEveryServerThatNamesNone) {
    const std::string text =
        treeText("<config><serverip>10.0.0.1</serverip><rtsp><port>554</port></rtsp><rtmp/>"
                 "<http_flv><serverip>::1</serverip><port>80</port></http_flv><srt><serverip/></srt></config>");
    EXPECT_NE(text.find("\nlisten 10.0.0.1:1935;\n"), std::string::npos) << text;
    EXPECT_NE(text.find("rtsp_server { enabled on; listen 10.0.0.1:554; }"), std::string::npos) << text;
    EXPECT_NE(text.find("http_server { enabled on; listen [::1]:80; }"), std::string::npos) << text;
    EXPECT_NE(text.find("srt_server { enabled on; listen 10.0.0.1:10080; }"), std::string::npos) << text;
}

TEST(XmlConfigTest, everyNameOfHttpFlvMeansTheSame) {
    for (const std::string tag : {"http_flv", "httpflv", "http-flv", "http"}) {
        const LoadOutcome outcome =
            load("<config><" + tag + "><http_notify><on_play>http://h/</on_play></http_notify></" + tag + "></config>");
        ASSERT_NE(outcome.config, nullptr) << messages(outcome);
        EXPECT_EQ(defaultVhost(outcome)->notifies.at(0).protocols, Protocols{Protocol::HttpFlv});
    }
}

TEST(XmlConfigTest, aNewerRtspServersFileHasTheBlockToo) {
    const LoadOutcome outcome =
        load("<config><serverport>8555</serverport><http_notify><on_play>http://h/</on_play></http_notify></config>");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(defaultVhost(outcome)->notifies.at(0).protocols, Protocols{Protocol::Rtsp});
    EXPECT_NE(treeText("<config><serverport>8555</serverport></config>").find("listen 8555;"), std::string::npos);
}

/// Else an RTMP client would get in, unasked, to what the file protects.
TEST(XmlConfigTest, withoutRtmpThereIsNone) {
    for (const std::string& text :
         {std::string(kRtspServer), std::string("<config><rtsp/><rtmp><enable>0</enable></rtmp></config>")}) {
        const LoadOutcome outcome = load(text);
        ASSERT_NE(outcome.config, nullptr) << messages(outcome);
        EXPECT_FALSE(outcome.config->rtmpEnabled);
        EXPECT_TRUE(outcome.config->rtmpListen.empty());
        EXPECT_TRUE(outcome.config->rtsp.enabled);
        EXPECT_EQ(messages(outcome), "");
    }
    EXPECT_EQ(messages(load("<config><rtmp><enable>0</enable></rtmp></config>")),
              "test.conf: warning: no server is enabled: nobody can publish or play\n");
}

TEST(XmlConfigTest, whatWouldLetClientsInUnaskedIsAnError) {
    for (const char* text :
         {"<need_auth>1</need_auth>", "<rtsp><need_auth>yes</need_auth></rtsp>", "<on_Play>http://h/</on_Play>",
          "<rtsp><onplay>http://h/</onplay></rtsp>", "<notify_metod>GET</notify_metod>",
          "<http_notfy><on_play>http://h/</on_play></http_notfy>", "<http_hooks><a>b</a></http_hooks>",
          "<rtsp><http_notify><on_pley/></http_notify></rtsp>",
          "<rtsp><http_notify><timeout>3</timeout></http_notify></rtsp>",
          "<module><inner><on_play>http://h/</on_play></inner></module>", "<srt><enable>maybe</enable></srt>",
          "<on_play>http://a/,http://b/</on_play>", "<on_play>http://a/</on_play><on_play>http://b/</on_play>"}) {
        const LoadOutcome outcome = load(std::string("<config>") + text + "</config>");
        EXPECT_EQ(outcome.config, nullptr) << text;
        EXPECT_NE(messages(outcome).find("test.conf:1:"), std::string::npos) << text << messages(outcome);
    }
    for (const char* text : {"<need_auth>0</need_auth>", "<auth/>", "<author>x</author>", "<online>1</online>"})
        EXPECT_NE(load(std::string("<config>") + text + "</config>").config, nullptr) << text;
}

TEST(XmlConfigTest, severalUrlsOfAnElementAreAskedInOrder) {
    const LoadOutcome outcome = load("<config><on_play>\n http://a/\n\thttp://b/ </on_play></config>");
    EXPECT_EQ(defaultVhost(outcome)->notifies.at(0).onPlay, (Words{"http://a/", "http://b/"}));
}

TEST(XmlConfigTest, emptyElementsSayNothing) {
    const LoadOutcome outcome = load("<config><rtsp><http_notify><on_play></on_play><on_done/><notify_method/>"
                                     "</http_notify></rtsp></config>");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_TRUE(defaultVhost(outcome)->notifies.empty());
}

TEST(XmlConfigTest, whatIsNotOursIsListedWithItsPlace) {
    const LoadOutcome outcome = load("<config>\n<need_auth>0</need_auth>\n<rtmp>\n  <gop>1</gop>\n"
                                     "<http_port><timeout>3</timeout></http_port>\n"
                                     "<rtsp/></rtmp>\n<user><username>admin</username></user>\n"
                                     "<rtsp>stray<port><x/>1554</port></rtsp>\n</config>");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    const std::string text = messages(outcome);
    for (const char* line :
         {"test.conf:2:1: warning: <need_auth> has no effect\n", "test.conf:4:3: warning: <gop> has no effect\n",
          "test.conf:5:1: warning: <http_port> has no effect\n", "test.conf:6:1: warning: <rtsp> has no effect\n",
          "test.conf:7:1: warning: <user> has no effect\n",
          "test.conf:8:1: warning: the text in <rtsp> has no effect\n", "test.conf:8:18: warning: <x> has no effect\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    EXPECT_EQ(text.find("username"), std::string::npos) << "what is in it goes without saying";
    const std::string dumped = dump(outcome);
    EXPECT_NE(dumped.find("# test.conf:2:1: config.need_auth\n"), std::string::npos) << dumped;
    EXPECT_NE(dumped.find("# test.conf:4:3: config.rtmp.gop\n"), std::string::npos) << dumped;
    EXPECT_NE(dumped.find("# test.conf:5:1: config.rtmp.http_port\n"), std::string::npos) << dumped;
}

TEST(XmlConfigTest, valuesAreCheckedAsInAnyFile) {
    const LoadOutcome outcome = load("<config><rtmp><port>nowhere</port></rtmp>\n<rtsp><http_notify>\n"
                                     "<on_play>h/play</on_play>\n<notify_method>PUT</notify_method>\n"
                                     "</http_notify></rtsp></config>");
    EXPECT_EQ(outcome.config, nullptr);
    const std::string text = messages(outcome);
    EXPECT_NE(text.find("test.conf:1:15: error: 'listen': 'nowhere'"), std::string::npos) << text;
    EXPECT_NE(text.find("test.conf:3:1: error: 'on_play': 'h/play'"), std::string::npos) << text;
    EXPECT_NE(text.find("test.conf:4:1: error: 'notify_method': expected one of POST, GET, found 'PUT'"),
              std::string::npos)
        << text;
}

TEST(XmlConfigTest, anotherDocumentIsAnError) {
    EXPECT_EQ(messages(load("\n<html/>")), "test.conf:2:1: error: expected <config>, found <html>\n");
    EXPECT_EQ(messages(load("<config>")), "test.conf:1:9: error: XML: No element found\n");
    EXPECT_EQ(load("<!DOCTYPE config><config/>").config, nullptr);
    EXPECT_EQ(load("<?xml version='1.0'?>").config, nullptr);
}

TEST(XmlConfigTest, theEnvironmentBeatsTheFile) {
    const LoadOutcome outcome = load("<config><rtmp/></config>", {{"SRS_LISTEN", "19350"}, {"SRS_DAEMON", "on"}});
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 19350);
    EXPECT_TRUE(outcome.config->daemon);
}

TEST(XmlConfigTest, theDumpIsTheSameInNginxStyle) {
    for (const std::string file : {"rtspserver", "mediaserver"}) {
        const LoadOutcome outcome = ConfigLoader().loadFile(HOOKCAST_SOURCE_DIR "/conf/" + file + ".cfg", {});
        ASSERT_NE(outcome.config, nullptr) << messages(outcome);
        const LoadOutcome again = load(dump(outcome));
        ASSERT_NE(again.config, nullptr) << messages(again);
        EXPECT_EQ(messages(again), "");
        EXPECT_TRUE(test::sameConfig(*outcome.config, *again.config)) << dump(outcome);
    }
}

TEST(XmlConfigTest, ofSeveralAddressesOfRtmpTheOthersAreTold) {
    const LoadOutcome outcome = load("<config>\n<rtmp><enable>0</enable><port>1</port></rtmp>\n"
                                     "<rtmp><port>2</port></rtmp>\n<rtmp><port>3</port></rtmp>\n</config>");
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 2);
    EXPECT_EQ(messages(outcome), "test.conf:4:1: warning: of several <rtmp> the first one's address counts, and the "
                                 "hooks of all\n");
}

} // namespace
} // namespace hookcast::config
