#include "files/FileTransfer.h"

#include "http/HttpStatus.h"

#include <algorithm>
#include <utility>

namespace hookcast::files {

namespace {

constexpr const char* kIndex = "index.html";
constexpr const char* kIsAnswered = "the request is answered";
/// All that a client hears that may not have a recording: whether there is one, and why, is not its business.
constexpr const char* kNotAllowed = "not allowed";
constexpr const char* kTakesNothing = "the client took nothing of a file for idle_timeout";

/// The file's own, or one that promises sound and picture where the file does not begin with one.
base::Bytes flvHeaderOf(const ServedFile& file) {
    base::Bytes header;
    const base::Result<void> read = file.read(0, kFlvHeaderBytes, header);
    base::Bytes usual = {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0};
    const auto isUsual = [&](std::size_t at) { return at == 4 || header[at] == usual[at]; };
    for (std::size_t at = 0; at < usual.size(); ++at)
        if (!read || header.size() != usual.size() || !isUsual(at)) return usual;
    return header;
}

http::HttpResponse refusalPage() {
    http::HttpResponse response = http::textResponse(http::kForbidden, kNotAllowed);
    response.close = true;
    return response;
}

bool isFolderPath(const std::string& path) {
    return path.empty() || path.ends_with('/');
}

} // namespace

FileTransfer::FileTransfer(visits::Services& services, base::WorkerThread& disk, Source source, FileWish wish,
                           FileGate::Wish visit, std::int64_t timeoutMs, http::HttpPort& port)
    : disk_(disk), source_(std::move(source)), wish_(std::move(wish)), timeoutMs_(timeoutMs), port_(port),
      gate_(services, std::move(visit), port) {}

FileTransfer::~FileTransfer() {
    if (file_ != nullptr) disk_.post([file = std::move(file_)]() mutable { file.reset(); });
}

/// Runs `work` on the other thread, and then `then` with its result here, unless this has died.
template <typename Work, typename Then>
void FileTransfer::onDisk(Work work, Then then) {
    isReading_ = true;
    disk_.post([&loop = port_.loop(), weak = std::weak_ptr(alive_), this, work = std::move(work),
                then = std::move(then)]() mutable {
        try {
            auto result = work();
            loop.post([weak, this, result = std::move(result), then = std::move(then)]() mutable {
                if (weak.expired()) return;
                isReading_ = false;
                then(std::move(result));
            });
        } catch (const std::exception& e) {
            // Whoever waits for the disk has no deadline.
            loop.post([weak, this, reason = std::string("internal error: ") + e.what()] {
                if (!weak.expired()) port_.session().end(reason, {});
            });
        }
    });
}

void FileTransfer::start() {
    onDisk([source = source_, wish = wish_] { return look(source, wish); },
           [this](Found found) {
               if (found.claim)
                   askFor(std::move(found));
               else
                   begin(std::move(found));
           });
}

void FileTransfer::close(const std::string& reason) {
    alive_.reset();
    gate_.close(reason);
}

std::optional<RecordedFiles::Claim> FileTransfer::claimOn(const Source& source, const std::string& path,
                                                          const base::Result<ServedFile>& opened) {
    if (source.recordings->empty()) return std::nullopt;
    if (opened) return opened.value().isFolder() ? std::nullopt : source.recordings->find(opened.value().realPath());
    // Whether there is such a recording only those may know who may have it.
    if (!source.recordings->mayBeCalled(path)) return std::nullopt;
    return source.recordings->find(ServedFile::placeOf(source.folder, path));
}

FileTransfer::Found FileTransfer::look(const Source& source, const FileWish& wish) {
    const std::string path = isFolderPath(source.path) ? source.path + kIndex : source.path;
    base::Result<ServedFile> opened = ServedFile::open(source.folder, path);
    std::optional<RecordedFiles::Claim> claim = claimOn(source, path, opened);
    if (!opened) return {opened.error(), {}, {}, std::move(claim)};
    auto file = std::make_shared<ServedFile>(opened.take());
    if (file->isFolder()) return {std::move(file), {}, {}, {}};
    Found found{file, answerFile(wish, *file, path), {}, std::move(claim)};
    if (found.answer.isFlvFromStart && found.answer.range.sizeBytes > 0) found.leading = flvHeaderOf(*file);
    if (found.claim) return found;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(found.answer.range.sizeBytes, kChunkBytes));
    const base::Result<void> read = file->read(found.answer.range.first, most, found.chunk);
    if (!read) found.file = read.error();
    return found;
}

void FileTransfer::askFor(Found found) {
    const RecordedFiles::Claim& claim = *found.claim;
    if (!claim.refusal.empty()) {
        gate_.close(claim.refusal);
        port_.respond(refusalPage(), claim.refusal);
        return;
    }
    const auto shared = std::make_shared<Found>(std::move(found));
    gate_.ask(*shared->claim, [this, shared](const base::Result<void>& verdict) {
        if (verdict) {
            begin(std::move(*shared));
            return;
        }
        gate_.close(verdict.error().message);
        port_.refuse(refusalPage(), verdict.error().message);
    });
}

void FileTransfer::begin(Found found) {
    if (!found.file) {
        leave("no such file: " + found.file.error().message);
        return;
    }
    file_ = found.file.take();
    if (file_->isFolder()) {
        http::HttpResponse response = http::textResponse(http::kMovedPermanently, "a folder");
        response.fields = {{"Location", source_.redirect}};
        if (isFolderPath(source_.path))
            leave("no such file");
        else
            respond(response);
        return;
    }
    const http::ByteRange& range = found.answer.range;
    if (range.sizeBytes == 0) {
        respond(found.answer.head);
        return;
    }
    offset_ = range.first + found.chunk.size();
    leftBytes_ = range.sizeBytes - found.chunk.size();
    chunk_ = std::move(found.leading);
    chunk_.insert(chunk_.end(), found.chunk.begin(), found.chunk.end());
    const iovec front{chunk_.data(), chunk_.size()};
    chunkSent_ = port_.beginBody(found.answer.head, {&front, 1});
    pump();
}

void FileTransfer::leave(const std::string& reason) {
    gate_.close(reason);
    port_.leave(reason);
}

void FileTransfer::respond(const http::HttpResponse& response) {
    port_.respond(response, {});
    gate_.close(kIsAnswered);
}

void FileTransfer::pump() {
    if (isReading_) return;
    const iovec rest{chunk_.data() + chunkSent_, chunk_.size() - chunkSent_};
    if (rest.iov_len > 0) {
        const std::size_t taken = port_.session().write({&rest, 1});
        chunkSent_ += taken;
        if (taken < rest.iov_len) {
            port_.session().expect(timeoutMs_, kTakesNothing);
            return;
        }
    }
    port_.session().expectNothing();
    if (leftBytes_ > 0)
        readNext();
    else
        finish();
}

void FileTransfer::finish() {
    gate_.close(kIsAnswered);
    port_.endBody();
}

void FileTransfer::readNext() {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(leftBytes_, kChunkBytes));
    chunk_.clear();
    chunkSent_ = 0;
    using Read = std::pair<base::Result<void>, base::Bytes>;
    onDisk(
        [file = file_, offset = offset_, most, chunk = std::move(chunk_)]() mutable {
            base::Result<void> read = file->read(offset, most, chunk);
            if (read && chunk.size() < most) read = base::Error{"it has become shorter"};
            return Read(std::move(read), std::move(chunk));
        },
        [this](Read read) { takeChunk(read.first, std::move(read.second)); });
}

void FileTransfer::takeChunk(const base::Result<void>& read, base::Bytes chunk) {
    if (!read) {
        // The length is promised: only the connection's end tells that the rest is missing.
        port_.session().end("a file cannot be read further: " + read.error().message, {});
        return;
    }
    chunk_ = std::move(chunk);
    offset_ += chunk_.size();
    leftBytes_ -= chunk_.size();
    pump();
}

} // namespace hookcast::files
