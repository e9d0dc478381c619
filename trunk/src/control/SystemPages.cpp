#include "control/SystemPages.h"

#include "config/Addresses.h"
#include "net/LocalAddresses.h"

#include <Poco/Exception.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <string_view>

namespace hookcast::control {

namespace {

std::uint64_t numberAt(const std::vector<std::string>& words, std::size_t place) {
    std::uint64_t number = 0;
    if (place < words.size()) std::from_chars(words[place].data(), words[place].data() + words[place].size(), number);
    return number;
}

double decimalAt(const std::vector<std::string>& words, std::size_t place) {
    return place < words.size() ? std::strtod(words[place].c_str(), nullptr) : 0;
}

double share(double part, double whole) {
    return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
}

/// The command line, blanks between its words.
std::string commandLine() {
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::ranges::replace(text, '\0', ' ');
    while (text.ends_with(' ')) text.pop_back();
    return text;
}

std::uint64_t ownMemoryKilobytes() {
    constexpr std::size_t kResidentPages = 1;
    return numberAt(procWords("/proc/self/statm"), kResidentPages) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

/// Without those that cannot be told.
std::vector<std::string> publicInterfaces() {
    try {
        return net::publicInterfaces();
    } catch (const Poco::Exception&) {
        return {};
    }
}

std::string addressesOf(const std::vector<config::ListenAddress>& all) {
    std::string text;
    for (const config::ListenAddress& one : all) text += (text.empty() ? "" : " ") + config::listenText(one);
    return text;
}

double memoryShareInUse(const std::map<std::string, std::uint64_t>& memory, const char* total, const char* free) {
    const auto value = [&memory](const char* name) {
        const auto found = memory.find(name);
        return found == memory.end() ? 0.0 : static_cast<double>(found->second);
    };
    return share(value(total) - value(free), value(total));
}

} // namespace

SystemPages::SystemPages(ApiContext& context)
    : context_(context), startedAt_(std::chrono::steady_clock::now()), ticks_(ticksNow()), diskWork_(diskWorkNow()) {}

SystemPages::Ticks SystemPages::ticksNow() {
    constexpr std::size_t kUserTime = 13;
    constexpr std::size_t kSystemTime = 14;
    constexpr std::size_t kIdle = 3;
    const std::vector<std::string> own = ownStatus();
    const std::vector<std::uint64_t> all = processorTicks();
    Ticks ticks;
    ticks.process = numberAt(own, kUserTime) + numberAt(own, kSystemTime);
    ticks.system = std::accumulate(all.begin(), all.end(), std::uint64_t{0});
    ticks.idle = all.size() > kIdle ? all[kIdle] : 0;
    return ticks;
}

SystemPages::DiskWork SystemPages::diskWorkNow() const {
    return {std::chrono::steady_clock::now(), diskTraffic(), diskTime(context_.services.config.get()->stats.disks)};
}

void SystemPages::sample() {
    if (!context_.services.config.get()->stats.enabled) {
        load_ = {};
        return;
    }
    sampleDisks();
    const Ticks now = ticksNow();
    const auto passed = static_cast<double>(now.system - ticks_.system);
    if (passed <= 0) return;
    const auto cores = static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
    load_.process = static_cast<double>(now.process - ticks_.process) / passed * cores;
    load_.system = share(passed - static_cast<double>(now.idle - ticks_.idle), passed);
    ticks_ = now;
}

void SystemPages::sampleDisks() {
    const DiskWork now = diskWorkNow();
    const double passedMs = std::chrono::duration<double, std::milli>(now.at - diskWork_.at).count();
    if (passedMs <= 0) return;
    const auto perSecond = [passedMs](std::uint64_t before, std::uint64_t after) {
        return after > before ? static_cast<double>(after - before) * 1000 / passedMs : 0;
    };
    load_.readKilobytes = perSecond(diskWork_.traffic.readKilobytes, now.traffic.readKilobytes);
    load_.writtenKilobytes = perSecond(diskWork_.traffic.writtenKilobytes, now.traffic.writtenKilobytes);
    // Other disks than at the last look have no past to compare with.
    const bool sameDisks = now.time.disks == diskWork_.time.disks && now.time.busyMs >= diskWork_.time.busyMs;
    load_.disks = sameDisks ? share(static_cast<double>(now.time.busyMs - diskWork_.time.busyMs),
                                    passedMs * static_cast<double>(now.time.disks))
                            : 0;
    diskWork_ = now;
}

ApiAnswer SystemPages::summaries(const ApiQuery& /*query*/, const Census& census) const {
    Json data = orderedJson();
    data.set("ok", true);
    data.set("now_ms", context_.clock.unixMs());
    data.set("self", selfJson());
    data.set("system", systemJson(census));
    return ApiAnswer::data(data);
}

Json SystemPages::selfJson() const {
    const std::uint64_t memoryKb = ownMemoryKilobytes();
    const auto memory = memoryKilobytes();
    const auto total = memory.find("MemTotal");
    const auto upFor = std::chrono::steady_clock::now() - startedAt_;
    Json json = orderedJson();
    json.set("version", context_.version);
    json.set("pid", ::getpid());
    json.set("ppid", ::getppid());
    json.set("argv", commandLine());
    std::error_code ignored; // a folder that was removed has no name
    json.set("cwd", std::filesystem::current_path(ignored).string());
    json.set("mem_kbyte", memoryKb);
    json.set("mem_percent",
             total == memory.end() ? 0.0 : share(static_cast<double>(memoryKb), static_cast<double>(total->second)));
    json.set("cpu_percent", load_.process);
    json.set("srs_uptime", std::chrono::duration_cast<std::chrono::seconds>(upFor).count());
    return json;
}

Json SystemPages::systemJson(const Census& census) const {
    const auto memory = memoryKilobytes();
    const auto kilobytes = [&memory](const char* name) {
        const auto found = memory.find(name);
        return found == memory.end() ? std::uint64_t{0} : found->second;
    };
    const std::vector<std::string> uptime = procWords("/proc/uptime");
    const std::vector<std::string> loads = procWords("/proc/loadavg");
    const NetworkBytes network = networkBytes(publicInterfaces());
    const SocketCounts sockets = socketCounts();
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    for (const net::SessionPort::Traffic& traffic : context_.services.clients.totals(census.clients)) {
        sent += traffic.sentBytes;
        received += traffic.receivedBytes;
    }
    Json json = orderedJson();
    json.set("cpu_percent", load_.system);
    json.set("disk_read_KBps", std::llround(load_.readKilobytes));
    json.set("disk_write_KBps", std::llround(load_.writtenKilobytes));
    json.set("disk_busy_percent", load_.disks);
    json.set("mem_ram_kbyte", kilobytes("MemTotal"));
    json.set("mem_ram_percent", memoryShareInUse(memory, "MemTotal", "MemAvailable"));
    json.set("mem_swap_kbyte", kilobytes("SwapTotal"));
    json.set("mem_swap_percent", memoryShareInUse(memory, "SwapTotal", "SwapFree"));
    json.set("cpus", ::sysconf(_SC_NPROCESSORS_CONF));
    json.set("cpus_online", ::sysconf(_SC_NPROCESSORS_ONLN));
    json.set("uptime", decimalAt(uptime, 0));
    json.set("ilde_time", decimalAt(uptime, 1)); // SRS's spelling
    json.set("load_1m", decimalAt(loads, 0));
    json.set("load_5m", decimalAt(loads, 1));
    json.set("load_15m", decimalAt(loads, 2));
    json.set("net_sample_time", context_.clock.unixMs());
    json.set("net_recv_bytes", network.received);
    json.set("net_send_bytes", network.sent);
    json.set("net_recvi_bytes", network.receivedInside);
    json.set("net_sendi_bytes", network.sentInside);
    json.set("srs_sample_time", context_.clock.unixMs());
    json.set("srs_recv_bytes", received);
    json.set("srs_send_bytes", sent);
    json.set("conn_sys", sockets.tcp);
    json.set("conn_sys_et", sockets.established);
    json.set("conn_sys_tw", sockets.timeWait);
    json.set("conn_sys_udp", sockets.udp);
    json.set("conn_srs", context_.connections.open());
    return json;
}

ApiAnswer SystemPages::rusages(const ApiQuery& /*query*/, const Census& /*census*/) const {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto milliseconds = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
    Json data = orderedJson();
    data.set("ok", true);
    data.set("sample_time", context_.clock.unixMs());
    data.set("ru_utime", milliseconds(usage.ru_utime));
    data.set("ru_stime", milliseconds(usage.ru_stime));
    data.set("ru_maxrss", usage.ru_maxrss);
    data.set("ru_ixrss", usage.ru_ixrss);
    data.set("ru_idrss", usage.ru_idrss);
    data.set("ru_isrss", usage.ru_isrss);
    data.set("ru_minflt", usage.ru_minflt);
    data.set("ru_majflt", usage.ru_majflt);
    data.set("ru_nswap", usage.ru_nswap);
    data.set("ru_inblock", usage.ru_inblock);
    data.set("ru_oublock", usage.ru_oublock);
    data.set("ru_msgsnd", usage.ru_msgsnd);
    data.set("ru_msgrcv", usage.ru_msgrcv);
    data.set("ru_nsignals", usage.ru_nsignals);
    data.set("ru_nvcsw", usage.ru_nvcsw);
    data.set("ru_nivcsw", usage.ru_nivcsw);
    return ApiAnswer::data(data);
}

ApiAnswer SystemPages::selfProcStats(const ApiQuery& /*query*/, const Census& /*census*/) const {
    // As proc(5) calls the fields of /proc/PID/stat.
    static constexpr std::array kNames = {
        "pid",        "comm",       "state",       "ppid",      "pgrp",        "session",     "tty_nr",
        "tpgid",      "flags",      "minflt",      "cminflt",   "majflt",      "cmajflt",     "utime",
        "stime",      "cutime",     "cstime",      "priority",  "nice",        "num_threads", "itrealvalue",
        "starttime",  "vsize",      "rss",         "rsslim",    "startcode",   "endcode",     "startstack",
        "kstkesp",    "kstkeip",    "signal",      "blocked",   "sigignore",   "sigcatch",    "wchan",
        "nswap",      "cnswap",     "exit_signal", "processor", "rt_priority", "policy",      "delayacct_blkio_ticks",
        "guest_time", "cguest_time"};
    const std::vector<std::string> fields = ownStatus();
    Json data = orderedJson();
    data.set("ok", !fields.empty());
    data.set("sample_time", context_.clock.unixMs());
    data.set("percent", load_.process);
    for (std::size_t i = 0; i < kNames.size() && i < fields.size(); ++i) {
        const bool isText = std::string_view(kNames[i]) == "comm" || std::string_view(kNames[i]) == "state";
        if (isText)
            data.set(kNames[i], fields[i]);
        else
            data.set(kNames[i], std::strtoll(fields[i].c_str(), nullptr, 10));
    }
    return ApiAnswer::data(data);
}

ApiAnswer SystemPages::systemProcStats(const ApiQuery& /*query*/, const Census& /*census*/) const {
    static constexpr std::array kNames = {"user", "nice", "sys", "idle", "iowait", "irq", "softirq", "steal", "guest"};
    const std::vector<std::uint64_t> ticks = processorTicks();
    Json data = orderedJson();
    data.set("ok", !ticks.empty());
    data.set("sample_time", context_.clock.unixMs());
    data.set("percent", load_.system);
    for (std::size_t i = 0; i < kNames.size(); ++i) data.set(kNames[i], i < ticks.size() ? ticks[i] : 0);
    return ApiAnswer::data(data);
}

ApiAnswer SystemPages::meminfos(const ApiQuery& /*query*/, const Census& /*census*/) const {
    const auto memory = memoryKilobytes();
    const auto kilobytes = [&memory](const char* name) {
        const auto found = memory.find(name);
        return found == memory.end() ? std::uint64_t{0} : found->second;
    };
    const std::uint64_t notInUse = kilobytes("MemFree") + kilobytes("Buffers") + kilobytes("Cached");
    Json data = orderedJson();
    data.set("ok", !memory.empty());
    data.set("sample_time", context_.clock.unixMs());
    data.set("percent_ram", memoryShareInUse(memory, "MemTotal", "MemAvailable"));
    data.set("percent_swap", memoryShareInUse(memory, "SwapTotal", "SwapFree"));
    data.set("MemActive", kilobytes("MemTotal") - std::min(kilobytes("MemFree"), kilobytes("MemTotal")));
    data.set("RealInUse", kilobytes("MemTotal") - std::min(notInUse, kilobytes("MemTotal")));
    data.set("NotInUse", notInUse);
    for (const char* name : {"MemTotal", "MemFree", "Buffers", "Cached", "SwapTotal", "SwapFree"})
        data.set(name, kilobytes(name));
    return ApiAnswer::data(data);
}

bool SystemPages::isCommand(const ApiQuery& query) {
    constexpr std::array<std::string_view, 3> kQuestions = {"", "raw", "reload-fetch"};
    return std::ranges::find(kQuestions, query.parameter("rpc")) == kQuestions.end();
}

ApiAnswer SystemPages::raw(const ApiQuery& query, const Census& /*census*/) const {
    const auto config = context_.services.config.get();
    const std::string command = query.parameter("rpc");
    if (command == "raw") {
        Json rawApi = orderedJson();
        rawApi.set("enabled", config->api.takesCommands);
        rawApi.set("allow_reload", config->api.mayReload);
        rawApi.set("allow_query", false);
        rawApi.set("allow_update", false);
        Json httpApi = orderedJson();
        httpApi.set("enabled", true);
        httpApi.set("listen", addressesOf(config->apiServer.listen));
        httpApi.set("crossdomain", config->apiServer.crossdomain);
        httpApi.set("raw_api", rawApi);
        ApiAnswer answer;
        answer.fields.set("http_api", httpApi);
        return answer;
    }
    if (!config->api.takesCommands) return ApiAnswer::failed(ApiAnswer::kRawDisabled);
    if (command == "reload-fetch") {
        const ReloadControl::State state = context_.reload.state();
        Json data = orderedJson();
        data.set("err", state.error);
        data.set("msg", state.message);
        data.set("state", state.phase);
        data.set("rid", state.id);
        return ApiAnswer::data(data);
    }
    if (command != "reload") return ApiAnswer::failed(ApiAnswer::kRawFailed);
    if (!config->api.mayReload) return ApiAnswer::failed(ApiAnswer::kRawDisabled);
    context_.reload.request();
    return {};
}

} // namespace hookcast::control
