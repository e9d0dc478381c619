#include "support/TempFolder.h"

#include "support/FolderWatch.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace hookcast::integration {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hookcast-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make the folder " + name);
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored; // what is left in the temporary folder does no harm
    std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(std::string_view name, std::string_view content) const {
    std::string path = file(name);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << content;
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
    return path;
}

std::string readFile(const std::filesystem::path& path) {
    const std::ifstream in(path, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

std::string waitForContent(const std::filesystem::path& path, std::string_view text, const Deadline& deadline) {
    const FolderWatch watch(path.parent_path());
    for (;;) {
        std::string content = readFile(path);
        if (content.find(text) != std::string::npos) return content;
        if (!watch.waitForChange(deadline)) throw std::runtime_error(path.string() + " does not get what it should");
    }
}

} // namespace hookcast::integration
