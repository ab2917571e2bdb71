#include "tools/cli/app.hpp"

int main(int argc, char** argv) { return datapact::tools::run_app(argc, argv); }
