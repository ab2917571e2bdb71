#pragma once
// Prometheus' text format 0.0.4: families with help and type, samples with labels. Pure.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::node {

enum class MetricKind : std::uint8_t { kGauge, kCounter, kHistogram };

using MetricLabels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The shortest text that reads back as the same number, in no locale.
[[nodiscard]] std::string metric_number(double value);

class MetricsText {
 public:
  /// Every name gets this and an underscore before it.
  explicit MetricsText(std::string_view name_space) : name_space_(name_space) {}

  /// What the samples that follow belong to.
  void family(std::string_view name, MetricKind kind, std::string_view help);
  void sample(double value, MetricLabels labels = {}) { sample("", value, labels); }
  /// `suffix` is one of a histogram's: _bucket, _sum, _count.
  void sample(std::string_view suffix, double value, MetricLabels labels = {});
  /// A family of one sample.
  void gauge(std::string_view name, std::string_view help, double value);
  void counter(std::string_view name, std::string_view help, double value);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string name_space_;
  std::string family_;
  std::string text_;
};

}  // namespace datapact::node
