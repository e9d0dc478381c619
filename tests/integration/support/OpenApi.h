#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace hookcast::integration {

/// The document of the control interface (trunk/doc/openapi.json), as far as tests compare with it.
class OpenApi {
  public:
    /// Throws std::runtime_error when `file` cannot be read.
    explicit OpenApi(const std::string& file);

    std::vector<std::string> paths() const;
    bool has(const std::string& path, const std::string& method) const;

    /// Where `answer` does not fit what the document says of a GET of `path`: a line each, empty when it fits.
    std::vector<std::string> misfits(const std::string& path, const Poco::JSON::Object::Ptr& answer) const;

  private:
    Poco::JSON::Object::Ptr resolved(Poco::JSON::Object::Ptr schema) const;
    void compare(const std::string& where, const Poco::JSON::Object::Ptr& schema, const Poco::Dynamic::Var& value,
                 std::vector<std::string>& misfits) const;

    Poco::JSON::Object::Ptr document_;
};

} // namespace hookcast::integration
