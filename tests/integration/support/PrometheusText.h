#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// A page in Prometheus' text format 0.0.4, read strictly: each family has one HELP and one TYPE, in front of its
/// samples, which stand together; names and labels are as the format has them, escapes too; no series is there twice;
/// counters end in `_total`, a histogram's buckets rise up to `+Inf`.
struct PrometheusText {
    std::map<std::string, std::string> types; ///< of each family
    std::map<std::string, double> samples;    ///< by name and labels, as they are written
    std::vector<std::string> faults;          ///< empty: the page is in order

    explicit PrometheusText(std::string_view page);

    /// Of a series as it is written, `name{label="value"}`; -1 where there is none.
    double value(const std::string& series) const;

  private:
    void readComment(std::string_view line);
    void readSample(std::string_view line);
    void checkBucket(const std::string& series, double value);
    void fail(std::string_view line, std::string_view what);

    std::map<std::string, int> helps_;
    std::map<std::string, bool> ended_; ///< families whose samples are over
    std::string family_;
    std::map<std::string, double> buckets_; ///< the highest so far of each histogram's series
};

} // namespace hookcast::integration
