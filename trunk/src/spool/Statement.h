#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hookcast::spool {

/// Of SQLite, with its code.
class DatabaseError : public std::runtime_error {
  public:
    DatabaseError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}

    /// The file is no database, or not a whole one.
    bool isDamage() const { return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB; }

  private:
    int code_;
};

/// A prepared statement. Values are bound and read in order. Throws DatabaseError.
class Statement {
  public:
    Statement(sqlite3& database, std::string_view sql);

    /// `text` lives until the next step().
    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t number);
    Statement& bind(std::uint64_t number) { return bind(static_cast<std::int64_t>(number)); }
    Statement& bind(std::uint32_t number) { return bind(static_cast<std::int64_t>(number)); }
    Statement& bindNull();

    /// Whether there is a row. After the last one it is ready to be bound again.
    bool step();

    /// Runs it to its end.
    void run() {
        while (step()) {
        }
    }

    /// It is done with, whatever rows are left.
    void reset();

    std::int64_t number();
    std::string text();

  private:
    void check(int code) const;

    sqlite3& database_;
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
    int bound_ = 0;
    int column_ = 0;
};

} // namespace hookcast::spool
