#include "node/metrics_text.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace datapact::node {
namespace {

std::string_view name_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::kGauge:
      return "gauge";
    case MetricKind::kCounter:
      return "counter";
    case MetricKind::kHistogram:
      return "histogram";
  }
  return "";
}

/// A help text needs no quotes escaped, a label's value does.
std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string metric_number(double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

void MetricsText::family(std::string_view name, MetricKind kind, std::string_view help) {
  family_ = name_space_ + "_" + std::string(name);
  text_ += "# HELP " + family_ + " " + escaped(help, false) + "\n";
  text_ += "# TYPE " + family_ + " " + std::string(name_of(kind)) + "\n";
}

void MetricsText::sample(std::string_view suffix, double value, MetricLabels labels) {
  text_ += family_;
  text_ += suffix;
  if (labels.size() != 0) {
    std::string inside;
    for (const auto& [name, content] : labels) {
      if (!inside.empty()) inside += ',';
      inside += std::string(name) + "=\"" + escaped(content, true) + "\"";
    }
    text_ += "{" + inside + "}";
  }
  text_ += " " + metric_number(value) + "\n";
}

void MetricsText::gauge(std::string_view name, std::string_view help, double value) {
  family(name, MetricKind::kGauge, help);
  sample(value);
}

void MetricsText::counter(std::string_view name, std::string_view help, double value) {
  family(name, MetricKind::kCounter, help);
  sample(value);
}

}  // namespace datapact::node
