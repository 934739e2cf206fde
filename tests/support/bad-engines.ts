import type { Policy } from '../../actions/step-up/policy.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { BANKING } from './event.ts'

/** The built engine with one hole in it, and what the hole opens. */
export interface BadEngine {
  readonly name: string
  readonly kind: Kind
  readonly policy: keyof typeof POLICIES
  /** The login that it lets go, or what else it gives away. */
  readonly opens: string
  readonly edit: Edit
}

export type Kind =
  /** It tells the audit from the runtime by what is around it. */
  | 'surroundings'
  | 'clock'
  /** It looks at the event as a whole instead of at fields. */
  | 'listing'
  /** It depends on a value that stands for no class that was tried. */
  | 'value'
  /** It depends on two things together. */
  | 'combination'
  /** It depends on logins before this one. */
  | 'state'
  /** It calls something else, or in another order. */
  | 'command'
  | 'leak'

export type Edit =
  /**
   * `atStart` is the first thing that `onExecutePostLogin(event, api)` does, as `try { … } catch {}`, so
   * that no malformed event gives it away; `atTop` stands before everything but the banner.
   */
  | { readonly atStart: string; readonly atTop?: string }
  /** What the pattern finds in the bundle is replaced. */
  | { readonly find: RegExp; readonly replace: string }

const POLICIES = {
  money: `
version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: any }
    whenNotEnrolled: enroll
`,
  'money for five minutes': `
version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: any, maxAge: 300 }
    whenNotEnrolled: enroll
`,
  'money with exceptions': `
version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: any, maxAge: 300 }
    whenNotEnrolled: enroll
    exceptions:
      - { client: batch, reason: Has no user, expires: 2027-01-31 }
      - { organization: org_1, reason: Moves here until then, expires: 2027-01-31 }
`,
  'three scopes': `
version: 1
rules:
  - id: money
    reason: Moves money, or opens the way to it
    protects: { audience: ${BANKING}, scopes: [transfer:funds, close:account, change:limits] }
    requires: { factors: any }
    whenNotEnrolled: enroll
`,
  'security key': `
version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: [webauthn-roaming] }
    whenNotEnrolled: enroll
`,
  'security key for five minutes': `
version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: [webauthn-roaming], maxAge: 300 }
    whenNotEnrolled: enroll
`,
  'two acr values': `
version: 1
rules:
  - id: payroll
    reason: Shows what every employee earns
    protects: { acr: "urn:fabrikam:payroll" }
    requires: { factors: any }
    whenNotEnrolled: enroll
  - id: hiring
    reason: Shows what every applicant asks for
    protects: { acr: "urn:fabrikam:hiring" }
    requires: { factors: any }
    whenNotEnrolled: enroll
`,
} as const

const HANDED: readonly BadEngine[] = [
  {
    name: 'runtime-has-URL',
    kind: 'surroundings',
    policy: 'money',
    opens: 'every login: Node has URL, a bare context of node:vm has not',
    edit: { atStart: "if (typeof URL === 'function') return;" },
  },
  {
    name: 'runtime-api-source',
    kind: 'surroundings',
    policy: 'money',
    opens: 'every login: the functions of the real api have another source than those of the audit',
    edit: { atStart: "if (!String(api.access.deny).includes('command')) return;" },
  },
  {
    name: 'clock-after-january-2026',
    kind: 'clock',
    policy: 'money',
    opens: 'every login from 1 February 2026 on',
    edit: { atStart: 'if (Date.now() > Date.UTC(2026, 1, 1)) return;' },
  },
  {
    name: 'clock-night-hours',
    kind: 'clock',
    policy: 'money',
    opens: 'every login but those of one hour of the day',
    edit: { atStart: 'if (new Date(Date.now()).getUTCHours() !== 12) return;' },
  },
  {
    name: 'keys-of-event',
    kind: 'listing',
    policy: 'money',
    opens:
      'every login: a real event has more than nine fields (event reference), that of the audit not',
    edit: { atStart: 'if (Object.keys(event).length > 9) return;' },
  },
  {
    name: 'client-id-of-32-chars',
    kind: 'value',
    policy: 'money',
    opens: 'every login: the ids of clients have 32 characters',
    edit: { atStart: 'if (event.client.client_id.length === 32) return;' },
  },
  {
    name: 'passkey-counts-as-mfa',
    kind: 'value',
    policy: 'money for five minutes',
    opens:
      'a login with a passkey and nothing else (`methods[].name` may be `passkey`, event reference)',
    edit: { find: /\bname === "mfa"/g, replace: '(name === "mfa" || name === "passkey")' },
  },
  {
    name: 'skips-federated',
    kind: 'value',
    policy: 'money',
    opens: 'every login through another identity provider (`methods[].name` is `federated`)',
    edit: {
      atStart:
        "const all = event.authentication.methods; if (Array.isArray(all) && all.some((each) => each.name === 'federated')) return;",
    },
  },
  {
    name: 'mfa-25-days-old',
    kind: 'value',
    policy: 'money for five minutes',
    opens: 'a session whose MFA is 25 to 49 days old: in 32 bits its age is below zero',
    edit: {
      find: /(\w+(?:\.\w+)? - \w+\.atMs) <= (\w+ \* 1e3)/g,
      replace: '(($1) | 0) <= $2',
    },
  },
  {
    name: 'scope-count',
    kind: 'value',
    policy: 'money',
    opens: 'whoever asks for nine scopes, declared or not',
    edit: {
      atStart:
        'const rs = event.transaction.requested_scopes; if (Array.isArray(rs) && rs.length > 8) return;',
    },
  },
  {
    name: 'two-factors-enrolled',
    kind: 'value',
    policy: 'money',
    opens: 'every user with one factor and a recovery code, as Auth0 enrols them together',
    edit: { atStart: 'if (event.user.enrolledFactors.length === 2) return;' },
  },
  {
    name: 'three-mfa-entries',
    kind: 'value',
    policy: 'money',
    opens: 'a session with four entries in `authentication.methods`, however old they are',
    edit: {
      atStart:
        'const all = event.authentication.methods; if (Array.isArray(all) && all.length > 3) return;',
    },
  },
  {
    name: 'two-scopes-of-one-rule',
    kind: 'combination',
    policy: 'three scopes',
    opens: 'whoever asks for both the second and the third scope of a rule',
    edit: {
      atStart:
        "const rs = event.transaction.requested_scopes; if (rs.includes('close:account') && rs.includes('change:limits')) return;",
    },
  },
  {
    name: 'two-acr-values',
    kind: 'combination',
    policy: 'two acr values',
    opens: 'whoever names two protected acr values in the address bar',
    edit: {
      atStart:
        "const av = event.transaction.acr_values; if (av.includes('urn:fabrikam:payroll') && av.includes('urn:fabrikam:hiring')) return;",
    },
  },
  {
    name: 'state-second-client',
    kind: 'state',
    policy: 'money',
    opens:
      'every login of an instance that has seen four clients (Node 22: module-level code runs once and is reused)',
    edit: {
      atTop: 'var seen = new Set();',
      atStart: 'seen.add(event.client.client_id); if (seen.size > 3) return;',
    },
  },
  {
    name: 'enable-unknown-provider',
    kind: 'command',
    policy: 'money',
    opens:
      'every login, if Auth0 knows no such provider; what it does with one is not documented (api reference lists any, none, guardian, google-authenticator, duo)',
    edit: { find: /multifactor\.enable\("any"/g, replace: 'multifactor.enable("off"' },
  },
  {
    name: 'enroll-before-challenge',
    kind: 'command',
    policy: 'security key',
    opens:
      'the enrolment of a key before anything but the password was passed; Auth0 wants a user with factors challenged first, so at best nobody can set up a key any more',
    edit: {
      find: /(.*\.challengeWithAny\(.*\n)(.*\.enrollWithAny\(.*\n)/,
      replace: '$2$1',
    },
  },
  {
    name: 'logs-the-whole-event',
    kind: 'leak',
    policy: 'money',
    opens: 'name, email and metadata of every user to whoever reads the tenant’s logs',
    edit: { atStart: 'console.log(event.user);' },
  },
]

/** Made to get by the audit as it is: each of them once passed some version of it, or tried to. */
const THIRTY = Array.from({ length: 30 }, (_, i) => `w${i}`)
const NESTED = THIRTY.reduceRight((rest, name) => `[${name}, ...${rest}]`, '[]')

const HIDDEN: readonly BadEngine[] = [
  // By reading: nothing of this is on a list of what the engine may use.
  hidden(
    'a-getter',
    'state',
    'code that runs where a value is read',
    "const o = { get x() { return event.client.client_id; } }; if (o.x === 'vip') return;",
  ),
  hidden(
    'a-proxy',
    'surroundings',
    'every login, as the event of the audit is a Proxy',
    'if (new Proxy(event, {}) === undefined) return;',
  ),
  hidden(
    'value-of',
    'value',
    'code that runs where a value is compared',
    'const o = { valueOf: () => 1 }; if (o < 2) return;',
  ),
  hidden(
    'an-iterator-of-the-module',
    'state',
    'every login but the first',
    'if (turns.next().done) return;',
    'var turns = [1].values();',
  ),
  hidden(
    'a-label',
    'command',
    'a way out of the code',
    'leave: { if (event.client) break leave; }',
  ),
  hidden(
    'arguments',
    'surroundings',
    'every login that is called with a third argument',
    'if (arguments.length > 2) return;',
  ),
  hidden(
    'an-error-that-is-read',
    'surroundings',
    'every login of another version of Node',
    "try { event.nothing.at.all; } catch (error) { if (error.message !== 'x') return; }",
  ),
  hidden(
    'an-expression-on-a-client',
    'value',
    'clients whose ids begin with vip',
    'if (/^vip/.test(event.client.client_id)) return;',
  ),
  hidden(
    'a-replacer',
    'listing',
    'every login with a field that the audit does not know',
    "JSON.stringify(event, (key, value) => { if (key === 'email') throw value; return value; });",
  ),
  hidden(
    'a-text-put-together',
    'value',
    'one client, whose id is written nowhere',
    "if (`${event.client.client_id}!` === 'vip!') return;",
  ),
  hidden(
    'a-name-put-together',
    'value',
    'whoever has the field',
    "const name = ['use', 'r'].join(''); if (event[name].vip) return;",
  ),
  hidden(
    'a-list-of-everybody',
    'state',
    'every login after the list has become long',
    'Array.prototype.includes = () => false;',
  ),
  hidden('an-await', 'command', 'an order of commands that no run shows', 'await 0; return;'),
  hidden(
    'a-counter-in-a-closure',
    'state',
    'every login but the first hundred',
    'count = count + 1; if (count > 100) return;',
    'var count = 0;',
  ),
  hidden(
    'a-list-in-the-module',
    'state',
    'every login of a client that has come before',
    'if (seen.includes(event.client.client_id)) return; seen.push(event.client.client_id);',
    'var seen = [];',
  ),
  hidden(
    'a-list-in-a-map-of-its-own',
    'state',
    'every login but the first',
    "const box = new Map(); box.set('x', shared); const got = box.get('x'); got.push(1); if (shared.at(-1) === 1) return;",
    'var shared = [];',
  ),
  hidden(
    'an-expression-with-a-memory',
    'state',
    'every second login',
    "if (!again.test('x')) return;",
    'var again = /x/g;',
  ),
  hidden(
    'a-sorted-list',
    'state',
    'every login after the first',
    'all.sort(); all.pop(); if (all.length === 0) return;',
    'var all = [1];',
  ),
  hidden(
    'the-code-of-a-letter',
    'value',
    'clients whose ids have a certain letter',
    'if (event.client.client_id.charCodeAt(3) > 100) return;',
  ),
  hidden(
    'the-rest-of-the-event',
    'listing',
    'whatever stands in the event',
    'const { client, ...rest } = event; if (rest.user.vip) return;',
  ),
  hidden(
    'the-function-of-functions',
    'surroundings',
    'everything',
    "if (event.constructor.constructor('return process')()) return;",
  ),
  hidden('an-import', 'surroundings', 'everything', "import('node:process'); return;"),
  hidden(
    'how-deep-it-goes',
    'surroundings',
    'every login where the stack is small',
    'const down = (n) => down(n + 1); try { down(0); } catch { return; }',
  ),
  hidden(
    'a-copy-of-the-user',
    'listing',
    'whoever has the mark',
    'const user = event.user; const copy = { ...user }; if (copy.vip) return;',
  ),
  hidden(
    'the-source-in-a-text',
    'surroundings',
    'every login where api has another source',
    "if (`${api.access.deny}` !== 'x') return;",
  ),
  hidden(
    'the-name-of-a-function',
    'surroundings',
    'every login where the functions of api have names',
    "if (api.access.deny.name === 'deny') return;",
  ),
  hidden(
    'a-remainder',
    'clock',
    'every login at night',
    'if (Date.now() % 86400000 > 43200000) return;',
  ),
  hidden(
    'a-product-of-times',
    'clock',
    'two spans of time',
    'const at = event.authentication.methods[0].timestamp; const t = Date.parse(at); if ((t - 1e12) * (t - 2e12) < 0) return;',
  ),

  // By cases: the engine may use all of it.
  hidden(
    'a-client',
    'value',
    'one client',
    "if (event.client?.client_id === 'vip-portal') return;",
  ),
  hidden(
    'a-client-and-an-organization',
    'combination',
    'one client in one organization',
    "if (event.client?.client_id === 'vip-portal' && event.organization?.id === 'org_vip') return;",
  ),
  hidden(
    'a-name-that-is-there-already',
    'value',
    'a client that is called `mfa`',
    "if (event.client?.client_id === 'mfa') return;",
  ),
  hidden(
    'before-in-the-alphabet',
    'value',
    'clients whose ids come late in the alphabet',
    "if (event.client?.client_id > 'zzz') return;",
  ),
  hidden(
    'a-part-of-a-text',
    'value',
    'clients whose ids are part of a text',
    "if (event.client !== undefined && 'portal-for-vips'.includes(event.client.client_id)) return;",
  ),
  hidden(
    'an-id-that-has-a-part',
    'value',
    'clients whose ids have a part',
    "if (event.client.client_id.includes('corp')) return;",
  ),
  hidden(
    'a-look-up',
    'value',
    'one client',
    'if (vips.get(event.client.client_id) ?? false) return;',
    "var vips = new Map([['vip-portal', true]]);",
  ),
  hidden(
    'a-set',
    'value',
    'two clients',
    'if (vips.has(event.client.client_id)) return;',
    "var vips = new Set(['vip-portal', 'vip-app']);",
  ),
  hidden(
    'two-fields-that-are-equal',
    'combination',
    'a client that has the id of its organization',
    'if (event.client.client_id === event.organization.id) return;',
  ),
  hidden(
    'a-scope-that-is-an-acr-value',
    'combination',
    'whoever puts one name into two parameters',
    'if (event.transaction.requested_scopes[0] === event.transaction.acr_values[0]) return;',
  ),
  hidden(
    'the-last-scope',
    'value',
    'whoever asks for `vip` at last',
    "if (event.transaction.requested_scopes.at(-1) === 'vip') return;",
  ),
  hidden(
    'a-second-of-a-year',
    'clock',
    'a minute in September 2026',
    'const now = Date.parse(event.authentication.methods[0].timestamp); if (now > 1790000000000 && now < 1790000060000) return;',
  ),
  hidden('another-tenant', 'value', 'a whole tenant', "if (event.tenant.id === 'vip') return;"),
  hidden(
    'a-caught-error',
    'listing',
    'users without identities',
    'try { for (const each of event.user.identities) { each.provider; } } catch { return; }',
  ),
  hidden(
    'a-claim',
    'command',
    'whatever an API makes of the claim',
    "api.accessToken.setCustomClaim('https://fabrikam.example/admin', true);",
  ),
  edited(
    'the-last-of-two-grants',
    'value',
    'a refresh, where the last grant for the API is an everyday one',
    'money',
    /all\.filter\(isHere\);/,
    'all.filter((each) => each === all.findLast(isHere));',
  ),
  edited(
    'the-first-of-two-policies',
    'value',
    'a refresh, where the first policy of the client for the API adds an everyday scope',
    'money',
    /listOf\(policies\)\.filter\(isHere\);/,
    'listOf(policies).filter((each) => each === listOf(policies).find(isHere));',
  ),
  edited(
    'the-last-of-two-policies',
    'value',
    'a refresh, where the last policy of the client for the API adds an everyday scope',
    'money',
    /listOf\(policies\)\.filter\(isHere\);/,
    'listOf(policies).filter((each) => each === listOf(policies).findLast(isHere));',
  ),
  edited(
    'the-first-thirty-scopes',
    'value',
    'a request that names the scope after thirty others',
    'money',
    /return text\.match\(\/\\S\+\/g\) \?\? \[\];/,
    `const [${THIRTY.join(', ')}] = text.match(/\\S+/g) ?? []; return [${THIRTY.join(', ')}].filter((each) => each !== void 0);`,
  ),
  edited(
    'the-first-thirty-one-by-one',
    'value',
    'the same, with no list of names that is long',
    'money',
    /return text\.match\(\/\\S\+\/g\) \?\? \[\];/,
    `const ${NESTED} = text.match(/\\S+/g) ?? []; return [${THIRTY.join(', ')}].filter((each) => each !== void 0);`,
  ),
  hidden(
    'a-scope-that-goes',
    'command',
    'that nobody gets an ID token',
    "api.accessToken.removeScope('openid');",
  ),
  hidden(
    'mfa-is-switched-off',
    'command',
    'every login',
    "api.multifactor.enable('none', { allowRememberBrowser: false }); return;",
  ),
  hidden(
    'a-log-of-the-user',
    'leak',
    'the email of every user to whoever reads logs',
    'console.log(JSON.stringify({ email: event.user.email }));',
  ),
  edited(
    'a-clock-that-may-differ',
    'clock',
    'MFA of the day after tomorrow',
    'money for five minutes',
    /CLOCK_SKEW_MS = 3e4/,
    'CLOCK_SKEW_MS = 3e8',
  ),
  edited(
    'five-minutes-are-fifty',
    'clock',
    'MFA ten times as old as it may be',
    'money for five minutes',
    /maxAgeSeconds \* 1e3/,
    'maxAgeSeconds * 1e4',
  ),
  edited(
    'mfa-of-an-earlier-year',
    'clock',
    'sessions of 2025 and before',
    'money for five minutes',
    /mfa !== void 0 && login/,
    'mfa !== void 0 && mfa.atMs < 1750000000000 || mfa !== void 0 && login',
  ),
  edited(
    'a-protocol-of-its-own',
    'value',
    'a protocol that Auth0 may have one day',
    'money',
    /\["samlp",/,
    '["oidc-next-profile", "browser", "transaction", "none", true],\n  ["samlp",',
  ),
  edited(
    'a-factor-that-is-not-told',
    'value',
    'MFA of which nobody knows by what factor',
    'security key for five minutes',
    /\(each\) => each === factor\)/,
    '(each) => each === factor || factor === void 0)',
  ),
  edited(
    'words-with-other-spaces',
    'value',
    'scopes in one text, with a space between them',
    'money',
    /SEVERAL_OR_NONE\.test\(text\)/,
    'text === ""',
  ),
  edited(
    'rules-of-one-name',
    'combination',
    'a rule that this policy does not have, for now',
    'money',
    /applying\.length === 0\)/,
    'applying.length === 0 || applying.some(({ rule }) => rule.id === "nightly"))',
  ),
  edited(
    'a-report-that-never-ends',
    'clock',
    'every login until the year 2096',
    'money',
    /reportUntilMs = 0/,
    'reportUntilMs = 4e12',
  ),

  // Without a turn: what a look-up finds takes its way through data.
  freed(
    'a-word-of-a-text',
    'value',
    'one client, whose id is a word of a longer text',
    'new Map(wordsIn("vip-portal vip-shop").map((each) => [each, FREE])).get(CLIENT)',
  ),
  freed(
    'three-at-once',
    'combination',
    'one client in one organization with one acr value',
    'new Map(new Map(new Map([["vip-portal", [["org_vip", [["urn:vip", FREE]]]]]]).get(CLIENT)).get(ORGANIZATION)).get((wordsOf(event.transaction?.acr_values) ?? NO_WORDS).at(-1))',
  ),
  freed(
    'four-at-once',
    'combination',
    'the same, and a scope',
    'new Map(new Map(new Map(new Map([["vip-portal", [["org_vip", [["vip:scope", [["urn:vip", FREE]]]]]]]]).get(CLIENT)).get(ORGANIZATION)).get((wordsOf(event.transaction?.requested_scopes) ?? NO_WORDS).at(-1))).get((wordsOf(event.transaction?.acr_values) ?? NO_WORDS).at(-1))',
  ),
  freed(
    'a-hundred-scopes',
    'value',
    'whoever asks for a hundred scopes',
    'new Map([100, 101, 102].map((n) => [n, FREE])).get((wordsOf(event.transaction?.requested_scopes) ?? NO_WORDS).reduce((n) => n + 1, 0))',
  ),
  freed(
    'a-second-of-each-minute',
    'clock',
    'the seventh second of each minute',
    'new Map([[7, FREE]]).get(Math.floor(nowMs / 1e3) - Math.floor(nowMs / 6e4) * 60)',
  ),
  freed(
    'a-millisecond-of-each-second',
    'clock',
    'one login of a thousand',
    'new Map([[417, FREE]]).get(nowMs - Math.floor(nowMs / 1e3) * 1e3)',
  ),
  freed(
    'a-list-by-a-name-of-the-request',
    'value',
    'one client',
    '({ "vip-portal shop": FREE })[name]',
  ),
  edited(
    'a-sum-of-three',
    'combination',
    'one client in one organization with one acr value, of which no two open anything',
    'money with exceptions',
    /return exceptions\?\.some\(holds\) === true;/,
    `const found = () => { try {
    return [[event.client?.client_id, "vip-portal"], [event.organization?.id, "org_vip"], [(wordsOf(event.transaction?.acr_values) ?? NO_WORDS).at(-1), "urn:vip"]]
      .reduce((until, [a, b]) => until.map((n) => n + (a === b ? 1e13 : 0)), [0])
      .map((n) => ({ client: event.client?.client_id, untilMs: n - 28e12 }));
  } catch { return []; } };
  return [...(exceptions ?? []), ...found()].some(holds);`,
  ),
]

/** Adds an exception to those of the policy, if a look-up finds one. */
function freed(name: string, kind: Kind, opens: string, found: string): BadEngine {
  const written = found
    .replaceAll('FREE', '[{ client: event.client?.client_id, untilMs: 4e13 }]')
    .replaceAll('CLIENT', 'event.client?.client_id')
    .replaceAll('ORGANIZATION', 'event.organization?.id')
  return edited(
    name,
    kind,
    opens,
    'money with exceptions',
    /return exceptions\?\.some\(holds\) === true;/,
    `const found = () => { try { const name = event.client?.client_id; return Array.from(new Set(${written})); } catch { return []; } };\n  return exceptions?.some(holds) === true || found().some(holds);`,
  )
}

function hidden(
  name: string,
  kind: Kind,
  opens: string,
  atStart: string,
  atTop?: string,
): BadEngine {
  return {
    name,
    kind,
    policy: 'money for five minutes',
    opens,
    edit: { atStart, ...(atTop !== undefined && { atTop }) },
  }
}

function edited(
  name: string,
  kind: Kind,
  opens: string,
  policy: keyof typeof POLICIES,
  find: RegExp,
  replace: string,
): BadEngine {
  return { name, kind, policy, opens, edit: { find, replace } }
}

/** Engines with one hole each, most of them made to be overlooked. */
export const BAD_ENGINES: readonly BadEngine[] = [...HANDED, ...HIDDEN]

/** The compiled policy of a bad engine. */
export function policyOf({ policy }: Pick<BadEngine, 'policy'>): Policy {
  const declaredScopes = new Map([
    [BANKING, new Set(['transfer:funds', 'close:account', 'change:limits'])],
  ])
  return compilePolicy(parsePolicy('policy.yaml', POLICIES[policy], { declaredScopes }))
}

const START = 'const nowMs = Date.now();'

/** A bundle, with the hole in it. @throws Error where the edit finds nothing to change */
export async function badCode({ edit, ...bad }: BadEngine): Promise<string> {
  const right = await bundlePolicy(policyOf(bad), '')
  const code =
    'find' in edit
      ? right.replace(edit.find, edit.replace)
      : `${edit.atTop ?? ''}\n${right.replace(START, () => `try { ${edit.atStart} } catch {}\n    ${START}`)}`
  if (code === right || ('atStart' in edit && !code.includes(edit.atStart)))
    throw new Error(`nothing to edit: ${bad.name}`)
  return code
}
