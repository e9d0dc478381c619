#include "app/ServerUser.h"

#include "config/RecordingPattern.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hookcast::app {

namespace {

[[noreturn]] void fail(const std::string& user, std::string_view why) {
    throw std::runtime_error(fmt::format("cannot become {} (directive `user`): {}", user, why));
}

struct Account {
    uid_t user;
    gid_t group;
};

Account accountOf(const std::string& name) {
    errno = 0;
    const passwd* const entry =
        ::getpwnam(name.c_str()); // NOLINT(concurrency-mt-unsafe): the main thread, at the start
    if (entry == nullptr) fail(name, errno == 0 ? "there is no such user" : std::strerror(errno));
    return {entry->pw_uid, entry->pw_gid};
}

/// Of what root may do, the right to bind any port is left.
bool keepPorts() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> rights{};
    rights[0].permitted = rights[0].effective = 1U << CAP_NET_BIND_SERVICE;
    return ::syscall(SYS_capset, &header, rights.data()) == 0;
}

/// What is to be written into, and by which directive.
struct Place {
    std::filesystem::path folder;
    std::string_view directive;
};

std::vector<Place> placesOf(const config::Config& config) {
    std::vector<Place> places = {{std::filesystem::path(config.pidFile).parent_path(), "pid"}};
    if (!config.log.toConsole) places.push_back({std::filesystem::path(config.log.file).parent_path(), "srs_log_file"});
    if (config.spool.enabled) places.push_back({config.spool.path, "spool.path"});
    for (const auto& vhost : config.vhosts) {
        if (!vhost->enabled) continue;
        if (vhost->hls.enabled && !vhost->hls.path.empty()) places.push_back({vhost->hls.path, "hls_path"});
        if (vhost->dvr.enabled)
            places.push_back(
                {config::RecordingPattern(vhost->dvr.path, vhost->name, vhost->dvr.timeZone).folder(), "dvr_path"});
    }
    return places;
}

/// Missing folders are made later: the nearest one that is there counts.
void checkPlaces(const config::Config& config) {
    for (const Place& place : placesOf(config)) {
        std::filesystem::path folder = std::filesystem::absolute(place.folder).lexically_normal();
        while (::faccessat(AT_FDCWD, folder.c_str(), F_OK, AT_EACCESS) != 0 && errno == ENOENT)
            folder = folder.parent_path();
        if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) continue;
        throw std::runtime_error(fmt::format("{} (directive `user`) cannot write into {} (directive `{}`): {}",
                                             config.user, folder.string(), place.directive, std::strerror(errno)));
    }
}

} // namespace

void becomeServerUser(const config::Config& config, const std::vector<std::string>& files) {
    const std::string& name = config.user;
    if (name.empty()) return;
    const Account account = accountOf(name);
    if (account.user == ::geteuid()) return;
    if (::geteuid() != 0) fail(name, "only a server that root has started becomes another user");
    for (const std::string& file : files)
        if (::chown(file.c_str(), account.user, account.group) != 0)
            fail(name, fmt::format("{}: {}", file, std::strerror(errno)));
    ::prctl(PR_SET_KEEPCAPS, 1);
    if (::initgroups(name.c_str(), account.group) != 0 || ::setgid(account.group) != 0 || ::setuid(account.user) != 0)
        fail(name, std::strerror(errno));
    if (!keepPorts()) fail(name, std::strerror(errno));
    checkPlaces(config);
}

} // namespace hookcast::app
