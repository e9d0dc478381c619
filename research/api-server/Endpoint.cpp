#include "api-server/Endpoint.h"

#include <fmt/format.h>

namespace hookcast::mock {

Answer codeAnswer(int code, ReplyMode mode) {
    Answer answer;
    answer.body = std::to_string(code);
    if (mode == ReplyMode::Json) {
        answer.body = fmt::format(R"({{"code":{},"data":null}})", code);
        answer.contentType = kJsonText;
    }
    return answer;
}

bool Endpoint::owns(std::string_view path) const {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path == path_;
}

} // namespace hookcast::mock
