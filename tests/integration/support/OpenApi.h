#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace hookcast::integration {

/// The document of the control interface (trunk/doc/openapi.json), or of calls to backends
/// (trunk/doc/openapi-hooks.json), as far as tests compare with it.
class OpenApi {
  public:
    /// Throws std::runtime_error when `file` cannot be read.
    explicit OpenApi(const std::string& file);

    std::vector<std::string> paths() const;
    bool has(const std::string& path, const std::string& method) const;

    /// Where `answer` does not fit what the document says of a GET of `path`: a line each, empty when it fits.
    std::vector<std::string> misfits(const std::string& path, const Poco::JSON::Object::Ptr& answer) const;

    /// The names of the calls that are described.
    std::vector<std::string> webhooks() const;

    /// The same of the body of a call, or of a form's fields.
    std::vector<std::string> webhookMisfits(const std::string& webhook, const Poco::Dynamic::Var& body) const;

    /// Whether a call must have, or may have, this header.
    bool hasHeader(const std::string& webhook, const std::string& header) const;

  private:
    Poco::JSON::Object::Ptr callOf(const std::string& webhook) const;
    void compareMembers(const std::string& where, const Poco::JSON::Object::Ptr& schema,
                        const Poco::JSON::Object::Ptr& object, std::vector<std::string>& misfits) const;
    void compareAny(const std::string& where, const Poco::JSON::Array& schemas, const Poco::Dynamic::Var& value,
                    std::vector<std::string>& misfits) const;
    Poco::JSON::Object::Ptr resolved(Poco::JSON::Object::Ptr schema) const;
    void compare(const std::string& where, const Poco::JSON::Object::Ptr& schema, const Poco::Dynamic::Var& value,
                 std::vector<std::string>& misfits) const;

    Poco::JSON::Object::Ptr document_;
};

} // namespace hookcast::integration
