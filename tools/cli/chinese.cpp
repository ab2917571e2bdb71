#include "tools/cli/chinese.hpp"

#include "tools/cli/chinese_texts.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

constexpr std::string_view kHole = "{}";

using Holes = std::vector<std::string_view>;

/// What stands in the holes of a pattern, or nothing when its words are others. A hole takes as
/// little as it can.
std::optional<Holes> holes_of(std::string_view pattern, std::string_view text) {
  Holes out;
  auto end = pattern.find(kHole);
  if (end == std::string_view::npos)
    return pattern == text ? std::optional(std::move(out)) : std::nullopt;
  if (!text.starts_with(pattern.substr(0, end))) return std::nullopt;
  text.remove_prefix(end);
  for (;;) {
    pattern.remove_prefix(end + kHole.size());
    end = pattern.find(kHole);
    const auto words = pattern.substr(0, end);
    if (end == std::string_view::npos) {
      if (!text.ends_with(words)) return std::nullopt;
      out.push_back(text.substr(0, text.size() - words.size()));
      return out;
    }
    const auto at = text.find(words);
    if (at == std::string_view::npos) return std::nullopt;
    out.push_back(text.substr(0, at));
    text.remove_prefix(at + words.size());
  }
}

std::size_t words_in(std::string_view pattern) {
  std::size_t out = pattern.size();
  for (auto at = pattern.find(kHole); at != std::string_view::npos;
       at = pattern.find(kHole, at + kHole.size()))
    out -= kHole.size();
  return out;
}

struct Match {
  std::string_view chinese;
  Holes holes;
};

/// Takes the pattern with most words of its own: the others fit by chance.
class BestMatch {
 public:
  explicit BestMatch(std::string_view english) : english_(english) {}

  void look_in(std::span<const ChineseText> texts) {
    for (const auto& text : texts) {
      const auto words = words_in(text.english);
      if (words <= words_) continue;
      auto holes = holes_of(text.english, english_);
      if (!holes) continue;
      best_ = {text.chinese, std::move(*holes)};
      words_ = words;
    }
  }
  [[nodiscard]] const std::optional<Match>& found() const noexcept { return best_; }

 private:
  std::string_view english_;
  std::optional<Match> best_;
  std::size_t words_ = 0;
};

/// A hole of a Chinese text: "{}" the next one, "{1}" that one, "{1:t}" that one in Chinese.
struct Place {
  std::size_t length = 0;
  std::optional<std::size_t> index;
  bool is_translated = false;
};

std::optional<Place> place_at(std::string_view text) {
  if (text.starts_with(kHole)) return Place{kHole.size(), std::nullopt, false};
  const bool is_numbered = text.size() >= 3 && text[0] == '{' && text[1] >= '0' && text[1] <= '9';
  if (!is_numbered) return std::nullopt;
  const auto index = static_cast<std::size_t>(text[1] - '0');
  const auto rest = text.substr(2);
  if (rest.starts_with("}")) return Place{3, index, false};
  if (rest.starts_with(":t}")) return Place{5, index, true};
  return std::nullopt;
}

std::string filled(const Match& match) {  // NOLINT(misc-no-recursion): a hole is shorter
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < match.chinese.size();) {
    const auto place = place_at(match.chinese.substr(i));
    if (!place) {
      out += match.chinese[i++];
      continue;
    }
    const std::size_t index = place->index ? *place->index : next++;
    const auto hole = index < match.holes.size() ? match.holes[index] : std::string_view{};
    const auto chinese = place->is_translated ? chinese_of_value(hole) : std::nullopt;
    out += chinese ? *chinese : std::string(hole);
    i += place->length;
  }
  return out;
}

std::optional<std::string> whole(std::string_view english) {  // NOLINT(misc-no-recursion)
  BestMatch best(english);
  for (const auto texts : kChineseTexts) best.look_in(texts());
  if (!best.found()) return std::nullopt;
  return filled(*best.found());
}

/// Also "FIELD RULE".
std::optional<std::string> clause(std::string_view english) {  // NOLINT(misc-no-recursion)
  if (auto out = whole(english)) return out;
  const auto space = english.find(' ');
  if (space == std::string_view::npos || space == 0 || english[space - 1] == ':')
    return std::nullopt;
  const auto rule = whole(english.substr(space + 1));
  if (!rule) return std::nullopt;
  return std::string(english.substr(0, space + 1)) + *rule;
}

/// Also "FILE: what is wrong", where the first part is a name or has a Chinese form too.
std::optional<std::string> sentence(std::string_view english) {  // NOLINT(misc-no-recursion)
  if (auto out = clause(english)) return out;
  constexpr std::string_view kBetween = ": ";
  for (auto at = english.find(kBetween); at != std::string_view::npos;
       at = english.find(kBetween, at + 1)) {
    const auto rest = english.substr(at + kBetween.size());
    const auto thing = whole(english.substr(0, at));
    const auto what = thing ? chinese_of_value(rest) : clause(rest);
    if (what) return thing.value_or(std::string(english.substr(0, at))) + "：" + *what;
  }
  return std::nullopt;
}

/// Several, when each has a Chinese form.
std::optional<std::string> sentences(std::string_view english) {  // NOLINT(misc-no-recursion)
  constexpr std::string_view kBetween = "; ";
  std::string out;
  for (;;) {
    const auto end = english.find(kBetween);
    const auto one = sentence(english.substr(0, end));
    if (!one) return std::nullopt;
    out += *one;
    if (end == std::string_view::npos) return out;
    out += "；";
    english.remove_prefix(end + kBetween.size());
  }
}

}  // namespace

std::optional<std::string> chinese_of(std::string_view english) {  // NOLINT(misc-no-recursion)
  // A file or a log of somebody else's.
  constexpr std::size_t kLengthMax = 4096;
  if (english.size() > kLengthMax) return std::nullopt;
  if (auto out = sentence(english)) return out;
  return sentences(english);
}

std::optional<std::string> chinese_of_value(  // NOLINT(misc-no-recursion)
    std::string_view english) {
  BestMatch best(english);
  best.look_in(chinese_values());
  best.look_in(chinese_values_of_others());
  if (best.found()) return filled(*best.found());
  return chinese_of(english);
}

}  // namespace datapact::tools
