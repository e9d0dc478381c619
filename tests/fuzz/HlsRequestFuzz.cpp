// A request about HLS as it comes from the connection: target, query, token, what it waits for, range.
#include "base/Bytes.h"
#include "hls/Query.h"
#include "hooks/StreamKey.h"
#include "http/ByteRange.h"
#include "http/HttpReader.h"
#include "http/RequestTarget.h"
#include "hub/StreamName.h"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace hookcast;
using hls::Query;

constexpr http::HttpReader::Limits kLimits{8192, 256};

void check(bool condition) {
    if (!condition) std::abort();
}

/// A number that is taken stands in the query as it is written: no sign, no blank, nothing behind it.
void checkNumber(const Query& query, std::string_view name, const std::optional<std::uint64_t>& number) {
    const auto text = query.find(name);
    check(text.has_value() == number.has_value());
    if (text) check(!text->empty() && text->find_first_not_of("0123456789") == std::string_view::npos);
}

void checkQuery(std::string_view text) {
    const Query query(text);
    if (const auto delivery = query.delivery()) {
        checkNumber(query, Query::kSequence, delivery->sequence);
        checkNumber(query, Query::kPart, delivery->part);
        check(delivery->sequence || !delivery->part);
    }
    // What an answer's URLs say of the client's query holds nothing of ours, and is read as the same again.
    const std::string own = query.own();
    const Query again(own);
    check(own.size() <= text.size() + 1 && again.own() == own);
    for (const std::string_view name : {Query::kToken, Query::kSequence, Query::kPart, Query::kSkip})
        check(!again.find(name));
    const std::string withToken = own + (own.empty() ? "?" : "&") + std::string(Query::kToken) + "=token";
    check(Query(withToken).find(Query::kToken) == "token");
}

void checkRange(std::string_view field) {
    for (const std::uint64_t fileBytes : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{5000}, UINT64_MAX}) {
        const http::ByteRange range = http::readRange(field, fileBytes);
        if (range.isUnsatisfiable) continue;
        check(range.first <= fileBytes && range.sizeBytes <= fileBytes - range.first);
        check(range.isPart ? range.sizeBytes > 0 : range.sizeBytes == fileBytes);
    }
}

void checkRequest(const http::HttpRequest& request) {
    checkRange(request.field("Range"));
    const auto target = http::readTarget(request.head.uri(), request.field("Host"));
    if (!target) return;
    checkQuery(target.value().query);
    const auto path = hooks::readStreamPath(target.value().path);
    if (path) check(path.value().stream.find('/') == std::string::npos);
    const auto url = hub::parseStreamUrl(target.value().url, hub::PathEncoding::Percent, "-");
    if (url) check(!url.value().vhost.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    checkQuery(base::asText({data, size}));
    checkRange(base::asText({data, size}));
    http::HttpReader reader(kLimits);
    base::ByteSpan rest(data, size);
    while (!rest.empty()) {
        const auto next = reader.next(rest);
        if (!next || !next.value()) break;
        checkRequest(*next.value());
    }
    return 0;
}
