/** A moment as a policy writes it: its day, and its time too where that is not midnight UTC. */
export function dayOf(ms: number): string {
  const [day, time] = new Date(ms).toISOString().split('T')
  return time === '00:00:00.000Z' ? String(day) : `${String(day)}T${String(time)}`
}
