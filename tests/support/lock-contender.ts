// Takes the locks of many directories, each at its own moment, so that other contenders do so at the same time.
// Says when it has loaded, then reads when to start, and ends with its stdin.
import { join } from 'node:path'
import { lockState } from '../../sandbox/tenant/state-lock.ts'

const EVERY_MS = 5

const [root = '', rounds = '0'] = process.argv.slice(2)

process.stdin.once('data', (startMs: Buffer) => {
  const taken = Array.from({ length: Number(rounds) }, (_, round) => round).filter((round) =>
    takes(join(root, String(round)), Number(startMs) + round * EVERY_MS),
  )
  process.stdout.write(JSON.stringify(taken))
})
process.stdin.on('end', () => process.exit())
process.stdout.write('loaded')

function takes(directory: string, atMs: number): boolean {
  while (Date.now() < atMs);
  try {
    lockState(directory)
    return true
  } catch {
    return false
  }
}
