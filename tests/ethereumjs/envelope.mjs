// Transactions of types 3 and 4, encoded and signed here: @ethereumjs/tx would not make an invalid one.
import { RLP } from '@ethereumjs/rlp'
import { concatBytes } from '@ethereumjs/util'
import { keccak256 } from 'ethereum-cryptography/keccak.js'
import { secp256k1 } from 'ethereum-cryptography/secp256k1.js'

const kAuthorizationMagic = 5

/// EIP-2718: type, and the list of `fields` with a signature at its end. `nonce` for whoever sends it.
export function signTyped(type, fields, key) {
  const prefix = Uint8Array.of(type)
  const { r, s, recovery } = secp256k1.sign(keccak256(concatBytes(prefix, RLP.encode(fields))), key)
  const encoded = concatBytes(prefix, RLP.encode([...fields, recovery, r, s]))
  return { nonce: BigInt(fields[1]), type, serialize: () => encoded }
}

/// EIP-7702. `isHigh`: the other s of the same signature, which the rule against malleability refuses.
export function authorize({ chainId, address, nonce, isHigh, isFlipped }, key) {
  const message = concatBytes(Uint8Array.of(kAuthorizationMagic), RLP.encode([chainId, address, nonce]))
  const { r, s, recovery } = secp256k1.sign(keccak256(message), key)
  const parity = recovery ^ (isHigh ? 1 : 0) ^ (isFlipped ? 1 : 0)
  return [chainId, address, nonce, parity, r, isHigh ? secp256k1.CURVE.n - s : s]
}
