#include "control/MetricsText.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::control {
namespace {

TEST(MetricsText, WritesFamilies) {
    MetricsText metrics;
    metrics.begin("clients", "gauge", "Who is there.");
    metrics.value(3, label("role", "play"));
    metrics.beginStandard("process_open_fds", "gauge", "Open file descriptors.");
    metrics.value(7);
    EXPECT_EQ(metrics.text(), "# HELP hookcast_clients Who is there.\n# TYPE hookcast_clients gauge\n"
                              "hookcast_clients{role=\"play\"} 3\n"
                              "# HELP process_open_fds Open file descriptors.\n# TYPE process_open_fds gauge\n"
                              "process_open_fds 7\n");
}

TEST(MetricsText, EscapesLabelsAsTheFormatHasThem) {
    EXPECT_EQ(label("stream", "a\"b\\c\nd"), R"(stream="a\"b\\c\nd")");
    EXPECT_EQ(label("stream", std::string("a\rb") + '\0' + "c"), "stream=\"a b c\"");
    EXPECT_EQ(label("stream", "a\xFF\xED\xA0\x80z"), "stream=\"a\uFFFD\uFFFD\uFFFD\uFFFDz\"");
    EXPECT_EQ(label("stream", "Gr\u00FC\u00DFe \u2028{},="), "stream=\"Gr\u00FC\u00DFe \u2028{},=\"");
}

} // namespace
} // namespace hookcast::control
