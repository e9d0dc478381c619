#pragma once

#include "config/Directive.h"
#include "config/DirectiveRow.h"
#include "config/Finding.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::config {

/// Reads the arguments of one directive into the field that its row names, by SRS's rules, and says so where a value
/// is not what it looks like. What cannot be read leaves the field as it is. One load, one thread.
class ValueReader {
  public:
    /// `findings` must outlive the reader.
    explicit ValueReader(Findings& findings) : findings_(findings) {}

    enum class Tolerance {
        AsSrs,
        None, ///< a value that is not plainly one is an error
    };

    /// A directive without arguments and a row without a field are skipped.
    void read(const DirectiveRow& row, const Directive& directive, Scope scope, Tolerance tolerance = Tolerance::AsSrs);

  private:
    void store(const DirectiveRow& row, const Directive& directive, bool& value);
    void store(const DirectiveRow& row, const Directive& directive, std::uint32_t& value);
    void store(const DirectiveRow& row, const Directive& directive, std::int64_t& valueMs);
    void store(const DirectiveRow& row, const Directive& directive, std::string& value);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<std::string>& values);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<std::vector<std::string>>& values);
    void store(const DirectiveRow& row, const Directive& directive,
               std::vector<std::pair<std::string, std::string>>& values);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<Protocol>& values);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<ListenAddress>& values);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<base::IpNetwork>& values);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<AddressRule>& values);
    void store(const DirectiveRow& row, const Directive& directive, std::vector<FailureRule>& values);
    void storeChoice(const DirectiveRow& row, const Directive& directive, const ChoiceField& field, Scope scope);

    std::optional<double> number(const DirectiveRow& row, const Directive& directive);
    double withinBounds(const DirectiveRow& row, const Directive& directive, double value);
    bool checkChoice(const DirectiveRow& row, const Directive& directive, const std::string& word);
    std::optional<base::IpNetwork> network(const Directive& directive, const std::string& word);
    bool checkWritable(const Directive& directive, const std::string& word);

    // given
    Findings& findings_;

    // state
    Tolerance tolerance_ = Tolerance::AsSrs; ///< for the directive being read
};

/// How much of a row's field is one unit: a time is kept in milliseconds, a factor in thousandths.
std::int64_t fieldPerUnit(const DirectiveRow& row);

} // namespace hookcast::config
