#include "config/ForeignConfig.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

std::string firstOf(const std::string& text) {
    const LoadOutcome outcome = test::load(text);
    EXPECT_EQ(outcome.config, nullptr) << text;
    EXPECT_EQ(outcome.findings.size(), 1U) << test::messages(outcome);
    return test::messages(outcome);
}

TEST(ForeignConfigTest, YamlIsNamed) {
    for (const char* text : {"rtmp: yes\nrtmpAddress: :1935\npaths:\n  all:\n", "# a comment\n\npaths:\n  all: {}\n",
                             "---\nserver:\n  - appname: live\n", "\xEF\xBB\xBFlogLevel: info\r\n", "- a\n- b\n",
                             "rtmp_addr: \":1935\"\n"})
        EXPECT_NE(firstOf(text).find("error: this is YAML"), std::string::npos) << text;
    EXPECT_NE(firstOf("\n# x\nlogLevel: info\n").find("test.conf:3:1: "), std::string::npos);
}

TEST(ForeignConfigTest, NginxIsNamed) {
    for (const char* text :
         {"worker_processes auto;\nrtmp { server { listen 1935; application live { live on; } } }",
          "rtmp {\n server {\n  listen 1935;\n  application live {\n   live on;\n   on_publish http://a/b;\n} } }",
          "events { worker_connections 1024; }\nhttp { include mime.types; server { listen 80; } }",
          "user nginx; worker_processes 1; events { } rtmp { server { listen 1935 } }"})
        EXPECT_NE(firstOf(text).find("error: this is a configuration of nginx"), std::string::npos) << text;
    EXPECT_NE(firstOf("\nrtmp {\n server { } }").find("test.conf:2:1: "), std::string::npos);
}

TEST(ForeignConfigTest, ItsOwnIsNotTakenForAnother) {
    for (const char* text : {"listen 1935; vhost __defaultVhost__ { }", "# a: b\nlisten 1935; vhost v { }",
                             "rtmp { chunk_size 4096; } listen 1935; vhost v { http_server { } }",
                             "vhost a:b { } listen 1;", "listen :1935; vhost v { }"})
        EXPECT_EQ(test::messages(test::load(text)).find("error: this is"), std::string::npos) << text;
}

} // namespace
} // namespace hookcast::config
