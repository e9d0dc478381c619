#include "app/ServerUser.h"

#include "config/RecordingPattern.h"
#include "config/TcpSockets.h"

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
#include <system_error>
#include <vector>

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
    const passwd* const entry = ::getpwnam(name.c_str()); // NOLINT(concurrency-mt-unsafe): the main thread alone
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

std::vector<std::string> certificateFiles(const config::Config& config) {
    std::vector<std::string> files;
    for (const config::CertificateFiles& pair : config::shownCertificates(config)) {
        files.push_back(pair.certFile);
        files.push_back(pair.keyFile);
    }
    return files;
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

/// Missing folders are made later: the nearest one that is there counts. `who`: this process, in words.
void checkPlace(const std::string& who, const Place& place) {
    std::filesystem::path folder = std::filesystem::absolute(place.folder).lexically_normal();
    while (::faccessat(AT_FDCWD, folder.c_str(), F_OK, AT_EACCESS) != 0 && errno == ENOENT)
        folder = folder.parent_path();
    std::error_code unknown;
    const bool isFile = std::filesystem::exists(folder, unknown) && !std::filesystem::is_directory(folder, unknown);
    if (!isFile && ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return;
    throw std::runtime_error(fmt::format("{} cannot write into {} (directive `{}`): {}", who, folder.string(),
                                         place.directive, std::strerror(isFile ? ENOTDIR : errno)));
}

/// Files that are not there are told of elsewhere.
void checkPlaces(const config::Config& config) {
    const std::string who = fmt::format("{} (directive `user`)", config.user);
    for (const Place& place : placesOf(config)) checkPlace(who, place);
    for (const std::string& file : certificateFiles(config))
        if (::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES)
            throw std::runtime_error(fmt::format("{} cannot read {}: {}", who, file, std::strerror(EACCES)));
}

} // namespace

void findServerUser(const config::Config& config) {
    if (!config.user.empty()) (void)accountOf(config.user);
}

void tryToBecomeServerUser(const config::Config& config) {
    const std::string who = "the server";
    checkPlace(who, {std::filesystem::path(config.pidFile).parent_path(), "pid"});
    if (!config.log.toConsole) checkPlace(who, {std::filesystem::path(config.log.file).parent_path(), "srs_log_file"});
    becomeServerUser(config, {});
}

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
