import { resolve } from 'node:path'
import { BUNDLE_FILE } from '../policy/bundle.ts'
import type { Unresolved } from '../policy/keywords.ts'
import type { Path } from '../policy/yaml-source.ts'
import { SETTING_SECTIONS } from './setting.ts'
import type { TenantSource } from './tenant-source.ts'
import { isRecord, type Values } from './values.ts'
import { WRITABLE_FIELDS } from './writable-fields.ts'

/** The sections that a deploy takes care of. All others are left alone. */
export const OWN_SECTIONS = ['actions', 'triggers', ...SETTING_SECTIONS] as const

/** The code by which our Action is known among those of a tenant file. */
export const BUNDLE_PATH = `./${BUNDLE_FILE}`

/** An Action that a tenant file binds to post-login. */
export interface BoundAction {
  readonly actionName: string
  readonly isOurs: boolean
  /** Absent where the file binds it and does not list it. */
  readonly runtime?: string
  /** Path of the file with its code; absent likewise. */
  readonly code?: string
}

/** What of a tenant file is ours. */
export interface OurPart {
  /** Of the sections that are ours only what is: our Action, its binding, and what has no open keyword in it. */
  readonly ours: Values
  /** The same beside the sections that are left alone. */
  readonly own: Values
  /** The path in the file of what is at a path of `own`. */
  readonly originalPath: (path: Path) => Path
  /** The keywords without a value in it. */
  readonly unresolved: readonly Unresolved[]
  /** What is bound to post-login, in the order of the file. */
  readonly flow: readonly BoundAction[]
  /** Names of what is left alone. */
  readonly foreign: {
    readonly sections: readonly string[]
    readonly actions: readonly string[]
    readonly bindings: readonly string[]
  }
}

/** Tells what is ours in a tenant file from what is not. */
export function ourPart({ content, base, unread, unresolved }: TenantSource): OurPart {
  if (!isRecord(content)) return { ...NOTHING, ours: {}, own: content as Values }
  const isOurs = (action: unknown) => isRecord(action) && isOurCode(action['code'], base)
  const [actions, otherActions] = parted(content['actions'], isOurs)
  const names = new Set((Array.isArray(actions) ? actions : []).map(nameOf))
  const { 'post-login': postLogin, ...otherTriggers } = recordIn(content['triggers'])
  const [bindings, otherBindings] = parted(
    postLogin,
    (binding) => isRecord(binding) && names.has(String(binding['action_name'])),
  )
  // A section that nobody knows is a mistake, and not left alone.
  const sections = WRITABLE_FIELDS.sections.filter((name) => name in content && isForeign(name))
  const kept = {
    ...content,
    ...('actions' in content && { actions }),
    ...(isRecord(content['triggers']) && {
      triggers: postLogin === undefined ? {} : { 'post-login': bindings },
    }),
  }
  const open = unresolved.filter(({ path }) => isWithin(kept, content, path))
  const own = withoutOpen(kept, content, open)
  return {
    own,
    ours: Object.fromEntries(Object.entries(own).filter(([section]) => !isForeign(section))),
    unresolved: open,
    flow: (Array.isArray(postLogin) ? postLogin : []).map((each) => {
      const actionName = String(recordIn(each)['action_name'])
      const action = otherActions.find((other) => nameOf(other) === actionName)
      return { actionName, isOurs: names.has(actionName), ...codeOf(recordIn(action), base) }
    }),
    originalPath: (path) => originalPath(own, content, path),
    foreign: {
      sections: [...sections, ...unread],
      actions: otherActions.map(nameOf),
      bindings: [
        ...otherBindings.map((each) => `post-login: ${String(recordIn(each)['action_name'])}`),
        ...Object.entries(otherTriggers).flatMap(([trigger, list]) =>
          (Array.isArray(list) ? list : []).map(
            (each) => `${trigger}: ${String(recordIn(each)['action_name'])}`,
          ),
        ),
      ],
    },
  }
}

function codeOf({ code, runtime }: Values, base: string): Pick<BoundAction, 'code' | 'runtime'> {
  return {
    ...(typeof code === 'string' && { code: resolve(base, code) }),
    ...(typeof runtime === 'string' && { runtime }),
  }
}

const NOTHING = {
  flow: [],
  originalPath: (path: Path) => path,
  unresolved: [],
  foreign: { sections: [], actions: [], bindings: [] },
}

// From the folder of the file, as auth0-deploy-cli takes it, or as the example writes it.
function isOurCode(code: unknown, base: string): boolean {
  return (
    typeof code === 'string' &&
    (code === BUNDLE_PATH || resolve(base, code) === resolve(BUNDLE_FILE))
  )
}

function isForeign(section: string): boolean {
  return !OWN_SECTIONS.some((own) => own === section)
}

// What is no list is for the schema to refuse.
function parted(
  list: unknown,
  isOurs: (entry: unknown) => boolean,
): readonly [ours: unknown, others: readonly unknown[]] {
  if (!Array.isArray(list)) return [list, []]
  return [list.filter(isOurs), list.filter((entry) => !isOurs(entry))]
}

function nameOf(entry: unknown): string {
  return String(recordIn(entry)['name'])
}

function recordIn(value: unknown): Values {
  return isRecord(value) ? value : {}
}

/** The paths of the entries of a list: of a section that is one, or of the bindings of a trigger. */
function listIn(content: Values, path: Path): readonly [list: unknown, depth: number] {
  const [section = '', trigger = ''] = path
  const part = content[String(section)]
  if (section !== 'triggers') return [part, 1]
  return [recordIn(part)[String(trigger)], 2]
}

/** An entry keeps its identity, whatever was taken out of the list before it. */
function originalPath(own: Values, content: Values, path: Path): Path {
  const [list, depth] = listIn(own, path)
  const [original] = listIn(content, path)
  const i = path[depth]
  if (!Array.isArray(list) || !Array.isArray(original) || typeof i !== 'number') return path
  const place = original.indexOf(list[i])
  return place === -1 ? path : [...path.slice(0, depth), place, ...path.slice(depth + 1)]
}

function isWithin(kept: Values, content: Values, path: Path): boolean {
  if (isForeign(String(path[0]))) return false
  const [list, depth] = listIn(kept, path)
  const [original] = listIn(content, path)
  const i = path[depth]
  if (path[0] === 'triggers' && path.length > 1 && path[1] !== 'post-login') return false
  if (!Array.isArray(list) || !Array.isArray(original) || typeof i !== 'number') return true
  return list.includes(original[i])
}

/** Fields without which nobody knows which entity is meant, or what it has: it is not known as a whole then. */
const ESSENTIAL: Readonly<Record<string, readonly string[]>> = {
  resourceServers: ['identifier', 'scopes'],
  clients: ['name'],
  clientGrants: ['client_id', 'default_for', 'audience', 'scope', 'subject_type'],
  guardianFactors: ['name', 'enabled'],
}

/** Texts for people, in which a keyword may stay unresolved. */
const WORDS = ['name', 'description', 'friendly_name', 'action_name', 'display_name']

// What has a keyword without a value in it is not known: a part of a list would be taken for the whole.
function withoutOpen(kept: Values, content: Values, open: readonly Unresolved[]): Values {
  return open.reduce<Values>((own, { path }) => {
    const [section = '', i, field] = path.map(String)
    const list = own[section]
    if (section === 'triggers' || section === 'actions') return own
    if (path.length < 2) return withoutKey(own, section)
    if (!Array.isArray(list)) {
      return { ...own, [section]: withoutKey(recordIn(own[section]), i ?? '') }
    }
    const entry = (content[section] as readonly unknown[])[Number(i)]
    const isEssential = field === undefined || ESSENTIAL[section]?.includes(field) === true
    const last = String(path.at(-1))
    if (WORDS.includes(last) && !(isEssential && last === field)) return own
    if (isEssential) return { ...own, [section]: list.filter((each) => each !== entry) }
    Reflect.deleteProperty(entry as object, field)
    return own
  }, kept)
}

function withoutKey(values: Values, key: string): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key))
}
