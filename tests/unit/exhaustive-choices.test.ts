import { newSearch } from '../../scripts/proof/choices.ts'

type Choose = (point: number, count: number, free?: number) => number

/** All runs of a search, each as the list of the choices that it took. */
function runsOf(deviations: number, run: (choose: Choose) => void): number[][] {
  const search = newSearch(deviations)
  const runs: number[][] = []
  do {
    const taken: number[] = []
    run((point, count, free = count) => {
      const choice = search.choose(point, count, free)
      taken.push(choice)
      return choice
    })
    runs.push(taken)
  } while (search.advance())
  return runs
}

test('every combination of free choices is visited once', () => {
  const runs = runsOf(0, (choose) => {
    choose(0, 2)
    choose(1, 3)
  })
  expect(runs).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
  ])
})

test('a choice that is asked for on one branch only is varied on that branch only', () => {
  const runs = runsOf(0, (choose) => {
    if (choose(0, 2) === 1) choose(1, 2)
  })
  expect(runs).toEqual([[0], [1, 0], [1, 1]])
})

test('choices beyond the free ones are taken as far as deviations allow', () => {
  const runs = runsOf(1, (choose) => {
    choose(0, 3, 2)
    choose(1, 2, 1)
  })
  expect(runs).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
  ])
})

test('a run without choices happens once', () => {
  expect(runsOf(5, () => undefined)).toEqual([[]])
})

test('a run that asks other questions after the same answers is noticed', () => {
  const search = newSearch(0)
  search.choose(0, 2, 2)
  search.choose(1, 2, 2)
  search.advance()
  search.choose(0, 2, 2)
  expect(search.hasDiverged()).toBe(false)
  search.choose(7, 2, 2)
  expect(search.hasDiverged()).toBe(true)
})

test('a stage is skipped until one of its own choices changes', () => {
  const search = newSearch(0)
  const runs: string[] = []
  do {
    const isSkipped = search.skipsStage()
    const first = isSkipped ? 'same' : search.choose(0, 2, 2)
    if (!isSkipped) search.endStage()
    runs.push(`${first} ${search.choose(1, 2, 2)}`)
  } while (search.advance())
  expect({ runs, hasDiverged: search.hasDiverged() }).toEqual({
    runs: ['0 0', 'same 1', '1 0', 'same 1'],
    hasDiverged: false,
  })
})
