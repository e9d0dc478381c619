#include "support/OpenApi.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

namespace hookcast::integration {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

constexpr const char* kSchemas = "#/components/schemas/";

bool hasType(const Var& value, const std::string& type) {
    if (type == "object") return value.type() == typeid(Object::Ptr);
    if (type == "array") return value.type() == typeid(Array::Ptr);
    if (type == "string") return value.isString();
    if (type == "boolean") return value.isBoolean();
    if (type == "integer") return value.isInteger();
    return value.isNumeric() && !value.isBoolean();
}

} // namespace

OpenApi::OpenApi(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file);
    document_ = Poco::JSON::Parser().parse(in).extract<Object::Ptr>();
}

std::vector<std::string> OpenApi::paths() const {
    return document_->getObject("paths")->getNames();
}

bool OpenApi::has(const std::string& path, const std::string& method) const {
    const Object::Ptr item = document_->getObject("paths")->getObject(path);
    return !item.isNull() && item->has(method);
}

std::vector<std::string> OpenApi::misfits(const std::string& path, const Object::Ptr& answer) const {
    const Object::Ptr content = document_->getObject("paths")
                                    ->getObject(path)
                                    ->getObject("get")
                                    ->getObject("responses")
                                    ->getObject("200")
                                    ->getObject("content");
    std::vector<std::string> misfits;
    compare(path, content->getObject("application/json")->getObject("schema"), answer, misfits);
    return misfits;
}

Object::Ptr OpenApi::resolved(Object::Ptr schema) const {
    if (!schema->has("$ref")) return schema;
    const auto name = schema->getValue<std::string>("$ref").substr(std::string(kSchemas).size());
    return document_->getObject("components")->getObject("schemas")->getObject(name);
}

void OpenApi::compare(const std::string& where, const Object::Ptr& given, const Var& value,
                      std::vector<std::string>& misfits) const {
    const Object::Ptr schema = resolved(given);
    if (value.isEmpty()) {
        if (!schema->optValue("nullable", false)) misfits.push_back(where + " is null");
        return;
    }
    const auto type = schema->getValue<std::string>("type");
    if (!hasType(value, type)) {
        misfits.push_back(fmt::format("{} is no {}", where, type));
        return;
    }
    if (type == "array") {
        const Array::Ptr array = value.extract<Array::Ptr>();
        for (unsigned i = 0; i < array->size(); ++i)
            compare(fmt::format("{}[{}]", where, i), schema->getObject("items"), array->get(i), misfits);
    }
    if (type != "object") return;
    const Object::Ptr object = value.extract<Object::Ptr>();
    const Object::Ptr properties = schema->getObject("properties");
    if (const Array::Ptr required = schema->getArray("required"); !required.isNull())
        for (unsigned i = 0; i < required->size(); ++i)
            if (const auto name = required->getElement<std::string>(i); !object->has(name))
                misfits.push_back(fmt::format("{} has no {}", where, name));
    if (properties.isNull()) return;
    for (const std::string& name : object->getNames())
        if (properties->has(name)) compare(where + "." + name, properties->getObject(name), object->get(name), misfits);
}

} // namespace hookcast::integration
