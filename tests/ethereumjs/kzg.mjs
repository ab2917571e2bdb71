// What @ethereumjs/vm needs of a KZG library: the check of one opening, by the pairing of @noble/curves.
import { bls12_381 } from '@noble/curves/bls12-381.js'

const { Point: G1 } = bls12_381.G1
const { Point: G2 } = bls12_381.G2
const { Fp12, Fr } = bls12_381.fields
/// [tau]G1 and [tau]G2 of Ethereum's ceremony (consensus-specs, trusted_setup_4096.json, g1_monomial[1] and g2_monomial[1]).
export const kTauG1 = G1.fromHex('ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81')
const kTauG2 = G2.fromHex(
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
    '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
)

/// [a]P for any a below the order, zero included.
export const times = (point, scalar) => (scalar === 0n ? point.constructor.ZERO : point.multiply(scalar))

/// e(a, b), where infinity pairs to one.
const pair = (a, b) => (a.is0() ? Fp12.ONE : bls12_381.pairing(a, b))

function scalarOf(hex) {
  const value = BigInt(hex)
  if (value >= Fr.ORDER) throw new Error('C_KZG_BADARGS: not below the order')
  return value
}

function pointOf(hex) {
  const point = G1.fromHex(hex.slice(2))
  point.assertValidity()
  return point
}

/// EIP-4844: e(C - [y]G1, G2) = e(proof, [tau - z]G2).
export const kzg = {
  verifyProof(commitment, z, y, proof) {
    const left = pointOf(commitment).subtract(times(G1.BASE, scalarOf(y)))
    const right = kTauG2.subtract(times(G2.BASE, scalarOf(z)))
    return Fp12.eql(pair(left, G2.BASE), pair(pointOf(proof), right))
  },
}
