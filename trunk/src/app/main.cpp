#include "app/Application.h"

int main(int argc, char** argv) {
    hookcast::app::Application application;
    return application.run(argc, argv);
}
