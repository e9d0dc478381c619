#pragma once

#include "base/LogLevel.h"

#include <Poco/Formatter.h>
#include <Poco/Message.h>

#include <atomic>
#include <string>
#include <string_view>

namespace hookcast::base {

/// Makes the lines of the log, on the log's thread. Whatever a message holds, its line is one: in text, control
/// characters and bytes that are no UTF-8 are escaped; as JSON, a line is one object.
class LogFormatter final : public Poco::Formatter {
  public:
    /// `parts` as LogParts::jsonMembers() has them.
    static Poco::Message message(LogLevel level, std::string_view who, std::string_view text, std::string_view parts);

    /// Any thread; lines that wait follow it.
    void setShape(LogShape shape) { shape_ = shape; }

    void format(const Poco::Message& message, std::string& line) override;

  private:
    std::atomic<LogShape> shape_{LogShape{}};
};

} // namespace hookcast::base
