#include "api-server/Endpoint.h"

#include "base/JsonWriter.h"

namespace hookcast::mock {

Answer codeAnswer(int code, ReplyMode mode) {
    Answer answer;
    answer.body = std::to_string(code);
    if (mode == ReplyMode::Json) {
        answer.body = base::JsonWriter().beginObject().member("code", code).key("data").null().endObject().take();
        answer.contentType = kJsonText;
    }
    return answer;
}

bool Endpoint::owns(std::string_view path) const {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path == path_;
}

} // namespace hookcast::mock
