import type { Policy, Rule } from '../../../actions/step-up/policy.ts'
import {
  dimensionsOf,
  protectorsIn,
  standingIn,
  type Dimensions,
  type Protected,
  type Subject,
} from '../../policy/effective.ts'
import { FLOWS, flowsInWords, nameOfFlow, type Flow } from '../../policy/flows.ts'
import { clientCredentialsCell } from './client-credentials.ts'
import {
  cellOf,
  ISSUED,
  phasesOf,
  weakest,
  type FactorsOn,
  type MatrixCell,
  type Phase,
} from './cell.ts'
import type { Running } from './running.ts'
import type { TenantFacts } from '../tenant/facts.ts'
import { capitalised } from '../../report/counts.ts'
import { factorsOn } from './factors-on.ts'

/** What happens in each flow, for all that a policy protects: read from the effective policy. */
export interface Matrix {
  readonly running: Running
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

/** What stands alike in every circumstance. */
export interface Column {
  readonly things: readonly Thing[]
}

export interface Thing {
  readonly protects: Protected
  /** Ids of all rules that protect it. */
  readonly rules: readonly string[]
}

export interface Row {
  readonly title: string
  readonly kind: RowKind
  /** One for each column. */
  readonly cells: readonly MatrixCell[]
}

export type RowKind =
  'browser' | 'silent' | 'refresh-token' | 'no-browser' | 'acting' | 'exception' | 'no-user'

/** What a matrix is made from. */
export interface MatrixParts {
  readonly policy: Policy
  readonly facts: Pick<
    TenantFacts,
    'clientGrants' | 'clients' | 'resourceServers' | 'enabledFactors' | 'disabledFactors'
  >
  readonly running: Running
  readonly atMs: number
}

/** Everything that is said of one thing, before what is alike is put together. */
interface Drawn {
  readonly thing: Thing
  readonly byFlow: readonly MatrixCell[]
  readonly bySubject: ReadonlyMap<string, MatrixCell>
  readonly clientCredentials: MatrixCell
}

/** Draws the matrix of a policy at a moment; the most open columns come first. */
export function matrixOf(parts: MatrixParts): Matrix {
  const columns = new Map<string, [Drawn, ...Drawn[]]>()
  for (const drawn of drawThings(parts)) {
    const { thing, byFlow, bySubject, clientCredentials } = drawn
    const looks = ['acr' in thing.protects, byFlow, [...bySubject], clientCredentials]
    const known = columns.get(JSON.stringify(looks))
    if (known === undefined) columns.set(JSON.stringify(looks), [drawn])
    else known.push(drawn)
  }
  const drawn = [...columns.values()].toSorted((a, b) => opennessOf(b[0]) - opennessOf(a[0]))
  return {
    running: parts.running,
    columns: drawn.map((each) => ({ things: each.map(({ thing }) => thing) })),
    rows: rowsOf(drawn.map(([first]) => first)),
  }
}

function opennessOf({ byFlow, bySubject }: Drawn): number {
  const cells = [...byFlow, ...bySubject.values()]
  return cells.some(({ tone }) => tone === 'open') ? 1 : 0
}

function drawThings({ policy, facts, running, atMs }: MatrixParts): readonly Drawn[] {
  const on = factorsOn(facts)
  const known = new Map<string, Pick<Drawn, 'byFlow' | 'bySubject'>>()
  return [...protectorsIn(policy).values()].map(({ protects, rules }) => {
    const ids = rules.map(({ id }) => id)
    const key = JSON.stringify(ids)
    const cells = known.get(key) ?? cellsFor(rules, { running, atMs, on })
    known.set(key, cells)
    const thing = { protects, rules: ids }
    return { thing, ...cells, clientCredentials: clientCredentialsCell(protects, facts) }
  })
}

interface Drawing {
  readonly running: Running
  readonly atMs: number
  readonly on: FactorsOn
}

function cellsFor(rules: readonly Rule[], drawing: Drawing) {
  const { running } = drawing
  if (running.state !== 'as-audited') {
    const cell: MatrixCell = { tone: 'open', says: [notRunning(running)] }
    return { byFlow: FLOWS.map(() => cell), bySubject: new Map<string, MatrixCell>() }
  }
  const draw = drawerOf(rules, drawing)
  const { atMs } = drawing
  return {
    byFlow: FLOWS.map((flow) => cellOf(draw(flow, {}), atMs)),
    bySubject: subjectCells(dimensionsOf(stillExempting(rules, atMs)), draw, atMs),
  }
}

function notRunning(running: Exclude<Running, { state: 'as-audited' }>): string {
  return running.state === 'not-running' ? `${running.why}: ${ISSUED}` : `not known: ${running.why}`
}

type Draw = (flow: Flow, subject: Subject) => readonly Phase[]

function drawerOf(rules: readonly Rule[], { atMs, on }: Drawing): Draw {
  const { periods, confidences } = dimensionsOf(rules)
  const ahead = periods.filter(({ untilMs }) => untilMs > atMs)
  return (flow, subject) => {
    const stretches = ahead.map((period) => ({
      period,
      stands: confidences.map((confidence) => ({
        confidence,
        ...standingIn(rules, { flow, subject, period, confidence }),
      })),
    }))
    return phasesOf(flow, stretches, on)
  }
}

function stillExempting(rules: readonly Rule[], atMs: number): readonly Rule[] {
  return rules.map((rule) => ({
    ...rule,
    exceptions: (rule.exceptions ?? []).filter(({ untilMs }) => untilMs > atMs),
  }))
}

/** For each subject of an exception the flows in which it fares otherwise, by its name. */
function subjectCells({ clients, organizations }: Dimensions, draw: Draw, atMs: number) {
  const cells = new Map<string, MatrixCell>()
  const add = (subject: Subject, ...alone: readonly Subject[]) => {
    const cell = apart(subject, alone, { draw, atMs })
    if (cell !== undefined) cells.set(subjectInWords(subject), cell)
  }
  for (const client of clients) add({ client }, {})
  for (const organization of organizations) add({ organization }, {})
  for (const client of clients) {
    for (const organization of organizations) {
      add({ client, organization }, { client }, { organization })
    }
  }
  return cells
}

/** Where and while a subject fares otherwise than each of the others. */
function apart(
  subject: Subject,
  others: readonly Subject[],
  { draw, atMs }: { readonly draw: Draw; readonly atMs: number },
): MatrixCell | undefined {
  const there = FLOWS.filter((flow) => existsFor(flow, subject))
  const groups = new Map<string, { readonly cell: MatrixCell; readonly flows: Flow[] }>()
  for (const flow of there) {
    const theirs = others.map((other) => draw(flow, other).map((phase) => JSON.stringify(phase)))
    const own = draw(flow, subject).filter(
      (phase, i) => !theirs.some((phases) => phases[i] === JSON.stringify(phase)),
    )
    if (own.length === 0) continue
    const cell = cellOf(own, atMs)
    const group = groups.get(JSON.stringify(cell)) ?? { cell, flows: [] }
    group.flows.push(flow)
    groups.set(JSON.stringify(cell), group)
  }
  if (groups.size === 0) return undefined
  const all = [...groups.values()]
  return {
    tone: weakest(all.map(({ cell }) => cell.tone)),
    says: all.flatMap(({ cell, flows }) => [
      `${flows.length === there.length ? 'in every flow' : flowsInWords(flows)}:`,
      ...cell.says,
    ]),
  }
}

// A token exchange of a named organization is one in an organization.
function existsFor({ id, isActing }: Flow, { organization }: Subject): boolean {
  return organization === undefined || isActing || id !== 'oauth2-token-exchange'
}

function subjectInWords({ client, organization }: Subject): string {
  if (client === undefined) return `organization \`${organization ?? ''}\``
  const where = organization === undefined ? '' : ` in organization \`${organization}\``
  return `client \`${client}\`${where}`
}

const ABSENT: MatrixCell = { tone: 'none', says: ['–'] }
const AS_EVERYBODY: MatrixCell = { tone: 'none', says: ['as everybody'] }

function rowsOf(columns: readonly Drawn[]): readonly Row[] {
  if (columns.length === 0) return []
  const subjects = new Set(columns.flatMap(({ bySubject }) => [...bySubject.keys()]))
  return [
    ...FLOWS.filter(({ isActing }) => !isActing).flatMap((flow) => flowRows(columns, flow)),
    ...actingRows(columns),
    ...[...subjects].map((title): Row => ({
      ...{ title: capitalised(title), kind: 'exception' },
      cells: columns.map(({ bySubject }) => bySubject.get(title) ?? AS_EVERYBODY),
    })),
    {
      ...{ title: 'Client credentials', kind: 'no-user' },
      cells: columns.map(({ clientCredentials }) => clientCredentials),
    } satisfies Row,
  ].filter(({ cells }) => cells.some(({ says }) => says.join() !== ABSENT.says.join()))
}

function flowRows(columns: readonly Drawn[], flow: Flow): readonly Row[] {
  const { id } = flow
  const kind = id === 'browser' || id === 'silent' || id === 'refresh-token' ? id : 'no-browser'
  const row = (title: string, carries: 'both' | 'acr'): Row => ({
    ...{ title: capitalised(title), kind },
    cells: columns.map((drawn) => {
      const isCarried = carries === 'both' || 'acr' in drawn.thing.protects
      return isCarried ? cellIn(drawn, flow) : ABSENT
    }),
  })
  // SAML, WS-Federation and WS-Trust carry no OAuth scopes.
  return [
    row(nameOfFlow(id), id === 'wstrust-usernamemixed' ? 'acr' : 'both'),
    ...(id === 'browser' ? [row('SAML login', 'acr'), row('WS-Federation login', 'acr')] : []),
  ]
}

function cellIn({ byFlow }: Drawn, flow: Flow): MatrixCell {
  return byFlow[FLOWS.indexOf(flow)] ?? ABSENT
}

/** Flows in which somebody acts for the user, those together that no column tells apart. */
function actingRows(columns: readonly Drawn[]): readonly Row[] {
  const groups = new Map<string, { readonly flows: Flow[]; readonly cells: Row['cells'] }>()
  for (const flow of FLOWS.filter(({ isActing }) => isActing)) {
    const cells = columns.map((drawn) => cellIn(drawn, flow))
    const group = groups.get(JSON.stringify(cells)) ?? { flows: [], cells }
    group.flows.push(flow)
    groups.set(JSON.stringify(cells), group)
  }
  return [...groups.values()].map(({ flows, cells }): Row => ({
    ...{ title: capitalised(actingTitle(flows)), kind: 'acting', cells },
  }))
}

const ACTING = 'acting for the user'

function actingTitle(flows: readonly Flow[]): string {
  const all = FLOWS.filter(({ isActing }) => isActing)
  if (flows.length === all.length) return `${ACTING}, in every flow`
  const missing = all.filter((flow) => !flows.includes(flow))
  const names = (list: readonly Flow[]) => list.map(({ id }) => nameOfFlow(id)).join(', ')
  return flows.length > missing.length
    ? `${ACTING}, in every flow except ${names(missing)}`
    : `${ACTING}: ${names(flows)}`
}
