#pragma once

#include "base/Log.h"
#include "net/Descriptor.h"
#include "spool/Database.h"

#include <memory>
#include <string>

namespace hookcast::spool {

/// Makes the folder of `path`, and PATH.lock in it, which is this process's until the descriptor is closed. Throws
/// std::runtime_error where that is another's or cannot be made.
std::unique_ptr<net::Descriptor> lockFiles(const std::string& path);

/// PATH.db, which only its owner may read. One that is damaged is put aside, and a new one begins. Throws
/// std::exception where there is none to be had, or where it is a newer server's, which stays as it is.
std::unique_ptr<Database> openDatabase(const std::string& path, std::int64_t nowUnixS, base::Log& log);

} // namespace hookcast::spool
