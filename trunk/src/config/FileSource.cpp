#include "config/FileSource.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace hookcast::config {

namespace fs = std::filesystem;

namespace {

std::string systemMessage(int code) {
    return std::error_code(code, std::generic_category()).message();
}

} // namespace

std::optional<std::string> DiskFiles::find(const std::string& path) const {
    std::error_code failure;
    const fs::path canonical = fs::canonical(path, failure);
    if (failure) return std::nullopt;
    return canonical.string();
}

base::Result<std::string> DiskFiles::read(const std::string& path, std::size_t maxBytes) const {
    const std::string shown = base::printable(path);
    std::error_code failure;
    if (fs::is_directory(path, failure)) return base::Error{fmt::format("'{}' is a folder, expected a file", shown)};
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return base::Error{fmt::format("cannot open '{}': {}", shown, systemMessage(errno))};
    std::string text;
    std::array<char, 64 * 1024> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > maxBytes) return base::Error{fmt::format("'{}' is larger than {} bytes", shown, maxBytes)};
    }
    if (file.bad()) return base::Error{fmt::format("cannot read '{}': {}", shown, systemMessage(errno))};
    return text;
}

} // namespace hookcast::config
