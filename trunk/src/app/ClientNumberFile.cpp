#include "app/ClientNumberFile.h"

#include "visits/ClientNumbers.h"

#include <fstream>
#include <limits>
#include <system_error>

namespace hookcast::app {

namespace {

constexpr std::uint64_t kHalf = std::numeric_limits<std::int32_t>::max() / 2;
/// More than a process gives between the start of its successor and its own end.
constexpr std::uint64_t kLeftToOther = 10 * visits::ClientNumbers::kBlock;

} // namespace

ClientNumberFile::ClientNumberFile(const config::Config& config, bool isShared, base::Log& log)
    : log_(log), path_(std::filesystem::path(config.pidFile).replace_extension(".clients")) {
    std::ifstream(path_) >> last_;
    if (isShared) last_ += kLeftToOther;
    if (last_ > kHalf) last_ = 0;
}

void ClientNumberFile::keep(std::uint64_t upTo) {
    writer_.post([this, upTo] { write(upTo); });
}

/// By way of another file: what a crash leaves is the old number or the new one.
void ClientNumberFile::write(std::uint64_t upTo) {
    if (isLeft_) return;
    const std::filesystem::path next = path_.string() + ".new";
    std::ofstream file(next);
    file << upTo << '\n' << std::flush;
    std::error_code error;
    if (file) std::filesystem::rename(next, path_, error);
    if ((file && !error) || warned_) return;
    warned_ = true;
    log_.warn("main", "clients are numbered from {} again at the next start: {} cannot be written", last_ + 1,
              path_.string());
}

} // namespace hookcast::app
