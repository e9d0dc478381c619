#include "app/Application.h"
#include "app/HookCommand.h"

#include <string_view>

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "hook") return hookcast::app::runHookCommand({argv + 2, argv + argc});
    hookcast::app::Application application;
    return application.run(argc, argv);
}
