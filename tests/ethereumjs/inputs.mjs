// Inputs for the precompiles on curves: mostly valid, so that they get past the first check; some with a byte or the length wrong.
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from 'ethereum-cryptography/sha256.js'
import { concatBytes, hexToBytes } from '@ethereumjs/util'
import { kTauG1, times } from './kzg.mjs'

const number = (value, size) => hexToBytes(`0x${value.toString(16).padStart(2 * size, '0')}`)
const { Fp, Fp2, Fr } = bls12_381.fields
const kMultiplesMax = 5

const g1Of = ({ x, y }) => concatBytes(number(x, 64), number(y, 64))
const g2Of = ({ x, y }) => concatBytes(...[x.c0, x.c1, y.c0, y.c1].map((part) => number(part, 64)))
const bnG1Of = ({ x, y }) => concatBytes(number(x, 32), number(y, 32))
const bnG2Of = ({ x, y }) => concatBytes(...[x.c1, x.c0, y.c1, y.c0].map((part) => number(part, 32)))

/// A point of the curve that is not in the subgroup: the first whose x, counted from 1, has a y.
function strayOf(Point, field, toX, b) {
  for (let i = 1n; ; i += 1n) {
    const x = toX(i)
    try {
      const y = field.sqrt(field.add(field.mul(field.mul(x, x), x), b))
      if (!Point.fromAffine({ x, y }).isTorsionFree()) return { x, y }
    } catch {
      // no square: the next x
    }
  }
}

/// Small multiples, their negatives, and what is no point of the group.
function pool(Point, encode, zero, strays) {
  const out = []
  for (let i = 1n; i <= kMultiplesMax; i += 1n) {
    const point = Point.BASE.multiply(i)
    out.push(encode(point.toAffine()), encode(point.negate().toAffine()))
  }
  return { good: [...out, zero], all: [...out, zero, ...strays.map(encode)] }
}

/// Made when first asked for: a run of plain cases needs none.
function lazily(make) {
  let made
  return () => (made ??= make())
}

const g1Pool = lazily(() => pool(bls12_381.G1.Point, g1Of, new Uint8Array(128), [
  { x: 1n, y: 1n },
  strayOf(bls12_381.G1.Point, Fp, (i) => i, 4n),
]))
const g2Pool = lazily(() => pool(bls12_381.G2.Point, g2Of, new Uint8Array(256), [
  strayOf(bls12_381.G2.Point, Fp2, (i) => Fp2.fromBigTuple([i, 0n]), Fp2.fromBigTuple([4n, 4n])),
]))
const bnG1Pool = lazily(() => pool(bn254.G1.Point, bnG1Of, new Uint8Array(64), [{ x: 1n, y: 1n }]))
const bnG2Pool = lazily(() => pool(bn254.G2.Point, bnG2Of, new Uint8Array(128), []))

const pointOf = (prng, points) => prng.pick(prng.oneIn(10) ? points().all : points().good)
const scalarOf = (prng) => (prng.oneIn(3) ? number(BigInt(prng.below(4)), 32) : prng.bytes(32))
const repeat = (prng, most, item) => concatBytes(...Array.from({ length: 1 + prng.below(most) }, item))

/// Opens p(x) = a + b x at z: the commitment is [a]G1 + [b tau]G1, the proof [b]G1.
function kzgInput(prng) {
  const [a, b, z] = [0, 0, 0].map(() => (prng.oneIn(4) ? 0n : BigInt(1 + prng.below(1 << 30))))
  const { BASE } = bls12_381.G1.Point
  const commitment = times(BASE, a).add(times(kTauG1, b)).toBytes(true)
  const hash = sha256(commitment)
  hash[0] = 1
  return concatBytes(hash, number(z, 32), number(Fr.create(a + b * z), 32), commitment, times(BASE, b).toBytes(true))
}

function p256Input(prng) {
  const key = number(BigInt(1 + prng.below(5)), 32)
  const digest = prng.bytes(32)
  const signature = p256.sign(digest, key, { prehash: false, lowS: prng.oneIn(2) })
  return concatBytes(digest, signature, p256.getPublicKey(key, false).subarray(1))
}

/// [address, input of at most 768 bytes]
const kMakers = [
  [0x06n, (prng) => concatBytes(pointOf(prng, bnG1Pool), pointOf(prng, bnG1Pool))],
  [0x07n, (prng) => concatBytes(pointOf(prng, bnG1Pool), scalarOf(prng))],
  [0x08n, (prng) => repeat(prng, 2, () => concatBytes(pointOf(prng, bnG1Pool), pointOf(prng, bnG2Pool)))],
  [0x0an, kzgInput],
  [0x0bn, (prng) => concatBytes(pointOf(prng, g1Pool), pointOf(prng, g1Pool))],
  [0x0cn, (prng) => repeat(prng, 3, () => concatBytes(pointOf(prng, g1Pool), scalarOf(prng)))],
  [0x0dn, (prng) => concatBytes(pointOf(prng, g2Pool), pointOf(prng, g2Pool))],
  [0x0en, (prng) => repeat(prng, 2, () => concatBytes(pointOf(prng, g2Pool), scalarOf(prng)))],
  [0x0fn, (prng) => repeat(prng, 2, () => concatBytes(pointOf(prng, g1Pool), pointOf(prng, g2Pool)))],
  [0x10n, (prng) => concatBytes(new Uint8Array(17), prng.bytes(47))],
  [0x11n, (prng) => repeat(prng, 1, () => concatBytes(new Uint8Array(17), prng.bytes(47), new Uint8Array(17), prng.bytes(47)))],
  [0x100n, p256Input],
]

/// { address, input }
export function precompileCall(prng) {
  const [address, make] = prng.pick(kMakers)
  let input = make(prng)
  if (prng.oneIn(6)) input[prng.below(input.length)] ^= 1 + prng.below(255)
  if (prng.oneIn(12)) input = input.subarray(0, prng.below(input.length))
  return { address, input }
}
