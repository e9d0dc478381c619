#pragma once

#include "support/ApiClient.h"
#include "support/Deadline.h"
#include "support/PrometheusText.h"

#include <gmock/gmock.h>

#include <string>

namespace hookcast::integration {

/// What /metrics says now; that it is in order is expected of it.
inline PrometheusText readMetrics(const ApiClient& api) {
    const HttpAnswer answer = api.ask("GET", "/metrics");
    EXPECT_THAT(answer.field("content-type"), testing::HasSubstr("version=0.0.4"));
    PrometheusText page(answer.body);
    EXPECT_THAT(page.faults, testing::IsEmpty());
    return page;
}

/// As soon as the series has this value.
inline void expectMetric(const ApiClient& api, const std::string& series, double value) {
    const Deadline deadline;
    double last = readMetrics(api).value(series);
    while (last != value && !deadline.passed()) last = readMetrics(api).value(series);
    EXPECT_EQ(last, value) << series;
}

} // namespace hookcast::integration
