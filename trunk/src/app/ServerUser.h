#pragma once

#include "config/Config.h"

#include <vector>

namespace hookcast::app {

/// Makes this process the directive `user`'s, for good, with that user's groups and no right of root's but to bind
/// ports below 1024, which a reload may want, too. `files`, which are open already, become that user's. Does nothing
/// where the directive is not set, or says who the process is already. To be called before the threads that are to have
/// that right.
///
/// Throws std::runtime_error where there is no such user, where the process is not root's, or where the user cannot
/// write into a folder that `config` needs, or read a certificate or a key that it names.
void becomeServerUser(const config::Config& config, const std::vector<std::string>& files);

/// Throws std::runtime_error where there is no such user.
void findServerUser(const config::Config& config);

/// The same as becomeServerUser(), for a process of root's that ends with it: its pid file and its log, which are
/// opened before, are looked at as well.
void tryToBecomeServerUser(const config::Config& config);

} // namespace hookcast::app
