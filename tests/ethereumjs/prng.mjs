// SplitMix64: the same seed, the same cases, on every machine.
const kMask = (1n << 64n) - 1n

export class Prng {
  constructor(seed) {
    this.state = BigInt(seed) & kMask
  }

  next() {
    this.state = (this.state + 0x9e3779b97f4a7c15n) & kMask
    let z = this.state
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & kMask
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & kMask
    return z ^ (z >> 31n)
  }

  below(bound) {
    return Number(this.next() % BigInt(bound))
  }

  /// True in one of `n` cases.
  oneIn(n) {
    return this.below(n) === 0
  }

  pick(items) {
    return items[this.below(items.length)]
  }

  bytes(count) {
    return Uint8Array.from({ length: count }, () => this.below(256))
  }
}
