#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

std::string told(const std::string& dvr, const std::string& more = "", const std::string& server = "dir /srv/html;") {
    return test::messages(test::load("listen 1935; http_server { enabled on; " + server + " }\nvhost own.com { dvr { " +
                                     dvr + " } " + more + " }"));
}

TEST(ServedRecordingsTest, AreWarnedOf) {
    const std::string hooks = "http_hooks { enabled on; on_play http://127.0.0.1/; }";
    const std::string inside = "enabled on; dvr_path /srv/html/rec/[app]/[stream].flv;";
    EXPECT_NE(told(inside, hooks)
                  .find("test.conf:2:35: warning: 'dvr_path': the recordings of vhost own.com lie where "
                        "http_server serves files ('/srv/html'): whoever asks for one is asked about"),
              std::string::npos)
        << told(inside, hooks);
    EXPECT_NE(told(inside).find("anybody gets them"), std::string::npos);
    EXPECT_NE(told("enabled on; dvr_path /srv/html/[stream].flv;", hooks).find("they are given to nobody"),
              std::string::npos);
    EXPECT_NE(told("dvr_path /srv/[app]/[stream].flv;").find("lie where"), std::string::npos)
        << "the folder may be an app's";
    EXPECT_NE(told("enabled on;", "", "").find("lie where http_server serves"), std::string::npos) << "the defaults";
    EXPECT_NE(told("dvr_path /data/[app]/[stream].flv;", "http_static { enabled on; dir /data; }")
                  .find("lie where http_static serves files"),
              std::string::npos);
}

TEST(ServedRecordingsTest, ElsewhereTheyAreNobodysBusiness) {
    EXPECT_EQ(told("enabled on; dvr_path /srv/html2/[app]/[stream].flv;"), "");
    EXPECT_EQ(told("enabled off;", "", ""), "") << "nothing is recorded, and nothing says where to";
    EXPECT_EQ(test::messages(test::load("listen 1935; vhost a { dvr { enabled on; } }")), "");
}

} // namespace
} // namespace hookcast::config
