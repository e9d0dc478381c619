#include "spool/Files.h"

#include <fcntl.h>
#include <sys/file.h>

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace hookcast::spool {

namespace {

constexpr mode_t kOwnerOnly = 0600;

std::unique_ptr<Database> makeDatabase(const std::string& file) {
    // SQLite's other files get the rights of this one.
    const net::Descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly), file.c_str());
    auto database = std::make_unique<Database>(file);
    if (database->isNewer()) throw std::runtime_error(file + " was written by a newer server, and is left as it is");
    return database;
}

void putAside(const std::string& file, std::int64_t nowUnixS) {
    for (const char* ending : {"", "-wal", "-shm"}) {
        std::error_code ignored; // there need not be any
        std::filesystem::rename(file + ending, fmt::format("{}.damaged-{}{}", file, nowUnixS, ending), ignored);
    }
}

} // namespace

std::unique_ptr<net::Descriptor> lockFiles(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder);
    const std::string file = path + ".lock";
    auto lock =
        std::make_unique<net::Descriptor>(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly), file.c_str());
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) != 0)
        throw std::runtime_error("another server has it; give each its own spool.path");
    return lock;
}

std::unique_ptr<Database> openDatabase(const std::string& path, std::int64_t nowUnixS, base::Log& log) {
    const std::string file = path + ".db";
    try {
        return makeDatabase(file);
    } catch (const DatabaseError& e) {
        if (!e.isDamage()) throw;
        log.error("spool", "{}: {}; it is put aside as {}.damaged-{}, and a new one begins", file, e.what(), file,
                  nowUnixS);
    }
    putAside(file, nowUnixS);
    return makeDatabase(file);
}

} // namespace hookcast::spool
