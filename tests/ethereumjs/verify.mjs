// usage: node verify.mjs PROFILE URL    PROFILE is ethereum or consortium
// Every block of the node at URL: hashes, receipts and proofs as @ethereumjs/block and @ethereumjs/trie see them. The last
// line is "N passed, M failed".
import { checkBlock, checkConsortiumHash, checkReceipts, commonOf } from './headers.mjs'
import { checkProof } from './proofs.mjs'
import { connect, Tally } from './rpc.mjs'

const [profile, url] = process.argv.slice(2)
const call = connect(url)
const tally = new Tally()
const common = commonOf(Number(await call('eth_chainId')))
const height = Number(await call('eth_blockNumber'))
const kSlots = ['0x0', '0x1', '0x2']
const kNobody = '0x00000000000000000000000000000000000000ff'

for (let number = 0; number <= height; number += 1) {
  const block = await call('eth_getBlockByNumber', `0x${number.toString(16)}`, true)
  if (profile === 'ethereum') {
    await checkBlock(call, tally, block, common)
  } else {
    await checkConsortiumHash(call, tally, block, common)
  }
  await checkReceipts(call, tally, block)
  const touched = block.transactions.flatMap((txn) => [txn.from, txn.to]).filter((address) => address !== null)
  for (const address of new Set([...touched, block.miner, kNobody])) {
    await checkProof(call, tally, block, address, kSlots)
  }
}
tally.end()
