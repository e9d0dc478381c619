#include "spool/Journal.h"

#include "net/Descriptor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace hookcast::spool {

namespace {

constexpr std::size_t kHeaderBytes = 16; ///< the file's generation, and nothing yet
constexpr std::size_t kRecordBytes = 8;  ///< length and checksum

/// FNV-1a: tells what a crash has cut from what is whole.
std::uint32_t checksum(std::string_view text) {
    std::uint32_t sum = 2166136261U;
    for (const char c : text) sum = (sum ^ static_cast<std::uint8_t>(c)) * 16777619U;
    return sum;
}

[[noreturn]] void fail(const std::string& path, int error) {
    throw std::runtime_error(fmt::format("{}: {}", path, std::strerror(error)));
}

std::uint32_t numberAt(const std::uint8_t* place) {
    std::uint32_t number = 0;
    std::memcpy(&number, place, sizeof(number));
    return number;
}

} // namespace

Journal::Journal(const std::string& path) {
    try {
        map(files_[0], path + ".0");
        map(files_[1], path + ".1");
    } catch (...) {
        for (File& file : files_)
            if (file.begin != nullptr) ::munmap(file.begin, kBytes);
        throw;
    }
    lastGeneration_ = std::max(generation(files_[0]), generation(files_[1]));
}

Journal::~Journal() {
    for (const File& file : files_) ::munmap(file.begin, kBytes);
}

/// Its blocks are taken now: a disk that is full later does not matter to who writes into the mapped memory.
void Journal::map(File& file, const std::string& path) const {
    constexpr mode_t kOwnerOnly = 0600;
    const net::Descriptor opened(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly), path.c_str());
    if (const int error = ::posix_fallocate(opened.get(), 0, kBytes); error != 0) fail(path, error);
    void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, opened.get(), 0);
    if (memory == MAP_FAILED) fail(path, errno);
    file.begin = static_cast<std::uint8_t*>(memory);
}

void Journal::forEach(const std::function<void(std::string_view)>& take) const {
    const bool firstIsOlder = generation(files_[0]) < generation(files_[1]);
    for (const std::size_t i : {firstIsOlder ? 0 : 1, firstIsOlder ? 1 : 0}) {
        const std::uint8_t* place = files_.at(i).begin + kHeaderBytes;
        std::size_t left = kBytes - kHeaderBytes;
        while (left >= kRecordBytes) {
            const std::uint32_t length = numberAt(place);
            if (length == 0 || length > left - kRecordBytes) break;
            const std::string_view text(reinterpret_cast<const char*>(place) + kRecordBytes, length);
            if (checksum(text) != numberAt(place + sizeof(length))) break;
            take(text);
            place += kRecordBytes + length;
            left -= kRecordBytes + length;
        }
    }
}

std::uint64_t Journal::generation(const File& file) const {
    std::uint64_t number = 0;
    std::memcpy(&number, file.begin, sizeof(number));
    return number;
}

void Journal::empty(File& file) {
    // The first record's length is the end of what is read; the rest is overwritten as it is needed.
    std::memset(file.begin + kHeaderBytes, 0, kRecordBytes);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    ++lastGeneration_;
    std::memcpy(file.begin, &lastGeneration_, sizeof(lastGeneration_));
    file.used = 0;
}

void Journal::clear() {
    for (File& file : files_) empty(file);
}

bool Journal::append(std::string_view text) {
    File& file = files_.at(current_);
    if (text.size() + 2 * kRecordBytes > kBytes - kHeaderBytes - file.used) return false;
    std::uint8_t* place = file.begin + kHeaderBytes + file.used;
    const auto length = static_cast<std::uint32_t>(text.size());
    const std::uint32_t sum = checksum(text);
    // Its length comes last: until then the record is not there. What follows it is the end.
    std::memcpy(place + kRecordBytes, text.data(), text.size());
    std::memset(place + kRecordBytes + text.size(), 0, kRecordBytes);
    std::memcpy(place + sizeof(length), &sum, sizeof(sum));
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::memcpy(place, &length, sizeof(length));
    file.used += kRecordBytes + text.size();
    return true;
}

void Journal::turn() {
    current_ = 1 - current_;
}

void Journal::clearTurned() {
    empty(files_.at(1 - current_));
}

} // namespace hookcast::spool
