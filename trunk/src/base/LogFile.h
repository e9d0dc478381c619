#pragma once

#include <Poco/Channel.h>
#include <Poco/Message.h>

#include <string>

namespace hookcast::base {

/// Where the log's lines end up: a file, or standard output. A line is appended by itself and at once, and no error
/// stays: each line is tried anew, so that the next one is there as soon as the disk has room again. What a failure has
/// cut, in this process or in the one before it, is a line by itself.
///
/// One thread at a time. It blocks as long as the file does, standard output that others have made non-blocking, too.
class LogFile final : public Poco::Channel {
  public:
    /// Appends to `path`, which is made where it is not there. Throws Poco::OpenFileException, with the reason.
    explicit LogFile(const std::string& path);

    /// Standard output, which is not closed.
    LogFile();

    ~LogFile() override;
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// The message's text as a line. Throws Poco::WriteFileException, whose code is errno's, when it could not be
    /// written, or only in part.
    void log(const Poco::Message& message) override;

  private:
    int writeLine();

    // owned
    int fd_;
    bool isOurs_;
    // state
    bool isCut_ = false; ///< the file's last line has no end
    std::string line_;   ///< being written; its memory is used again
};

} // namespace hookcast::base
