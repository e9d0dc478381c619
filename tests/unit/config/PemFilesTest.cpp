#include "config/DirectiveTable.h"
#include "unit/config/Support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

namespace hookcast::config {
namespace {

using testing::HasSubstr;

/// By the block that they stand in: a file in which directives that name PEM files count.
std::string fileWith(std::string_view context, const std::string& directives) {
    const std::string url = "http://127.0.0.1/x";
    const std::map<std::string_view, std::string> files = {
        {"rtmps", "rtmps { enabled on; " + directives + " }"},
        {"rtsp_server.rtsps", "rtsp_server { enabled on; rtsps { enabled on; " + directives + " } }"},
        {"http_server.https", "http_server { enabled on; https { enabled on; " + directives + " } }"},
        {"http_api.https", "http_api { enabled on; https { enabled on; " + directives + " } }"},
        {"vhost.tls", "rtmps { enabled on; } vhost a { tls { " + directives + " } }"},
        {"vhost.http_hooks", "vhost a { http_hooks { enabled on; on_connect " + url + "; " + directives + " } }"},
        {"http_notify", "http_notify { enabled on; on_play " + url + "; " + directives + " }"},
        {"vhost.http_notify", "vhost a { http_notify { enabled on; on_play " + url + "; " + directives + " } }"},
        {"webhook", "webhook a { url " + url + "; " + directives + " }"},
        {"heartbeat", "heartbeat { enabled on; url " + url + "; " + directives + " }"},
        {"cluster_redis", "cluster_redis { enabled on; url rediss://127.0.0.1; " + directives + " }"}};
    const auto found = files.find(context);
    return found == files.end() ? std::string() : test::complete(found->second);
}

/// Whoever adds such a directive, or a block that has them, says above how it counts, and sees to the check.
TEST(PemFilesTest, EachFileThatIsNotThereIsToldOf) {
    int count = 0;
    for (const Section* section : allSections())
        for (const DirectiveRow& row : section->rows) {
            if (row.status != Status::Works || row.doc.find("PEM ") == std::string_view::npos) continue;
            const std::string name(row.name);
            // Of a vhost's both have to be there.
            const std::string rest = name == "cert" ? "key /none;" : name == "key" ? "cert /none;" : "";
            const std::string file = fileWith(section->context, name + " /none; " + rest);
            EXPECT_NE(file, "") << section->context << '.' << name;
            EXPECT_THAT(test::messages(test::load(file)), HasSubstr("'" + name + "': no such file")) << file;
            ++count;
        }
    EXPECT_GE(count, 20);
}

TEST(PemFilesTest, AuthoritiesThatCannotBeReadAreErrors) {
    const std::map<std::string, std::string> files = {{"/text", "-----BEGIN"},
                                                      {"/cut", "-----BEGIN CERTIFICATE-----\nMIIB"}};
    for (const char* context : {"vhost.http_hooks", "cluster_redis"})
        for (const auto& [path, text] : files) {
            const LoadOutcome outcome = test::load(fileWith(context, "ca_file " + path + ";"), {}, files);
            EXPECT_EQ(outcome.config, nullptr) << context << path;
            EXPECT_THAT(test::messages(outcome), HasSubstr("error: 'ca_file': '" + path + "': "));
        }
    EXPECT_THAT(test::messages(
                    test::load(test::complete("cluster_redis { enabled on; url redis://127.0.0.1; ca_file /none; }"))),
                HasSubstr("warning: cluster_redis: 'ca_file' is for rediss"));
}

TEST(RtpPortsTest, HoldAPair) {
    const auto fileWithPorts = [](int first, int last) {
        return test::complete("rtsp_server { enabled on; rtp_port_min " + std::to_string(first) + "; rtp_port_max " +
                              std::to_string(last) + "; }");
    };
    EXPECT_THAT(test::messages(test::load(fileWithPorts(22899, 22890))),
                HasSubstr("error: rtsp_server: from 'rtp_port_min' 22899 to 'rtp_port_max' 22890 there is no pair"));
    EXPECT_EQ(test::load(fileWithPorts(22890, 22890)).config, nullptr);
    EXPECT_EQ(test::load(fileWithPorts(22891, 22892)).config, nullptr) << "a pair begins with an even one";
    EXPECT_EQ(test::load(test::complete("rtsp_server { enabled on; rtp_port_min 30000; }")).config, nullptr)
        << "the last port by default is 29999";
    EXPECT_NE(test::load(fileWithPorts(22890, 22891)).config, nullptr);
    EXPECT_NE(test::load(test::complete("rtsp_server { enabled off; rtp_port_min 30000; }")).config, nullptr);
}

} // namespace
} // namespace hookcast::config
