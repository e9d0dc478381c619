#include "support/NetworkNamespace.h"

#include <fmt/format.h>

#include <unistd.h>

namespace hookcast::integration {

namespace {

/// Blocks of eight addresses in 198.18.0.0/15, which RFC 2544 keeps for tests of networks.
constexpr unsigned kFirstAddress = (198U << 24U) | (18U << 16U);
constexpr unsigned kBlockSize = 8;
constexpr unsigned kBlocks = (1U << 17U) / kBlockSize;

constexpr const char* kInnerName = "cable";
constexpr int kCannotExecute = 127;

/// Throws what the command says when it fails.
void run(const std::vector<std::string>& words) {
    ChildProcess process({words, {}, {}});
    const ChildProcess::Exit exit = process.waitForExit();
    if (exit.code == kCannotExecute) throw std::logic_error(words.front() + " is not installed");
    if (exit.code != 0 || exit.signal != 0)
        throw NetworkNamespace::Forbidden(fmt::format("{}: {}", fmt::join(words, " "), process.errors().text()));
}

std::string withLength(const std::string& address) {
    return address + "/30";
}

} // namespace

NetworkNamespace::NetworkNamespace()
    : holder_(std::make_unique<ChildProcess>(ChildProcess::Command{
          {"unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec sleep infinity"}, {}, {}})) {
    if (!holder_->output().waitFor("ready")) {
        holder_->waitForExit();
        throw Forbidden(holder_->errors().text());
    }
    claimNumber();
    for (const unsigned outer : {kCuttable, kOther}) {
        run({"ip", "address", "add", withLength(address(outer)), "dev", outerName()});
        runInside({"ip", "address", "add", withLength(address(outer + 1)), "dev", kInnerName});
    }
    run({"ip", "link", "set", outerName(), "up"});
    setCable(true);
}

NetworkNamespace::~NetworkNamespace() {
    // With the namespace it goes by itself, but later.
    ChildProcess({{"ip", "link", "delete", outerName()}, {}, {}}).waitForExit();
}

/// Of two links of a name the second cannot be made: so no other test has the same addresses.
void NetworkNamespace::claimNumber() {
    constexpr unsigned kAttempts = 100;
    for (unsigned attempt = 0;; ++attempt) {
        number_ = (static_cast<unsigned>(::getpid()) + attempt) % kBlocks;
        try {
            run({"ip", "link", "add", outerName(), "type", "veth", "peer", "name", kInnerName, "netns",
                 std::to_string(holder_->pid())});
            return;
        } catch (const Forbidden& refusal) {
            if (std::string(refusal.what()).find("File exists") == std::string::npos || attempt == kAttempts) throw;
        }
    }
}

std::vector<std::string> NetworkNamespace::prefix() const {
    return {"nsenter", fmt::format("--net=/proc/{}/ns/net", holder_->pid())};
}

void NetworkNamespace::loseBetween(bool requests, bool answers) const {
    loseTo(kCuttable, kInnerName, true, requests);
    loseTo(kCuttable + 1, outerName(), false, answers);
}

void NetworkNamespace::setCable(bool isIn) const {
    runInside({"ip", "link", "set", kInnerName, isIn ? "up" : "down"});
}

std::string NetworkNamespace::address(unsigned host) const {
    const unsigned whole = kFirstAddress + number_ * kBlockSize + host;
    return fmt::format("{}.{}.{}.{}", whole >> 24U, (whole >> 16U) & 0xFFU, (whole >> 8U) & 0xFFU, whole & 0xFFU);
}

std::string NetworkNamespace::outerName() const {
    return fmt::format("hookcast{}", number_);
}

void NetworkNamespace::runInside(std::vector<std::string> words) const {
    const std::vector<std::string> into = prefix();
    words.insert(words.begin(), into.begin(), into.end());
    run(words);
}

/// Packets go to a station that does not exist. A rule that drops them would need modules of the kernel, and a route
/// that does would tell the sender.
void NetworkNamespace::loseTo(unsigned host, const std::string& device, bool isInside, bool isLost) const {
    const std::vector<std::string> words =
        isLost ? std::vector<std::string>{"ip",   "neighbour", "replace",           address(host), "dev",
                                          device, "lladdr",    "02:00:00:00:00:00", "nud",         "permanent"}
               : std::vector<std::string>{"ip", "neighbour", "flush", "to", address(host), "dev", device, "nud", "all"};
    if (isInside) {
        runInside(words);
    } else {
        run(words);
    }
}

} // namespace hookcast::integration
