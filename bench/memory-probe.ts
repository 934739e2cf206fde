// Loaded into a process whose memory is measured: on SIGUSR2 it collects garbage and says what is left.
import { collectGarbage } from './garbage.ts'

process.on('SIGUSR2', () => {
  collectGarbage()
  process.stderr.write(`memory: ${JSON.stringify(process.memoryUsage())}\n`)
})
