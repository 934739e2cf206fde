/** Depth-first search over the choices that a run asks for, one combination a run. */
export interface Search {
  /**
   * Answers the next choice of this run with an index below `count`. The first `free` of them cost
   * nothing, each other one takes one of the search's deviations. `point` names the choice, to notice a
   * run that asks other questions although it got the same answers. Of a choice that is divided among
   * several searches, only each `every`th index is answered, from `first` on.
   */
  choose(point: number, count: number, free: number, divided?: Division): number
  /** Ends the first stage of a run: what it does until here depends on the choices until here alone. */
  endStage(): void
  /** Whether the next run would repeat the first stage of the last one; if so, starts behind it. */
  skipsStage(): boolean
  /** Ends the run and prepares the next one; false after the last combination. */
  advance(): boolean
  /** Whether this run did not repeat the choices of the run before it: what runs is not deterministic. */
  hasDiverged(): boolean
}

/** Which indices of a choice a search takes. */
export interface Division {
  readonly first: number
  readonly every: number
}

const UNDIVIDED: Division = { first: 0, every: 1 }

interface Choice {
  readonly point: number
  readonly count: number
  readonly free: number
  readonly every: number
  /** Deviations taken by the choices before this one. */
  readonly spent: number
  taken: number
}

/**
 * Searches every combination in which at most `deviations` choices are beyond their free ones. Choices
 * are made when a run asks for them, so a question that is never asked multiplies nothing.
 */
export function newSearch(deviations: number): Search {
  const path: Choice[] = []
  let position = 0
  let stage = 0
  let diverged = false

  function choose(
    point: number,
    count: number,
    free: number,
    { first, every }: Division = UNDIVIDED,
  ): number {
    const known = path[position]
    if (known?.point === point) {
      position += 1
      return known.taken
    }
    if (known !== undefined) {
      diverged = true
      path.length = position
    }
    const previous = path[position - 1]
    const spent = previous ? spentWith(previous) : 0
    path.push({ point, count, free, every, spent, taken: first })
    position += 1
    return first
  }

  function advance(): boolean {
    if (position < path.length) diverged = true
    path.length = position
    position = 0
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      last.taken += last.every
      if (last.taken < last.count && spentWith(last) <= deviations) return true
      path.pop()
    }
    return false
  }

  function skipsStage(): boolean {
    // Before the first run, and where the last choice taken belongs to the stage, it has to be run.
    if (path.length <= stage) return false
    position = stage
    return true
  }

  const endStage = () => void (stage = position)
  return { choose, endStage, skipsStage, advance, hasDiverged: () => diverged }
}

function spentWith({ spent, taken, free }: Choice): number {
  return taken < free ? spent : spent + 1
}
