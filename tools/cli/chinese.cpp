#include "tools/cli/chinese.hpp"

#include "tools/cli/chinese_texts.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

constexpr std::string_view kHole = "{}";
constexpr std::string_view kColon = ": ";
constexpr std::string_view kSemicolon = "; ";
constexpr std::string_view kProgram = "datapact";

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

/// Bytes of the pattern's own.
std::size_t words_in(std::string_view pattern, const Holes& holes) {
  return pattern.size() - kHole.size() * holes.size();
}

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

/// Of all ways to read a text as patterns, one in the other or side by side, takes the one with
/// most words that are the patterns' own: the others fit by chance.
class Reader {
 public:
  struct Reading {
    std::string chinese;
    std::size_t words = 0;
  };
  enum class Kind : bool { kMessage, kValue };

  /// Others' texts can have any number of parts: whoever made one must not keep a user waiting.
  [[nodiscard]] bool has_given_up() const noexcept { return looks_ > kLooksMax; }

  // As deep as a text has parts, each of them shorter.
  // NOLINTBEGIN(misc-no-recursion)
  std::optional<Reading> read(std::string_view english, Kind kind) {
    const auto key = std::tuple(english.data(), english.size(), kind);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    auto best = read_whole(english, kind);
    read_rule(english, best);
    read_after_colons(english, kind, best);
    read_sentences(english, best);
    known_.emplace(key, best);
    return best;
  }

 private:
  using Best = std::optional<Reading>;

  static void keep_better(Best& best, std::string chinese, std::size_t words) {
    if (!best || words > best->words) best = Reading{std::move(chinese), words};
  }

  void look_in(std::span<const ChineseText> texts, std::string_view english, Best& best) {
    for (const auto& text : texts) {
      const auto holes = holes_of(text.english, english);
      if (!holes) continue;
      auto filled = fill(text.chinese, *holes);
      keep_better(best, std::move(filled.chinese), filled.words + words_in(text.english, *holes));
    }
  }

  Best read_whole(std::string_view english, Kind kind) {
    Best best;
    if (++looks_ > kLooksMax) return best;
    if (kind == Kind::kValue) {
      look_in(chinese_values(), english, best);
      look_in(chinese_values_of_others(), english, best);
    }
    for (const auto texts : kChineseTexts) look_in(texts(), english, best);
    return best;
  }

  Reading fill(std::string_view chinese, const Holes& holes) {
    Reading out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < chinese.size();) {
      const auto place = place_at(chinese.substr(i));
      if (!place) {
        out.chinese += chinese[i++];
        continue;
      }
      const std::size_t index = place->index ? *place->index : next++;
      const auto hole = index < holes.size() ? holes[index] : std::string_view{};
      const auto read_hole = place->is_translated ? read(hole, Kind::kValue) : std::nullopt;
      out.chinese += read_hole ? read_hole->chinese : std::string(hole);
      out.words += read_hole ? read_hole->words : 0;
      i += place->length;
    }
    return out;
  }

  /// "FIELD RULE".
  void read_rule(std::string_view english, Best& best) {
    const auto space = english.find(' ');
    if (space == std::string_view::npos || space == 0 || english[space - 1] == ':') return;
    // A command to run: its words are names.
    if (english.substr(0, space) == kProgram) return;
    const auto rule = read_whole(english.substr(space + 1), Kind::kMessage);
    if (rule)
      keep_better(best, std::string(english.substr(0, space + 1)) + rule->chinese, rule->words);
  }

  /// "FILE: what is wrong": the first part is the user's, or ours too.
  void read_after_colons(std::string_view english, Kind kind, Best& best) {
    for (auto at = english.find(kColon); at != std::string_view::npos;
         at = english.find(kColon, at + 1)) {
      const auto thing = read_whole(english.substr(0, at), kind);
      const auto said =
          read(english.substr(at + kColon.size()), thing ? Kind::kValue : Kind::kMessage);
      if (!said) continue;
      keep_better(
          best,
          (thing ? thing->chinese : std::string(english.substr(0, at))) + "：" + said->chinese,
          said->words + (thing ? thing->words : 0));
    }
  }

  /// Several, each with a Chinese form.
  void read_sentences(std::string_view english, Best& best) {
    const auto at = english.find(kSemicolon);
    if (at == std::string_view::npos) return;
    const auto first = read(english.substr(0, at), Kind::kMessage);
    const auto rest =
        first ? read(english.substr(at + kSemicolon.size()), Kind::kMessage) : std::nullopt;
    if (rest) keep_better(best, first->chinese + "；" + rest->chinese, first->words + rest->words);
  }
  // NOLINTEND(misc-no-recursion)

  /// Texts of ours need some tens.
  static constexpr std::size_t kLooksMax = 1000;
  std::size_t looks_ = 0;
  /// Parts are read again for every way to cut what is around them.
  std::map<std::tuple<const char*, std::size_t, Kind>, std::optional<Reading>> known_;
};

std::optional<std::string> chinese_for(std::string_view english, Reader::Kind kind) {
  // A file or a log of somebody else's.
  constexpr std::size_t kLengthMax = 4096;
  if (english.empty() || english.size() > kLengthMax) return std::nullopt;
  Reader reader;
  auto found = reader.read(english, kind);
  if (!found || reader.has_given_up()) return std::nullopt;
  return std::move(found->chinese);
}

}  // namespace

std::optional<std::string> chinese_of(std::string_view english) {
  return chinese_for(english, Reader::Kind::kMessage);
}

std::optional<std::string> chinese_of_value(std::string_view english) {
  return chinese_for(english, Reader::Kind::kValue);
}

}  // namespace datapact::tools
