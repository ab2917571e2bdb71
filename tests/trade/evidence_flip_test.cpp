// Every byte of a bundle counts: whatever is changed, removed, repeated, exchanged or added, the
// verifier refuses, and names the place.
#include "base/hex.hpp"
#include "tests/testkit/trade/evidence_desk.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)

namespace {

/// A value of the bundle with its path, and the bundle around it.
struct Place {
  std::string path;
  json::Value* value;
};

void collect(json::Value& value, const std::string& path, std::vector<Place>& out) {
  out.push_back({path, &value});
  if (auto* object = value.as_object()) {
    for (auto& [key, member] : *object) collect(member, path.empty() ? key : path + "." + key, out);
  }
  if (auto* array = value.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      collect((*array)[i], path + "[" + std::to_string(i) + "]", out);
  }
}

std::vector<Place> places_of(json::Value& bundle) {
  std::vector<Place> out;
  collect(bundle, "", out);
  return out;
}

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

/// The name of the step a path lies in.
std::string step_name(const json::Value& original, std::string_view path) {
  const auto index = static_cast<std::size_t>(path[std::string_view("steps[").size()] - '0');
  return *(*original.find("steps")->as_array())[index].find("name")->as_string();
}

/// What the failure may be called when something at this path is wrong. Terms and signatures are
/// known by what they are, those of account contracts by the lock that accepted them; a step by its
/// name; everything else by its path.
bool is_sensible(const json::Value& original, const std::string& path, const std::string& name) {
  if (path.empty()) return true;
  if (path == "genesis.header") return name == "genesis hash" || name == "genesis.header";
  if (path.starts_with("deal"))
    return starts_with_any(name, {"deal", "terms digest", "seller's signature", "buyer's signature",
                                  "settlement", "lock.receipt", "lock.transaction"});
  if (path.starts_with("steps[")) {
    const auto step = step_name(original, path);
    // Whatever stands before its place is no longer what the next step may follow.
    return starts_with_any(name, {step, path, path.substr(0, path.find('.'))}) ||
           path.ends_with(".name");
  }
  if (path == "steps")
    return starts_with_any(name, {"steps", "publish", "lock", "reveal", "settle", "refund"}) ||
           name == "final state";
  if (path == "validatorChanges")
    return starts_with_any(name,
                           {"validator", "publish", "lock", "reveal", "settle", "refund", "final"});
  const auto top = path.substr(0, path.find_first_of(".["));
  return name.starts_with(top);
}

/// Calls `change` on every place it accepts (true: it changed something) and demands a refusal.
class Spoiler {
 public:
  Spoiler(const json::Value& original, const SaleChain& chain)
      : original_(original), chain_(chain) {}

  void everywhere(const std::function<bool(json::Value&)>& change,
                  const std::function<bool(const std::string&)>& skip = {}) {
    json::Value bundle = original_;
    for (const auto& place : places_of(bundle)) {
      if (skip && skip(place.path)) continue;
      const json::Value before = *place.value;
      // Changed in place; nothing above it moves, so that the other places stay valid after the
      // value is put back. Its own children are visited later and live in what is put back.
      json::Value spoiled = before;
      if (!change(spoiled)) continue;
      std::swap(*place.value, spoiled);
      const std::string name = verdict(bundle, chain_);
      std::swap(*place.value, spoiled);
      ++tried_;
      CAPTURE(place.path);
      CAPTURE(name);
      CHECK(name != "ok");
      CHECK(is_sensible(original_, place.path, name));
    }
  }
  [[nodiscard]] int tried() const noexcept { return tried_; }

 private:
  const json::Value& original_;
  const SaleChain& chain_;
  int tried_ = 0;
};

bool is_hex(const std::string& text) { return text.starts_with("0x") && text.size() > 2; }

/// Flips one bit of the digit at a fraction of the text.
bool flip_digit(json::Value& value, std::size_t numerator, std::size_t denominator) {
  const auto* text = value.as_string();
  if (text == nullptr || !is_hex(*text)) return false;
  std::string out = *text;
  const std::size_t at = 2 + (out.size() - 3) * numerator / denominator;
  constexpr std::string_view kDigits = "0123456789abcdef";
  out[at] = kDigits[kDigits.find(out[at]) ^ 1U];
  value = out;
  return true;
}

bool change_text(json::Value& value, const std::function<std::string(std::string)>& change) {
  const auto* text = value.as_string();
  if (text == nullptr) return false;
  std::string out = change(*text);
  if (out == *text) return false;
  value = std::move(out);
  return true;
}

void spoil_values(Spoiler& spoiler) {
  constexpr std::size_t kPlaces = 16;
  for (std::size_t i = 0; i <= kPlaces; ++i)
    spoiler.everywhere([i](json::Value& value) { return flip_digit(value, i, kPlaces); });
  spoiler.everywhere([](json::Value& value) {
    return change_text(value, [](std::string text) { return text + (is_hex(text) ? "00" : "0"); });
  });
  spoiler.everywhere([](json::Value& value) {
    return change_text(value, [](const std::string& text) {
      return text.substr(0, text.size() - (is_hex(text) ? 2 : 1));
    });
  });
  // Other spellings of the same bytes.
  spoiler.everywhere([](json::Value& value) {
    return change_text(value, [](std::string text) {
      if (!is_hex(text)) return text;
      std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      return text;
    });
  });
  spoiler.everywhere([](json::Value& value) {
    return change_text(
        value, [](const std::string& text) { return is_hex(text) ? text.substr(2) : "0" + text; });
  });
}

void spoil_kinds(Spoiler& spoiler) {
  for (const json::Value& foreign :
       {json::Value{}, json::Value{7}, json::Value{true}, json::Value{"x"},
        json::Value::array({"0x00"}), json::Value::object({{"a", 1}})}) {
    spoiler.everywhere([&](json::Value& value) {
      value = foreign;
      return true;
    });
  }
}

void spoil_members(Spoiler& spoiler) {
  spoiler.everywhere([](json::Value& value) {
    if (!value.is_object()) return false;
    value.set("unknown", "0x00");
    return true;
  });
  // Members have at most ten in an object.
  for (std::size_t i = 0; i < 10; ++i) {
    spoiler.everywhere([i](json::Value& value) {
      auto* object = value.as_object();
      if (object == nullptr || i >= object->size()) return false;
      object->erase(object->begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    });
  }
}

void spoil_lists(Spoiler& spoiler) {
  for (std::size_t i = 0; i < 8; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    const auto in_list = [i](json::Value& value, std::size_t needed) {
      auto* array = value.as_array();
      return array != nullptr && i + needed <= array->size() ? array : nullptr;
    };
    spoiler.everywhere([&](json::Value& value) {
      auto* array = in_list(value, 1);
      if (array == nullptr) return false;
      array->erase(array->begin() + at);
      return true;
    });
    spoiler.everywhere([&](json::Value& value) {
      auto* array = in_list(value, 1);
      if (array == nullptr) return false;
      array->insert(array->begin() + at, json::Value((*array)[i]));
      return true;
    });
    spoiler.everywhere([&](json::Value& value) {
      auto* array = in_list(value, 2);
      if (array == nullptr || (*array)[i] == (*array)[i + 1]) return false;
      std::swap((*array)[i], (*array)[i + 1]);
      return true;
    });
  }
}

void spoil(const SaleChain& chain, const GovernedSale& sale) {
  const auto bundle = evidence_of(chain, sale);
  REQUIRE(verdict(bundle, chain) == "ok");
  Spoiler spoiler(bundle, chain);
  spoil_values(spoiler);
  spoil_kinds(spoiler);
  spoil_members(spoiler);
  spoil_lists(spoiler);
  MESSAGE(spoiler.tried() << " spoiled bundles refused");
}

}  // namespace

TEST_SUITE("trade/evidence_flip") {
  TEST_CASE("nothing in the bundle of a settled deal can be changed") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    spoil(chain, sale);
  }

  TEST_CASE("nothing in the bundle of a refunded deal can be changed, validators having changed") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.prepare();
    chain.add_validator();
    sale.lock();
    chain.remove_validator(0);
    sale.refund();
    spoil(chain, sale);
  }

  TEST_CASE("nothing in the bundle of a seller that is an account contract can be changed") {
    SaleChain chain;
    const Address seller = chain.deploy_account(SaleParty::kProvider);
    GovernedSale sale(chain, {.seller_account = seller});
    sale.prepare();
    sale.lock();
    spoil(chain, sale);
  }

  TEST_CASE("nothing in the bundle of two account contracts can be changed") {
    SaleChain chain;
    const Address seller = chain.deploy_account(SaleParty::kProvider);
    const Address buyer = chain.deploy_account(SaleParty::kBuyer);
    GovernedSale sale(chain, {.seller_account = seller, .buyer_account = buyer});
    sale.prepare();
    sale.lock();
    spoil(chain, sale);
  }
}
