#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hookcast::spool {

/// What the database is about to get, in memory that outlives the process: two files of a fixed size that are mapped.
/// To append is to copy into memory, so a loop may; what has been appended is there at the next start, however this
/// process ends. One file takes what is new, the other one has what is being written to the database.
///
/// A record: its length and its checksum, 4 bytes each, then its text. Not for several threads.
class Journal {
  public:
    static constexpr std::size_t kBytes = std::size_t{2} * 1024 * 1024; ///< of each file

    /// Makes or opens PATH.0 and PATH.1. Throws std::runtime_error where the disk has no room for them.
    explicit Journal(const std::string& path);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// What an earlier process has left, in its order. Before the first append().
    void forEach(const std::function<void(std::string_view)>& take) const;

    /// Everything is gone. After forEach(), when the database has it.
    void clear();

    /// False where there is no room: the text is not kept.
    bool append(std::string_view text);

    /// What follows goes into the other file, which is empty.
    void turn();

    /// The database has what stood there before the last turn().
    void clearTurned();

  private:
    struct File {
        std::uint8_t* begin = nullptr;
        std::size_t used = 0; ///< behind the header
    };

    void map(File& file, const std::string& path) const;
    void empty(File& file);
    std::uint64_t generation(const File& file) const;

    // owned
    std::array<File, 2> files_;
    // state
    std::size_t current_ = 0;
    std::uint64_t lastGeneration_ = 0;
};

} // namespace hookcast::spool
