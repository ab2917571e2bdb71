#pragma once
// Traces as tables for people: contracts of the catalogue by name, their functions, events and
// errors decoded. A document that is none of geth's shape is a CliError. Pure.
#include "base/json.hpp"
#include "tools/cli/output.hpp"

namespace datapact::tools {

/// The tree of callTracer, a frame or log a row, children below their caller: indented, or with a
/// column of the depth for programs (kPlain). `out` says in which form and language.
[[nodiscard]] Table call_table(const json::Value& tree, const Output& out);
/// Struct logs, an instruction a row.
[[nodiscard]] Table step_table(const json::Value& trace);
/// The difference of prestateTracer, a changed member of an account a row.
[[nodiscard]] Table state_table(const json::Value& difference, const Output& out);

}  // namespace datapact::tools
