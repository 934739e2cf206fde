// The engine of auth0-deploy-cli in a process of its own: it takes its configuration from the environment, logs to
// stdout, and a certificate is only read when a process starts.
import { openEngine, UnknownEngine } from './deploy-cli-engine.ts'
import type { ChildAnswer, ChildTask } from './deploy-cli.ts'
import { mergingFetch, type Found } from './merging-fetch.ts'
import { fetchAlong, routeTo } from './network.ts'

process.once('disconnect', () => process.exit(1))
process.once('message', (task: ChildTask) => void prepare(task))

async function prepare({ assets, domain, accessToken }: ChildTask): Promise<void> {
  const found: Found[] = []
  try {
    const send = await fetchAlong(routeTo(domain, process.env), process.env)
    globalThis.fetch = mergingFetch(send, (entity) => found.push(entity))
    const write = await openEngine(assets, { domain, accessToken })
    process.once('message', () => {
      write().then(
        () => answer({ is: 'written', found }),
        (error: unknown) => answer(failureOf(error)),
      )
    })
    answer({ is: 'ready' })
  } catch (error) {
    answer(
      error instanceof UnknownEngine ? { is: 'unknown', reason: error.message } : failureOf(error),
    )
  }
}

// Its errors say in which section they came up.
function failureOf(error: unknown): ChildAnswer {
  const { message = String(error), type } = error as { message?: string; type?: string }
  return { is: 'failed', output: message, ...(type !== undefined && { section: type }) }
}

function answer(text: ChildAnswer): void {
  process.send?.(text)
}
