// Loaded into a process whose memory is measured: on SIGUSR2 it collects garbage and says what is left.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

process.on('SIGUSR2', () => {
  collectGarbage()
  process.stderr.write(`memory: ${JSON.stringify(process.memoryUsage())}\n`)
})
