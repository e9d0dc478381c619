#pragma once

#include "config/Config.h"

#include <cstddef>
#include <string>
#include <vector>

namespace hookcast::config {

/// One thing to tell the user about the configuration. An error means that there is no Config; with a warning the
/// load goes on and the message says what was assumed.
struct Finding {
    enum class Severity { Warning, Error };

    Severity severity = Severity::Error;
    SourceLocation where;
    std::string message;
    bool tellsNoEffect = false; ///< no more than that

    std::string text() const; ///< `file:line:column: error: message`
};

/// One line of text per finding, in their order.
std::vector<std::string> findingLines(const std::vector<Finding>& findings);

/// Collects the findings of one load. Keeps the first `kLimit` of them and counts the rest, so that a large file of
/// garbage costs no more than its own size. One thread.
class Findings {
  public:
    static constexpr std::size_t kLimit = 1000;

    void error(const SourceLocation& where, std::string message);
    void warning(const SourceLocation& where, std::string message);
    /// A warning that something has no effect.
    void noEffect(const SourceLocation& where, std::string message);

    bool hasErrors() const { return hasErrors_; }
    bool full() const { return found_.size() >= kLimit; }

    /// All of them, ordered by place within a file, files in the order in which they were first mentioned; the last
    /// one tells how many were left out. Empties the collection.
    std::vector<Finding> take();

  private:
    void add(Finding finding);

    std::vector<Finding> found_;
    std::size_t leftOut_ = 0;
    bool hasErrors_ = false;
};

} // namespace hookcast::config
