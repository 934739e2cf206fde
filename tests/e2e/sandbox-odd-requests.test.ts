// Requests that no client sends on purpose: each has an answer, and none is reported as a defect.
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

let sandbox: Sandbox
let complaints = ''

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.process.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
})
beforeEach(() => {
  complaints = ''
})
afterAll(() => sandbox.stop())

const UNFINISHED = '{"grant_type":'

/** @returns the first line of the answer; empty where the connection ends without one */
async function send(text: string): Promise<string> {
  const port = Number(sandbox.domain.split(':')[1])
  const socket = connect({ host: 'localhost', port, ca: readFileSync(sandbox.certificate) })
  socket.write(text)
  const timer = setTimeout(() => socket.destroy(), 500)
  let answer = ''
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    answer += chunk.toString()
    if (answer.includes('\r\n')) break
  }
  clearTimeout(timer)
  return answer.split('\r\n')[0] ?? ''
}

// prettier-ignore
test.each<[name: string, text: string, status: string]>([
  ['JSON that stops in the middle, at the token endpoint', post('/oauth/token', UNFINISHED),       'HTTP/1.1 400 Bad Request'],
  ['JSON that stops in the middle, for a device code',     post('/oauth/device/code', UNFINISHED), 'HTTP/1.1 400 Bad Request'],
  ['an address that is none',                              request('GET //'),                      'HTTP/1.1 400 Bad Request'],
  ['an address without a path',                            request('OPTIONS *'),                   'HTTP/1.1 404 Not Found'],
])('%s', async (_name, text, status) => {
  expect([await send(text), complaints]).toEqual([status, ''])
})

test('a client that goes away while it sends', async () => {
  const head = request('POST /oauth/token', 'Content-Length: 100')
  await expect(send(`${head}only this`)).rejects.toThrow()
  await wait(100)
  expect(complaints).toBe('')
})

function post(path: string, body: string): string {
  return (
    request(`POST ${path}`, `Content-Type: application/json\r\nContent-Length: ${body.length}`) +
    body
  )
}

function request(line: string, headers = 'X-Nothing: more'): string {
  return `${line} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`
}
