import type { Readable } from 'node:stream'

/** @returns the first line of a stream, which waits with what follows */
export function readFirstLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const leave = (): void => {
      stream.off('data', read).off('end', endedEarly).pause()
    }
    const read = (chunk: Buffer | string): void => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end < 0) return
      leave()
      resolve(text.slice(0, end))
    }
    const endedEarly = (): void => {
      leave()
      reject(new Error('the stream has ended before its first line'))
    }
    stream.on('data', read).on('end', endedEarly)
  })
}
