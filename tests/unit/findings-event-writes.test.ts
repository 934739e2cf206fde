// An Action before ours that changes the event may change what ours decides.
import { fieldsOfType } from '../support/type-fields.ts'
import { readAction } from '../../scripts/audit/tenant/action-source.ts'
import { READ_BY_OURS } from '../../scripts/audit/tenant/event-writes.ts'

const writesIn = (body: string) =>
  readAction(`exports.onExecutePostLogin = async (event, api) => { ${body} }`).eventWrites

// prettier-ignore
test.each([
  "event.transaction.requested_scopes = []",
  "event.transaction['requested_' + 'scopes'] = []",
  "event.transaction.requested_scopes.length = 0",
  "delete event.transaction.requested_scopes",
  "event.authentication.methods.push({ name: 'mfa', timestamp: new Date().toISOString() })",
  "const m = event.authentication?.methods ?? []; m.push({})",
  "Object.assign(event.transaction, { requested_scopes: [] })",
  "Object.assign(event, { transaction: {} })",
  "Object.defineProperty(event, 'transaction', { value: {} })",
  "event[event.secrets.K] = 1",
  "const { transaction: t } = event; t.protocol = 'x'",
  "for (const m of event.authentication.methods) m.name = 'mfa'",
  "event.authentication.methods.forEach((m) => { m.timestamp = new Date().toISOString() })",
  "const m = event.authentication.methods.find((x) => x.name === 'mfa'); if (m) m.timestamp = 'x'",
  "function strip(t) { t.requested_scopes = [] } strip(event.transaction)",
  "const get = (e) => e.transaction; get(event).requested_scopes = []",
  "const ctx = { event }; ctx.event.transaction.protocol = 'x'",
  "const ctx = {}; ctx.e = event; ctx.e.transaction.protocol = 'x'",
  "[event.transaction.protocol] = ['x']",
  "({ a: event.transaction.protocol } = { a: 'x' })",
  "for (event.transaction.protocol of ['x']);",
  "event.transaction.requested_scopes.splice(0)",
  "Array.prototype.push.call(event.authentication.methods, {})",
  "[].push.apply(event.authentication.methods, [{}])",
  "const { assign } = Object; assign(event.transaction, {})",
  "require('lodash').set(event, 'transaction.requested_scopes', [])",
  "const _ = require('lodash'); _.merge(event, {})",
  "event.transaction.__proto__ = {}",
  "Object.setPrototypeOf(event.transaction, {})",
  "event.user.enrolledFactors = []",
  "event.user = {}",
  "event.client.client_id += 'x'",
  "event.authentication.methods[0].timestamp = 'x'",
  "const c = { ...event }; c.transaction.requested_scopes = []",
  "const [first] = event.authentication.methods; first.name = 'mfa'",
  "Object.values(event.transaction).forEach((x) => { if (Array.isArray(x)) x.length = 0 })",
  "Promise.resolve(event).then((e) => { e.transaction = {} })",
  "const all = []; all.push(event); all[0].transaction.protocol = ''",
  "const m = new Map([['e', event]]); m.get('e').transaction = {}",
  "event.authentication.methods.map((x) => x).forEach((x) => { x.name = 'mfa' })",
  "event.authentication.methods.reduce((n, x) => { x.name = 'mfa'; return n }, 0)",
  "event.authentication.methods.sort((a, b) => { a.name = 'mfa'; return 0 })",
  "const w = (k, v) => { event.transaction[k] = v }; w('requested_scopes', [])",
  "class A { constructor(e) { this.e = e } go() { this.e.transaction = {} } } new A(event).go()",
  "globalThis.e = event; (() => { globalThis.e.transaction = {} })()",
  "var e = event; function x() { return e } x().transaction = null",
  "event.request.body.scope = ''",
  "(event.transaction || {}).requested_scopes = []",
  "event.authentication.riskAssessment.confidence = 'high'",
  "const {methods} = event.authentication; methods.unshift({name:'mfa'})",
  "const push = methods => methods.push({name:'mfa'}); push(event.authentication.methods)",
  "const {transaction, ...rest} = event; rest.authentication.methods.pop()",
  "let x; x = x || event; x.transaction = 1",
  "async function f(e) { await null; e.transaction.protocol='x' } await f(event)",
  "await Promise.all([event].map(async (e) => { e.transaction = 0 }))",
  "event.transaction.requested_scopes.filter = () => []",
  "const o = Object.create(event); o.transaction.requested_scopes = []",
  "const k = Object.keys(event); for (const x in event) event[x] = 0",
  "try { throw event } catch (e) { e.transaction = {} }",
  "function* g() { yield event } for (const e of g()) e.transaction = {}",
  "const fn = function () { this.transaction = {} }; fn.call(event)",
  "const fn = function () { this.transaction = {} }.bind(event); fn()",
  "const f = (...all) => { all[0].transaction = {} }; f(event)",
  "const f = ({ e }) => { e.transaction = {} }; f({ e: event })",
  "const f = (e = event) => { e.transaction = {} }; f()",
  "const a = [event]; a.at(0).transaction = {}",
  "const t = event.transaction, s = t.requested_scopes; while (s.length) s.pop()",
  "const s = new Set([event]); for (const e of s) e.transaction = {}",
  "const obj = { run(e) { e.transaction = {} } }; obj.run(event)",
  "const tools = { set: (e) => { e.transaction = {} } }; tools.set(event)",
])('a change is found in %s', (body) => {
  expect(writesIn(body)).not.toEqual([])
})

// prettier-ignore
test.each([
  "console.log(event.user.email)",
  "api.accessToken.setCustomClaim('x', event.authorization.roles)",
  "api.idToken.setCustomClaim('amr', event.authentication.methods)",
  "const scopes = event.transaction.requested_scopes.filter((s) => s.startsWith('read:')); scopes.push('x'); scopes.sort()",
  "const all = [...event.transaction.requested_scopes]; all.push('x')",
  "event.user.app_metadata.plan = 'x'",
  "event.user.user_metadata = event.user.user_metadata || {}",
  "const roles = event.authorization.roles; roles.push('x')",
  "await axios.post(url, { user: event.user, client: event.client })",
  "await fetch(url, { method: 'POST', body: JSON.stringify(event) })",
  "const c = { ...event.user }; c.name = 'x'",
  "const c = structuredClone(event); c.transaction.requested_scopes = []",
  "if (event.authentication.methods.some((m) => m.name === 'mfa')) api.idToken.setCustomClaim('x', true)",
  "const m = event.authentication.methods.find((x) => x.name === 'mfa'); const age = Date.now() - Date.parse(m.timestamp)",
  "const out = { roles: event.authorization.roles }; out.scopes = event.transaction.requested_scopes; out.done = true",
  "const names = event.authentication.methods.map((m) => m.name).join(','); api.user.setAppMetadata('m', names)",
  "api.user.setAppMetadata('lastProtocol', event.transaction.protocol)",
  "const ManagementClient = require('auth0').ManagementClient; const m = new ManagementClient({ domain: event.secrets.D }); await m.users.update({ id: event.user.user_id }, { user_metadata: event.user.user_metadata })",
  "const ip = require('ip'); if (ip.cidrSubnet('10.0.0.0/8').contains(event.request.ip)) api.access.deny('x')",
  "function isVip(user) { return user.app_metadata.vip } if (isVip(event.user)) api.accessToken.setCustomClaim('vip', true)",
  "const i = event.transaction.requested_scopes.indexOf('x')",
  "const seen = new Set(event.transaction.requested_scopes); seen.add('x')",
  "let count = 0; for (const s of event.transaction.requested_scopes) count++",
  "const log = { e: event.transaction.protocol }; log.e = 'x'",
  "const jwt = require('jsonwebtoken'); const t = jwt.sign({ sub: event.user.user_id, scopes: event.transaction.requested_scopes }, 'k')",
  "const token = api.redirect.encodeToken({ secret: 's', payload: { user: event.user } })",
  "const { requested_scopes: s = [] } = event.transaction ?? {}; s.includes('x')",
  "event.transaction.metadata.x = 1",
  "const payload = {}; payload.transaction = event.transaction; payload.x = 1; await axios.post(url, payload)",
  "const sorted = event.authentication.methods.slice().sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))",
  "const crypto = require('crypto'); crypto.createHash('sha256').update(event.client.client_id).digest('hex')",
  "const isMfa = (m) => m.name === 'mfa'; const n = event.authentication.methods.filter(isMfa).length",
  "let { client } = event; if (client.client_id === 'x') return",
  "const roleMap = new Map(); roleMap.set(event.client.client_id, [])",
])('no change is found in %s', (body) => {
  expect(writesIn(body)).toEqual([])
})

test('the places of a change, each once', () => {
  const twice = 'event.transaction.protocol = "x";'
  expect(writesIn(`${twice} ${twice} event.authentication?.methods.push({})`)).toEqual([
    'event.transaction.protocol="x"',
    'event.authentication?.methods.push({})',
  ])
})

test('what our Action reads of an event is what its type has', () => {
  const fields = [...fieldsOfType('actions/step-up/event.ts', 'PostLoginEvent', 'event')]
  const paths = fields.map(([path]) => path.replace('event.', ''))
  const isWithin = (path: string, read: string) => path === read || path.startsWith(`${read}[]`)
  const isAbove = (path: string, read: string) => read.startsWith(`${path}.`)
  const read = Object.keys(READ_BY_OURS)
  expect(read.filter((each) => !paths.includes(each))).toEqual([])
  expect(
    paths.filter((path) => !read.some((each) => isWithin(path, each) || isAbove(path, each))),
  ).toEqual([])
})
