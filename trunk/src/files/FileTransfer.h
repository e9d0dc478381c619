#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "base/WorkerThread.h"
#include "files/FileAnswer.h"
#include "files/FileGate.h"
#include "files/RecordedFiles.h"
#include "files/ServedFile.h"
#include "http/HttpHandler.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::files {

/// Answers one request with a file, or with what its absence or the request's conditions want. Where the file is or
/// would be a recording, its gate is asked first, whatever the answer is. The disk is read on a thread of its own,
/// kChunkBytes at a time, and the next time when the connection has taken those. Loop thread of its session only.
class FileTransfer final : public http::HttpActivity {
  public:
    static constexpr std::size_t kChunkBytes = 128 * 1024;

    struct Source {
        std::string folder;
        std::string path;     ///< relative to it; empty, or with a slash at its end: its index.html
        std::string redirect; ///< where a folder is that was asked for without a slash at its end
        std::shared_ptr<const RecordedFiles> recordings;
    };

    /// `disk` and `services` outlive this. A client that takes nothing for `timeoutMs` is closed.
    FileTransfer(visits::Services& services, base::WorkerThread& disk, Source source, FileWish wish,
                 FileGate::Wish visit, std::int64_t timeoutMs, http::HttpPort& port);
    ~FileTransfer() override;
    FileTransfer(const FileTransfer&) = delete;
    FileTransfer& operator=(const FileTransfer&) = delete;

    // HttpActivity
    void start() override;
    void onWritable() override { pump(); }
    void close(const std::string& reason) override;
    std::string vhostName() const override { return gate_.vhostName(); }

  private:
    /// What the other thread found.
    struct Found {
        base::Result<std::shared_ptr<ServedFile>> file;
        FileAnswer answer;
        base::Bytes chunk; ///< the first one, unless somebody has to be asked before
        std::optional<RecordedFiles::Claim> claim;
        base::Bytes leading{}; ///< what is sent before the file's bytes
    };

    static Found look(const Source& source, const FileWish& wish);
    static std::optional<RecordedFiles::Claim> claimOn(const Source& source, const std::string& path,
                                                       const base::Result<ServedFile>& opened);
    void askFor(Found found);
    void begin(Found found);
    void leave(const std::string& reason);
    void respond(const http::HttpResponse& response);
    void pump();
    void finish();
    void readNext();
    void takeChunk(const base::Result<void>& read, base::Bytes chunk);
    template <typename Work, typename Then>
    void onDisk(Work work, Then then);

    // given
    base::WorkerThread& disk_;
    Source source_;
    FileWish wish_;
    std::int64_t timeoutMs_;
    http::HttpPort& port_;
    // owned
    FileGate gate_;
    std::shared_ptr<ServedFile> file_; ///< closed on the other thread
    base::Bytes chunk_;
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true); ///< what comes back later looks here
    // state
    std::size_t chunkSent_ = 0;
    std::uint64_t offset_ = 0;    ///< of the next chunk
    std::uint64_t leftBytes_ = 0; ///< behind this chunk
    bool isReading_ = false;
};

} // namespace hookcast::files
