#include "spool/Statement.h"

namespace hookcast::spool {

Statement::Statement(sqlite3& database, std::string_view sql)
    : database_(database), statement_(nullptr, &sqlite3_finalize) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(&database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &made, nullptr);
    statement_.reset(made);
    check(code);
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) throw DatabaseError(sqlite3_errcode(&database_), sqlite3_errmsg(&database_));
}

Statement& Statement::bind(std::string_view text) {
    check(sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    check(sqlite3_bind_int64(statement_.get(), ++bound_, number));
    return *this;
}

Statement& Statement::bindNull() {
    check(sqlite3_bind_null(statement_.get(), ++bound_));
    return *this;
}

bool Statement::step() {
    column_ = 0;
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) {
        const DatabaseError error(code, sqlite3_errmsg(&database_));
        reset();
        throw error;
    }
    reset();
    return false;
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    bound_ = 0;
}

std::int64_t Statement::number() {
    return sqlite3_column_int64(statement_.get(), column_++);
}

std::string Statement::text() {
    const int column = column_++;
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
}

} // namespace hookcast::spool
