// Hashes of our headers, made again by @ethereumjs/block and, for a consortium chain, from its re-encoded extraData.
import { createBlockFromRLP, createBlockHeaderFromRLP } from '@ethereumjs/block'
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { Trie } from '@ethereumjs/trie'
import { bytesToHex } from '@ethereumjs/util'
import { bytes } from './rpc.mjs'

export function commonOf(chainId) {
  return createCustomCommon({ chainId, name: 'imported' }, Mainnet, {
    hardfork: Hardfork.Prague,
    // Decoding a blob transaction asks for KZG; no blob is opened here.
    customCrypto: { kzg: {} },
  })
}

const kExtraDataPlace = 12

/// EVM.md section 4: round 0 and no seals; the header of height 0 is hashed as it is.
export function withoutSeals(raw) {
  const fields = RLP.decode(bytes(raw))
  const [vanity, validators, vote] = RLP.decode(fields[kExtraDataPlace])
  fields[kExtraDataPlace] = RLP.encode([vanity, validators, vote, new Uint8Array(), []])
  return RLP.encode(fields)
}

/// Block hash, transactions root and withdrawals root, by decoding the whole block anew.
export async function checkBlock(call, tally, block, common) {
  const raw = await call('debug_getRawBlock', block.number)
  const decoded = createBlockFromRLP(bytes(raw), { common, skipConsensusFormatValidation: true })
  tally.check(`hash of block ${block.number}`, block.hash, bytesToHex(decoded.hash()))
  tally.check(`transactions of block ${block.number}`, true, await decoded.transactionsTrieIsValid())
  tally.check(`withdrawals of block ${block.number}`, true, await decoded.withdrawalsTrieIsValid())
}

export async function checkReceipts(call, tally, block) {
  const receipts = await call('debug_getRawReceipts', block.number)
  const trie = new Trie()
  for (const [i, receipt] of receipts.entries()) await trie.put(RLP.encode(i), bytes(receipt))
  tally.check(`receipts of block ${block.number}`, block.receiptsRoot, bytesToHex(trie.root()))
}

export async function checkConsortiumHash(call, tally, block, common) {
  const raw = await call('debug_getRawHeader', block.number)
  const encoded = BigInt(block.number) === 0n ? bytes(raw) : withoutSeals(raw)
  const header = createBlockHeaderFromRLP(encoded, { common, skipConsensusFormatValidation: true })
  tally.check(`hash of block ${block.number}`, block.hash, bytesToHex(header.hash()))
}
