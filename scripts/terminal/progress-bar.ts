const WIDTH = 30

/** How far something is, as a bar and in per cent, for {@link Terminal.progress}. */
export function progressBar(what: string, done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1)
  const full = Math.floor(share * WIDTH)
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full)
  return `${what} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %, ${Math.floor(done)} of ${total}`
}
