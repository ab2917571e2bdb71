#pragma once
// Inside the room only: Montgomery products of four limbs in x86-64 assembly for CPUs with BMI2 and
// ADX, which keep two carry chains apart (MULX, ADCX, ADOX). Compilers make one chain of the
// portable form and take 1.6 times as long. The steps do not depend on the operands.
#include <cstdint>

namespace datapact::crypto::detail {

/// An odd modulus below 2^254, as the assembly reads it.
struct MontgomeryModulus {
  std::uint64_t limb[4];
  /// -1 / modulus mod 2^64.
  std::uint64_t negative_inverse;
};

#if defined(__x86_64__)
/// Whether this CPU runs the functions below.
[[nodiscard]] inline bool has_adx() noexcept {
  return __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("adx") != 0;
}

// Assembly templates must be literals, which only macros put together. `t0` to `t4` are the names
// of the sum's limbs, which move down one place with every reduction.

/// t += a * rdx for the four limbs at `a`, whose carries run in two chains.
#define ADD_ROW_(a, t0, t1, t2, t3, t4)          \
  "xorl %k[lo], %k[lo]\n\t"                      \
  "mulxq (%[" a                                  \
  "]), %[lo], %[hi]\n\t"                         \
  "adcxq %[lo], %[" t0 "]\n\tadoxq %[hi], %[" t1 \
  "]\n\t"                                        \
  "mulxq 8(%[" a                                 \
  "]), %[lo], %[hi]\n\t"                         \
  "adcxq %[lo], %[" t1 "]\n\tadoxq %[hi], %[" t2 \
  "]\n\t"                                        \
  "mulxq 16(%[" a                                \
  "]), %[lo], %[hi]\n\t"                         \
  "adcxq %[lo], %[" t2 "]\n\tadoxq %[hi], %[" t3 \
  "]\n\t"                                        \
  "mulxq 24(%[" a                                \
  "]), %[lo], %[hi]\n\t"                         \
  "adcxq %[lo], %[" t3 "]\n\tadoxq %[hi], %[" t4 \
  "]\n\t"                                        \
  "movl $0, %k[lo]\n\t"                          \
  "adcxq %[lo], %[" t4 "]\n\t"
/// t = a * the first limb of b.
#define FIRST_ROW_(a, b, t0, t1, t2, t3, t4) \
  "movq (%[" b                               \
  "]), %%rdx\n\t"                            \
  "mulxq (%[" a "]), %[" t0 "], %[" t1       \
  "]\n\t"                                    \
  "mulxq 8(%[" a "]), %[lo], %[" t2          \
  "]\n\t"                                    \
  "addq %[lo], %[" t1                        \
  "]\n\t"                                    \
  "mulxq 16(%[" a "]), %[lo], %[" t3         \
  "]\n\t"                                    \
  "adcq %[lo], %[" t2                        \
  "]\n\t"                                    \
  "mulxq 24(%[" a "]), %[lo], %[" t4         \
  "]\n\t"                                    \
  "adcq %[lo], %[" t3                        \
  "]\n\t"                                    \
  "adcq $0, %[" t4 "]\n\t"
/// t += a * the limb of b at the byte `offset`.
#define NEXT_ROW_(a, b, offset, t0, t1, t2, t3, t4) \
  "movq " offset "(%[" b "]), %%rdx\n\t" ADD_ROW_(a, t0, t1, t2, t3, t4)
/// The same, where t has no limb `t4` yet.
#define WIDER_ROW_(a, b, offset, t0, t1, t2, t3, t4) \
  "xorl %k[" t4 "], %k[" t4 "]\n\t" NEXT_ROW_(a, b, offset, t0, t1, t2, t3, t4)
/// Adds the multiple of the modulus that makes `t0` zero.
#define REDUCE_(t0, t1, t2, t3, t4) \
  "movq 32(%[p]), %%rdx\n\timulq %[" t0 "], %%rdx\n\t" ADD_ROW_("p", t0, t1, t2, t3, t4)
/// Subtracts the modulus from (t4, t0, t1, t2) unless that is negative; t3 is free.
#define SUBTRACT_                                    \
  "movq %[t4], %[t3]\n\tmovq %[t0], %[lo]\n\t"       \
  "movq %[t1], %[hi]\n\tmovq %[t2], %%rdx\n\t"       \
  "subq (%[p]), %[t3]\n\tsbbq 8(%[p]), %[lo]\n\t"    \
  "sbbq 16(%[p]), %[hi]\n\tsbbq 24(%[p]), %%rdx\n\t" \
  "cmovncq %[t3], %[t4]\n\tcmovncq %[lo], %[t0]\n\t" \
  "cmovncq %[hi], %[t1]\n\tcmovncq %%rdx, %[t2]\n\t"
#define LIMBS_OUT_                                                                                \
  [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [lo] "=&r"(lo), \
      [hi] "=&r"(hi)

using Limbs = std::uint64_t[4];

/// out = a * b / 2^256 modulo the modulus, below it. `b` must be below the modulus, `a` may be any
/// word. `out` may be an operand.
[[gnu::always_inline]] inline void montgomery_multiply(Limbs& out, const Limbs& a, const Limbs& b,
                                                       const MontgomeryModulus& modulus) noexcept {
  std::uint64_t t0, t1, t2, t3, t4, lo, hi;  // NOLINT: written by the assembly
  asm(FIRST_ROW_("b", "a", "t0", "t1", "t2", "t3", "t4") REDUCE_("t0", "t1", "t2", "t3", "t4")
          WIDER_ROW_("b", "a", "8", "t1", "t2", "t3", "t4", "t0") REDUCE_(
              "t1", "t2", "t3", "t4", "t0") WIDER_ROW_("b", "a", "16", "t2", "t3", "t4", "t0", "t1")
              REDUCE_("t2", "t3", "t4", "t0", "t1")
                  WIDER_ROW_("b", "a", "24", "t3", "t4", "t0", "t1", "t2")
                      REDUCE_("t3", "t4", "t0", "t1", "t2") SUBTRACT_
      : LIMBS_OUT_
      : [a] "r"(&a), [b] "r"(&b), [p] "r"(&modulus), "m"(a), "m"(b), "m"(modulus)
      : "rdx", "cc");
  out[0] = t4;
  out[1] = t0;
  out[2] = t1;
  out[3] = t2;
}

/// out = (a * b + c * d) / 2^256 modulo the modulus, with one reduction for both products (Longa:
/// Efficient algorithms for large prime characteristic fields, 2022). All operands at most the
/// modulus.
[[gnu::always_inline]] inline void montgomery_dot(Limbs& out, const Limbs& a, const Limbs& b,
                                                  const Limbs& c, const Limbs& d,
                                                  const MontgomeryModulus& modulus) noexcept {
  std::uint64_t t0, t1, t2, t3, t4, lo, hi;  // NOLINT: written by the assembly
  asm(FIRST_ROW_("b", "a", "t0", "t1", "t2", "t3", "t4") NEXT_ROW_(
          "d", "c", "0", "t0", "t1", "t2", "t3", "t4") REDUCE_("t0", "t1", "t2", "t3", "t4")
          WIDER_ROW_("b", "a", "8", "t1", "t2", "t3", "t4", "t0") NEXT_ROW_(
              "d", "c", "8", "t1", "t2", "t3", "t4", "t0") REDUCE_("t1", "t2", "t3", "t4", "t0")
              WIDER_ROW_("b", "a", "16", "t2", "t3", "t4", "t0", "t1")
                  NEXT_ROW_("d", "c", "16", "t2", "t3", "t4", "t0", "t1")
                      REDUCE_("t2", "t3", "t4", "t0", "t1")
                          WIDER_ROW_("b", "a", "24", "t3", "t4", "t0", "t1", "t2")
                              NEXT_ROW_("d", "c", "24", "t3", "t4", "t0", "t1", "t2")
                                  REDUCE_("t3", "t4", "t0", "t1", "t2") SUBTRACT_
      : LIMBS_OUT_
      : [a] "r"(&a), [b] "r"(&b), [c] "r"(&c), [d] "r"(&d), [p] "r"(&modulus), "m"(a), "m"(b),
        "m"(c), "m"(d), "m"(modulus)
      : "rdx", "cc");
  out[0] = t4;
  out[1] = t0;
  out[2] = t1;
  out[3] = t2;
}

#undef LIMBS_OUT_
#undef SUBTRACT_
#undef REDUCE_
#undef WIDER_ROW_
#undef NEXT_ROW_
#undef FIRST_ROW_
#undef ADD_ROW_
#endif

}  // namespace datapact::crypto::detail
