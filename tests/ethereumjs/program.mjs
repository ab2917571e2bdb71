import { precompileCall } from './inputs.mjs'

// Random byte code that does something: every instruction finds its operands, jumps land, and some code is plain noise.

/// [opcode, operands, results]
const kArithmetic = [
  [0x01, 2, 1], [0x02, 2, 1], [0x03, 2, 1], [0x04, 2, 1], [0x05, 2, 1], [0x06, 2, 1], [0x07, 2, 1], [0x08, 3, 1], [0x09, 3, 1],
  [0x0a, 2, 1], [0x0b, 2, 1], [0x10, 2, 1], [0x11, 2, 1], [0x12, 2, 1], [0x13, 2, 1], [0x14, 2, 1], [0x15, 1, 1], [0x16, 2, 1],
  [0x17, 2, 1], [0x18, 2, 1], [0x19, 1, 1], [0x1a, 2, 1], [0x1b, 2, 1], [0x1c, 2, 1], [0x1d, 2, 1], [0x1e, 1, 1],
]
const kEnvironment = [
  [0x30, 0, 1], [0x32, 0, 1], [0x33, 0, 1], [0x34, 0, 1], [0x36, 0, 1], [0x38, 0, 1], [0x3a, 0, 1], [0x3d, 0, 1], [0x41, 0, 1],
  [0x42, 0, 1], [0x43, 0, 1], [0x44, 0, 1], [0x45, 0, 1], [0x46, 0, 1], [0x47, 0, 1], [0x48, 0, 1], [0x4a, 0, 1], [0x58, 0, 1],
  [0x59, 0, 1], [0x5a, 0, 1], [0x35, 1, 1],
]
const kPrevRandao = 0x44
const kWordMax = (1n << 256n) - 1n
const kEdges = [0n, 1n, 2n, 31n, 32n, 33n, 255n, 256n, 1n << 63n, (1n << 64n) - 1n, 1n << 128n, 1n << 255n, kWordMax, kWordMax - 1n]

export class Program {
  /// `accounts` are addresses worth touching, as numbers; without `hasRandao` PREVRANDAO is not used; with `isRich` there are
  /// BLOCKHASH, BLOBHASH and well-formed inputs for the precompiles on curves, too.
  constructor(prng, accounts, hasRandao, isRich) {
    this.prng = prng
    this.isRich = isRich
    this.accounts = accounts
    this.environments = kEnvironment.filter(([opcode]) => hasRandao || opcode !== kPrevRandao)
    this.code = []
    this.height = 0
  }

  build(statements) {
    for (let i = 0; i < statements; i += 1) this.statement()
    if (this.prng.oneIn(2)) this.finish()
    return Uint8Array.from(this.code)
  }

  emit(...bytes) {
    this.code.push(...bytes)
  }

  push(value) {
    const digits = value === 0n ? '' : value.toString(16)
    const size = Math.ceil(digits.length / 2)
    const padded = digits.padStart(size * 2, '0')
    this.emit(0x5f + size, ...Array.from({ length: size }, (_, i) => parseInt(padded.slice(2 * i, 2 * i + 2), 16)))
    this.height += 1
  }

  word() {
    const choice = this.prng.below(4)
    if (choice === 0) return this.prng.pick(kEdges)
    if (choice === 1) return BigInt(this.prng.below(1024))
    if (choice === 2) return this.prng.pick(this.accounts)
    return this.prng.bytes(32).reduce((word, byte) => (word << 8n) | BigInt(byte), 0n)
  }

  offset() {
    return this.prng.oneIn(40) ? this.word() : BigInt(this.prng.below(300))
  }

  /// An operand from the stack now and then, else a fresh word.
  operand() {
    if (this.height > 0 && this.height < 900 && this.prng.oneIn(3)) {
      this.emit(0x80 + this.prng.below(Math.min(this.height, 16)))
      this.height += 1
    } else {
      this.push(this.word())
    }
  }

  apply(opcode, operands, results) {
    this.emit(opcode)
    this.height += results - operands
  }

  statement() {
    const kinds = [this.compute, this.compute, this.compute, this.environment, this.memory, this.storage, this.storage, this.copy,
      this.shuffle, this.branch, this.call, this.call, this.create, this.log, this.account]
    if (this.isRich) kinds.push(this.lookup, this.precompile)
    this.prng.pick(kinds).call(this)
  }

  compute() {
    const [opcode, operands, results] = this.prng.pick(kArithmetic)
    for (let i = 0; i < operands; i += 1) this.operand()
    this.apply(opcode, operands, results)
  }

  environment() {
    const [opcode, operands, results] = this.prng.pick(this.environments)
    for (let i = 0; i < operands; i += 1) this.operand()
    this.apply(opcode, operands, results)
  }

  memory() {
    const choice = this.prng.below(4)
    if (choice === 0) {
      this.push(this.offset())
      this.apply(0x51, 1, 1)
    } else if (choice === 1) {
      this.push(BigInt(this.prng.below(100)))
      this.push(this.offset())
      this.apply(0x20, 2, 1)
    } else {
      this.operand()
      this.push(this.offset())
      this.apply(choice === 2 ? 0x52 : 0x53, 2, 0)
    }
  }

  /// Few slots, so that they meet again; persistent and transient.
  storage() {
    const slot = BigInt(this.prng.below(4))
    const isTransient = this.prng.oneIn(3)
    if (this.prng.oneIn(2)) {
      this.push(slot)
      this.apply(isTransient ? 0x5c : 0x54, 1, 1)
    } else {
      this.push(this.prng.oneIn(3) ? 0n : this.word())
      this.push(slot)
      this.apply(isTransient ? 0x5d : 0x55, 2, 0)
    }
  }

  copy() {
    this.push(BigInt(this.prng.below(100)))
    this.push(this.prng.oneIn(10) ? this.word() : BigInt(this.prng.below(64)))
    this.push(this.offset())
    const opcode = this.prng.pick([0x37, 0x39, 0x3e, 0x5e, 0x3c])
    if (opcode === 0x3c) this.push(this.prng.pick(this.accounts))
    this.apply(opcode, opcode === 0x3c ? 4 : 3, 0)
  }

  shuffle() {
    if (this.height < 2 || this.height > 900) return
    const depth = this.prng.below(Math.min(this.height - 1, 16))
    const choice = this.prng.below(3)
    if (choice === 0) this.apply(0x80 + depth, 0, 1)
    if (choice === 1) this.emit(0x90 + depth)
    if (choice === 2) this.apply(0x50, 1, 0)
  }

  /// Jumps over a few statements when the condition says so.
  branch() {
    if (this.code.length > 3000) return
    this.operand()
    const place = this.code.length + 1
    this.emit(0x61, 0, 0, 0x57)
    this.height -= 1
    const before = this.height
    for (let i = this.prng.below(3); i > 0; i -= 1) this.compute()
    while (this.height > before) this.apply(0x50, 1, 0)
    this.code[place] = this.code.length >> 8
    this.code[place + 1] = this.code.length & 0xff
    this.emit(0x5b)
    if (this.height < before) this.height = 0
  }

  call() {
    const opcode = this.prng.pick([0xf1, 0xf1, 0xf2, 0xf4, 0xfa])
    const hasValue = opcode === 0xf1 || opcode === 0xf2
    for (const size of [64, 64, 100, 64]) this.push(BigInt(this.prng.below(size)))
    if (hasValue) this.push(this.prng.oneIn(3) ? BigInt(this.prng.below(100)) : 0n)
    const isPrecompile = this.prng.oneIn(4)
    this.push(isPrecompile ? BigInt(1 + this.prng.below(9)) : this.prng.pick(this.accounts))
    if (this.prng.oneIn(3)) this.apply(0x5a, 0, 1)
    else this.push(BigInt(this.prng.below(60_000)))
    this.apply(opcode, hasValue ? 7 : 6, 1)
  }

  /// BLOCKHASH within its window and just outside, BLOBHASH within the list and beyond.
  lookup() {
    if (this.prng.oneIn(2)) {
      this.push(BigInt(this.prng.below(8)))
      this.apply(0x49, 1, 1)
      return
    }
    if (this.prng.oneIn(6)) {
      this.operand()
    } else {
      this.push(this.prng.pick([0n, 1n, 2n, 255n, 256n, 257n, 258n]))
      this.apply(0x43, 0, 1)
      this.apply(0x03, 2, 1)
    }
    this.apply(0x40, 1, 1)
  }

  /// Calls a precompile with an input made for it and keeps the first word of the answer.
  precompile() {
    const { address, input } = precompileCall(this.prng)
    for (let at = 0; at < input.length; at += 32) {
      this.push(input.slice(at, at + 32).reduce((word, byte) => (word << 8n) | BigInt(byte), 0n) << BigInt(8 * Math.max(0, at + 32 - input.length)))
      this.push(BigInt(at))
      this.apply(0x52, 2, 0)
    }
    this.push(BigInt(this.prng.below(300)))
    this.push(0n)
    this.push(BigInt(input.length))
    this.push(0n)
    this.push(address)
    this.push(BigInt(this.prng.oneIn(8) ? this.prng.below(60_000) : 300_000))
    this.apply(0xfa, 6, 1)
    this.push(0n)
    this.apply(0x51, 1, 1)
    this.push(BigInt(this.prng.below(4)))
    this.apply(0x55, 2, 0)
  }

  /// The init code is what memory holds: mostly nothing, sometimes a program that returns or fails.
  create() {
    const isSalted = this.prng.oneIn(2)
    const init = this.prng.pick([0x00n, 0x5f5ff3n, 0x60205ff3n, 0x5f5ffdn, 0xfen, 0x60ef5f5360015ff3n, 0x33ffn])
    this.push(init << BigInt(8 * (32 - Math.ceil(init.toString(16).length / 2))))
    this.push(0n)
    this.apply(0x52, 2, 0)
    if (isSalted) this.push(BigInt(this.prng.below(2)))
    this.push(BigInt(this.prng.below(40)))
    this.push(0n)
    this.push(this.prng.oneIn(3) ? BigInt(this.prng.below(10)) : 0n)
    this.apply(isSalted ? 0xf5 : 0xf0, isSalted ? 4 : 3, 1)
  }

  log() {
    const topics = this.prng.below(5)
    for (let i = 0; i < topics; i += 1) this.operand()
    this.push(BigInt(this.prng.below(64)))
    this.push(this.offset())
    this.apply(0xa0 + topics, topics + 2, 0)
  }

  account() {
    this.push(this.prng.pick(this.accounts))
    this.apply(this.prng.pick([0x31, 0x3b, 0x3f]), 1, 1)
  }

  finish() {
    const choice = this.prng.below(8)
    if (choice === 0) {
      this.push(this.prng.pick(this.accounts))
      this.apply(0xff, 1, 0)
    } else if (choice < 6) {
      this.push(BigInt(this.prng.below(64)))
      this.push(BigInt(this.prng.below(64)))
      this.emit(choice < 3 ? 0xfd : 0xf3)
    } else {
      this.emit(choice === 6 ? 0xfe : 0x00)
    }
  }
}
