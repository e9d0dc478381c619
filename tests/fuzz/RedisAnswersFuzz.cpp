// What a Redis, or who stands in its place, may answer to a script, a question for the time or one for a master: it is
// read or refused. The first byte says what was asked, and how many changes there were; the rest is the answer.
#include "cluster/RedisConnection.h"
#include "cluster/ReplyReader.h"
#include "cluster/ScriptAnswers.h"

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hookcast;

constexpr unsigned kKinds = 6;

void check(bool condition) {
    if (!condition) std::abort();
}

void read(unsigned kind, std::size_t changes, const cluster::RedisConnection::Reply& reply) {
    if (kind == 0) {
        cluster::runIdIn(cluster::RedisConnection::textOf(reply));
        return;
    }
    std::vector<std::string> texts = cluster::RedisConnection::textsOf(reply);
    const std::size_t words = texts.size();
    switch (kind) {
    case 1: {
        const cluster::Outcome outcome = cluster::readExchange(texts, changes);
        check(outcome.applied.size() == changes && outcome.news.size() * 2 + 4 == words);
        break;
    }
    case 2: cluster::readAddition(texts); break;
    case 3: check(cluster::readTurn(texts).entries.size() * 3 + 6 == words); break;
    case 4: check(cluster::unixMsIn(texts) >= 0); break;
    default: check(cluster::readMasterAddress(texts).port > 0); break;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    cluster::ReplyReader reader([&text](char* into, std::size_t mostBytes) {
        if (text.empty()) throw std::runtime_error("the end");
        const std::size_t taken = text.copy(into, mostBytes);
        text.remove_prefix(taken);
        return taken;
    });
    try {
        read(data[0] % kKinds, data[0] / kKinds % 4, reader.next());
    } catch (const std::runtime_error&) {
        return 0;
    }
    return 0;
}
