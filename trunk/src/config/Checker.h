#pragma once

#include "config/ConfigLoader.h"
#include "config/Directive.h"
#include "config/DirectiveTable.h"
#include "config/Finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// Compares a tree with the directive table: unknown names, names without effect, duplicates, too few or too many
/// arguments, blocks where none belongs. Values are not its business. One load, one thread.
class Checker {
  public:
    /// All must outlive the checker.
    Checker(Findings& findings, std::vector<UnusedDirective>& withoutEffect, std::vector<ReadDirective>& read);

    void check(const Directive& root);

  private:
    enum class Mode {
        Everything,
        Unlisted,  ///< inside what is off: faults alone
        NamesOnly, ///< inside what has no effect or does not count
    };

    void checkBlock(const Directive& block, const Section& section, Mode mode);
    void reportUnknown(const Directive& directive, const Section& section);
    void reportDuplicate(const Directive& directive, const Section& section, const DirectiveRow& row,
                         const Directive& first);
    Mode checkKnown(const Directive& directive, const Section& section, const DirectiveRow& row, Mode mode);
    void list(const Directive& directive, std::string path, Fate fate);
    void checkBytes(const Directive& directive, const DirectiveRow& row, bool isGuard);
    void checkShape(const Directive& directive, const Section& section, const DirectiveRow& row);
    void checkSwallowed(const Directive& directive, const Section& section, const DirectiveRow& row);
    void tell(bool isError, const Directive& directive, std::string message);

    // given
    Findings& findings_;
    std::vector<UnusedDirective>& withoutEffect_;
    std::vector<ReadDirective>& read_;
};

} // namespace hookcast::config
