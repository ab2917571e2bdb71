// eth_getProof against a header's state root, with @ethereumjs/trie.
import { RLP } from '@ethereumjs/rlp'
import { Trie } from '@ethereumjs/trie'
import { bytesToHex } from '@ethereumjs/util'
import { bytes } from './rpc.mjs'

const kEmptyTrie = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const kEmptyCode = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'

/// The value at `key` as hexadecimal text, '' when the proof shows that there is none.
async function proven(root, key, nodes) {
  if (root === kEmptyTrie) return ''
  const trie = new Trie({ useKeyHashing: true })
  const value = await trie.verifyProof(bytes(root), key, nodes.map(bytes))
  return value === null ? '' : bytesToHex(value)
}

const number = (text) => {
  const value = BigInt(text)
  return value === 0n ? new Uint8Array() : bytes(`0x${value.toString(16).padStart(Math.ceil(value.toString(16).length / 2) * 2, '0')}`)
}

function accountLeaf(proof) {
  const isAbsent = BigInt(proof.nonce) === 0n && BigInt(proof.balance) === 0n && proof.codeHash === kEmptyCode
  if (isAbsent && proof.storageHash === kEmptyTrie) return ''
  return bytesToHex(RLP.encode([number(proof.nonce), number(proof.balance), bytes(proof.storageHash), bytes(proof.codeHash)]))
}

/// `slots` are asked of the account in the state of `block`.
export async function checkProof(call, tally, block, address, slots) {
  const proof = await call('eth_getProof', address, slots, block.number)
  const leaf = await proven(block.stateRoot, bytes(address), proof.accountProof)
  tally.check(`${address} in block ${block.number}`, accountLeaf(proof), leaf)
  for (const [i, entry] of proof.storageProof.entries()) {
    const key = bytes(`0x${BigInt(slots[i]).toString(16).padStart(64, '0')}`)
    const value = BigInt(entry.value) === 0n ? '' : bytesToHex(RLP.encode(number(entry.value)))
    tally.check(`${address} slot ${slots[i]} in block ${block.number}`, value, await proven(proof.storageHash, key, entry.proof))
  }
}
