#include "http/HttpRequest.h"

#include <Poco/String.h>

#include <algorithm>

namespace hookcast::http {

bool HttpRequest::fieldHas(const std::string& name, std::string_view word) const {
    for (auto entry = head.find(name); entry != head.end(); ++entry) {
        if (Poco::icompare(entry->first, name) != 0) break;
        std::string_view list = entry->second;
        while (!list.empty()) {
            const std::size_t comma = std::min(list.find(','), list.size());
            const std::string item = Poco::trim(std::string(list.substr(0, comma)));
            if (Poco::icompare(item, std::string(word)) == 0) return true;
            list.remove_prefix(std::min(comma + 1, list.size()));
        }
    }
    return false;
}

bool HttpRequest::wantsKeepAlive() const {
    if (head.getVersion() == Poco::Net::HTTPMessage::HTTP_1_0) return fieldHas("Connection", "keep-alive");
    return !fieldHas("Connection", "close");
}

} // namespace hookcast::http
