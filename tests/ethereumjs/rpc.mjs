// JSON-RPC calls, and a count of what agreed.
import { hexToBytes } from '@ethereumjs/util'

export function connect(url) {
  let id = 0
  return async (method, ...params) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
    })
    const answer = await response.json()
    if (answer.error) throw new Error(`${method} ${JSON.stringify(params)}: ${answer.error.message}`)
    return answer.result
  }
}

export class Tally {
  passed = 0
  failed = 0

  check(what, expected, got) {
    if (expected === got) {
      this.passed += 1
      return
    }
    this.failed += 1
    console.log(`FAILED ${what}: expected ${expected}, got ${got}`)
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`)
    process.exitCode = this.failed === 0 && this.passed > 0 ? 0 : 1
  }
}

export const bytes = (text) => hexToBytes(text)
