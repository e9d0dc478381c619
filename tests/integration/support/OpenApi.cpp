#include "support/OpenApi.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <fstream>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

constexpr const char* kSchemas = "#/components/schemas/";
constexpr const char* kParameters = "#/components/parameters/";

bool hasType(const Var& value, const std::string& type) {
    if (type == "object") return value.type() == typeid(Object::Ptr);
    if (type == "array") return value.type() == typeid(Array::Ptr);
    if (type == "string") return value.isString();
    if (type == "boolean") return value.isBoolean();
    if (type == "integer") return value.isInteger();
    return value.isNumeric() && !value.isBoolean();
}

/// `"string"`, or, from 3.1 on, `["integer","string"]`.
bool hasTypeOf(const Var& value, const Var& type) {
    if (type.type() != typeid(Array::Ptr)) return hasType(value, type.toString());
    const Array::Ptr types = type.extract<Array::Ptr>();
    for (unsigned i = 0; i < types->size(); ++i)
        if (hasType(value, types->getElement<std::string>(i))) return true;
    return false;
}

/// Whether `const` and `enum` let a text be.
bool isAllowed(const Object& schema, const Var& value) {
    if (schema.has("const") && schema.get("const").toString() != value.toString()) return false;
    const Array::Ptr values = schema.getArray("enum");
    if (values.isNull()) return true;
    for (unsigned i = 0; i < values->size(); ++i)
        if (values->get(i).toString() == value.toString()) return true;
    return false;
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

std::vector<std::string> OpenApi::webhooks() const {
    return document_->getObject("webhooks")->getNames();
}

Object::Ptr OpenApi::callOf(const std::string& webhook) const {
    const Object::Ptr item = document_->getObject("webhooks")->getObject(webhook);
    if (item.isNull()) throw std::runtime_error("the document has no call " + webhook);
    return item->getObject("post");
}

std::vector<std::string> OpenApi::webhookMisfits(const std::string& webhook, const Var& body) const {
    const Object::Ptr content = callOf(webhook)->getObject("requestBody")->getObject("content");
    std::vector<std::string> misfits;
    compare(webhook, content->getObject(content->getNames().front())->getObject("schema"), body, misfits);
    return misfits;
}

bool OpenApi::hasHeader(const std::string& webhook, const std::string& header) const {
    const Array::Ptr parameters = callOf(webhook)->getArray("parameters");
    for (unsigned i = 0; i < parameters->size(); ++i) {
        const auto name =
            parameters->getObject(i)->getValue<std::string>("$ref").substr(std::string(kParameters).size());
        const Object::Ptr parameter = document_->getObject("components")->getObject("parameters")->getObject(name);
        if (parameter->getValue<std::string>("name") == header) return true;
    }
    return false;
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
    if (const Array::Ptr any = schema->getArray("oneOf"); !any.isNull()) {
        compareAny(where, *any, value, misfits);
        return;
    }
    if (!schema->has("type")) return; // anything
    const Var type = schema->get("type");
    if (!hasTypeOf(value, type)) {
        misfits.push_back(fmt::format("{} is no {}", where, type.toString()));
        return;
    }
    if (!isAllowed(*schema, value)) misfits.push_back(fmt::format("{} may not be {}", where, value.toString()));
    if (value.type() == typeid(Array::Ptr)) {
        const Array::Ptr array = value.extract<Array::Ptr>();
        for (unsigned i = 0; i < array->size(); ++i)
            compare(fmt::format("{}[{}]", where, i), schema->getObject("items"), array->get(i), misfits);
    }
    if (value.type() == typeid(Object::Ptr)) compareMembers(where, schema, value.extract<Object::Ptr>(), misfits);
}

void OpenApi::compareMembers(const std::string& where, const Object::Ptr& schema, const Object::Ptr& object,
                             std::vector<std::string>& misfits) const {
    if (const Array::Ptr required = schema->getArray("required"); !required.isNull())
        for (unsigned i = 0; i < required->size(); ++i)
            if (const auto name = required->getElement<std::string>(i); !object->has(name))
                misfits.push_back(fmt::format("{} has no {}", where, name));
    const Object::Ptr properties = schema->getObject("properties");
    const Var others = schema->get("additionalProperties");
    for (const std::string& name : object->getNames()) {
        if (!properties.isNull() && properties->has(name))
            compare(where + "." + name, properties->getObject(name), object->get(name), misfits);
        else if (others.type() == typeid(Object::Ptr))
            compare(where + "." + name, others.extract<Object::Ptr>(), object->get(name), misfits);
        else if (others.isBoolean() && !others.convert<bool>())
            misfits.push_back(fmt::format("{} has {}, which the document does not know", where, name));
    }
}

/// Where none fits, what is wrong with the one that is nearest.
void OpenApi::compareAny(const std::string& where, const Array& schemas, const Var& value,
                         std::vector<std::string>& misfits) const {
    std::vector<std::string> fewest;
    for (unsigned i = 0; i < schemas.size(); ++i) {
        std::vector<std::string> found;
        compare(where, schemas.getObject(i), value, found);
        if (found.empty()) return;
        if (fewest.empty() || found.size() < fewest.size()) fewest = std::move(found);
    }
    misfits.insert(misfits.end(), fewest.begin(), fewest.end());
}

} // namespace hookcast::integration
