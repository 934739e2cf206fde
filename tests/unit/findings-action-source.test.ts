import { readAction } from '../../scripts/audit/tenant/action-source.ts'

const handler = (body: string) => `exports.onExecutePostLogin = async (event, api) => { ${body} }`

// prettier-ignore
test.each<[name: string, body: string, calls: string[]]>([
  ['plain',                     "api.accessToken.addScope('a')",                  ['accessToken.addScope("a")']],
  ['twice',                     "api.accessToken.addScope('a'); api.accessToken.addScope('b')", ['accessToken.addScope("a")', 'accessToken.addScope("b")']],
  ['optional',                  "api?.accessToken?.addScope?.('a')",              ['accessToken.addScope("a")']],
  ['in brackets',               "api['accessToken']['addScope']('a')",            ['accessToken.addScope("a")']],
  ['by a name put together',    "api['access' + 'Token']['addScope']('a')",       ['accessToken.addScope("a")']],
  ['on several lines',          "api\n  .accessToken\n  .addScope(\n'a'\n)",      ['accessToken.addScope("a")']],
  ['of a constant',             "const S = 'a'; api.accessToken.addScope(S)",     ['accessToken.addScope("a")']],
  ['with brackets in a string', "api.accessToken.addScope(f(')') + '(')",         ['accessToken.addScope(f(")")+"(")']],
  ['by a variable',             "let t = api.accessToken; t = t; t.addScope('a')", ['accessToken.addScope("a")']],
  ['after destructuring',       "const { enable } = api.multifactor; enable('none')", ['multifactor.enable("none")']],
  ['after deep destructuring',  "const { multifactor: { enable: e } } = api; e('none')", ['multifactor.enable("none")']],
  ['of the rest of api',        "const { user, ...rest } = api; rest.multifactor.enable('none')", ['multifactor.enable("none")']],
  ['by call',                   "api.multifactor.enable.call(null, 'none')",      ['multifactor.enable("none")']],
  ['by apply',                  "api.multifactor.enable.apply(null, ['none'])",   ['multifactor.enable']],
  ['by a bound method',         "const off = api.multifactor.enable.bind(api); off('none')", ['multifactor.enable("none")']],
  ['by forEach',                "['a'].forEach(api.accessToken.addScope)",        ['accessToken.addScope']],
  ['in a function of its own',  "const f = (x) => x.multifactor.enable('none'); f(api)", ['multifactor.enable("none")']],
  ['on what a call gives back', "api.user.setAppMetadata('x', 1).multifactor.enable('none')", ['multifactor.enable("none")', 'user.setAppMetadata("x",1)']],
  ['of one of two',             "const p = event.x ? api.multifactor : api.user; p.enable('none')", ['multifactor.enable("none")', 'user.enable("none")']],
  ['returned',                  "return api.access.deny('a')",                    ['access.deny("a")']],
  ['in a line comment',         "// api.accessToken.addScope('a')\n",             []],
  ['in a block comment',        "/* api.accessToken.addScope('a') */",            []],
  ['never reached',             "if (false) api.accessToken.addScope('a')",       []],
  ['of something else',         "event.multifactor.enable('none')",               []],
  ['long',                      `api.multifactor.enable('${'x'.repeat(100)}')`,   [`multifactor.enable("${'x'.repeat(59)}…`]],
])('a call that is %s', (_name, body, calls) => {
  const reading = readAction(handler(body))
  expect(reading.calls.map(({ text }) => text)).toEqual(calls)
  expect(reading.unclear).toEqual([])
})

// prettier-ignore
test.each<[name: string, code: string, calls: string[]]>([
  ['renamed',               "exports.onExecutePostLogin = async (e, a) => { a.multifactor.enable('none') }", ['multifactor.enable("none")']],
  ['taken apart at once',   "exports.onExecutePostLogin = async (e, { multifactor }) => { multifactor.enable('none') }", ['multifactor.enable("none")']],
  ['of a named function',   "async function run(e, a) { a.multifactor.enable('none') }\nmodule.exports = { onExecutePostLogin: run }", ['multifactor.enable("none")']],
  ['exported by a bundler', "var x = {}; give(x, { onExecutePostLogin: () => run }); exports.x = x; var run = async (e, a) => { a.multifactor.enable('none') }", ['multifactor.enable("none")']],
  ['compiled from TypeScript', "Object.defineProperty(exports, '__esModule', { value: true }); exports.onExecutePostLogin = void 0; const run = async (e, a) => { a.multifactor.enable('none') }; exports.onExecutePostLogin = run", ['multifactor.enable("none")']],
  ['the default of a parameter', handler("const f = (a = api) => a.multifactor.enable('none'); f()"), ['multifactor.enable("none")']],
  ['the default of a variable', handler("const { a = api } = {}; a.multifactor.enable('none')"), ['multifactor.enable("none")']],
  ['after a continuation',  "exports.onContinuePostLogin = async (e, a) => { a.multifactor.enable('none') }", ['multifactor.enable("none")']],
])('api is followed where it is %s', (_name, code, calls) => {
  expect(readAction(code).calls.map(({ text }) => text)).toEqual(calls)
})

// prettier-ignore
test.each<[name: string, code: string, unclear: string[]]>([
  ['no JavaScript',         "{ api.accessToken.addScope('a') }},",           ['it is no JavaScript']],
  ['a computed name',       handler('api[event.x].enable("none")'),          ['it picks from `api` by a computed name, in `api[event.x]`']],
  ['api in a list',         handler('for (const x of [api]) x.multifactor.enable("none")'), ['`api` is handed on, in `[api]`']],
  ['api for a library',     handler("require('x')(event, api)"),             ["`api` is handed on, in `require(\"x\")(event,api)`"]],
  ['api that is kept',      handler('globalThis.kept = api'),                ['`api` is handed on, in `globalThis.kept=api`']],
  ['api from a function',   handler('function get(x) { if (x) return api; return x.y } get(event.a).multifactor.enable("none"); get(event.b)'), ['`api` is handed on, in `return x?api:x.y`']],
  ['all parameters in a list', "exports.onExecutePostLogin = async (...all) => { all[1].multifactor.enable('none') }", ['its handler takes `api` in a list']],
  ['a rest of a function',  handler("function f(...all) { all[0].multifactor.enable('none') } f(api); f()"), ['`api` is handed on, in `f(api)`']],
  ['api in an object',      handler("const o = { api }; o.api.multifactor.enable('none')"), ['`api` is handed on, in `api`']],
  ['api in an object that is taken apart', handler("let a; ({ a } = { a: api }); a.multifactor.enable('none')"), ['`api` is handed on, in `a:api`']],
  ['a part taken by a name', handler("const { [event.x]: part } = api; part.enable('none')"), ['it picks from `api` by a computed name, in `{[event.x]:part}`']],
  ['api as this',           handler("(function () { this.multifactor.enable('none') }).call(api)"), ['`api` is handed on, in `(function(){this.multifactor.enable("none")}).call(api)`']],
  ['a function that is replaced', "let f = () => {}; exports.onExecutePostLogin = async (e, api) => f(api); f = (a) => a.multifactor.enable('none')", ['`api` is handed on, in `f(api)`']],
  ['a second handler by a name', "exports.onExecutePostLogin = async () => {}; exports[process.env.NAME] = async (e, a) => a.multifactor.enable('none')", ['it sets its handler in a way that is not followed, in `exports[process.env.NAME]=async(e,a)=>a.multifactor.enable("none")`']],
  ['a second handler by a definition', "exports.onExecutePostLogin = async () => {}; Object.defineProperty(exports, 'onExecutePostLogin', { value: f })", ["it sets its handler in a way that is not followed, in `Object.defineProperty(exports,\"onExecutePostLogin\",{value:f})`"]],
  ['all that is exported, from elsewhere', "exports.onExecutePostLogin = async () => {}; module.exports = require('x')", ['it sets its handler in a way that is not followed, in `module.exports=require("x")`']],
  ['api that is changed',   handler('api.access.deny = () => {}'), ['it changes `api`, in `api.access.deny=()=>{}`']],
  ['a built-in that is changed', `Array.prototype.some = () => true; ${handler('')}`, ['it changes what all code runs on, in `Array.prototype.some=()=>!0`']],
  ['a built-in that is defined', `Object.defineProperty(Array.prototype, 'x', {}); ${handler('')}`, ['it changes what all code runs on, in `Object.defineProperty(Array.prototype,"x",{})`']],
  ['a handler from elsewhere', "module.exports = require('x')",              ['its handler is not a function that is written out in it']],
  ['Reflect',               handler("Reflect.get(api, 'multifactor').enable('none')"), ['it uses `Reflect`', '`api` is handed on, in `Reflect.get(api,"multifactor")`']],
  ['arguments',             'exports.onExecutePostLogin = async function () { arguments[1].multifactor.enable("none") }', ['it uses `arguments`']],
])('%s cannot be followed, and that is said', (_name, code, unclear) => {
  expect(readAction(code).unclear).toEqual(unclear)
})

test('the texts of a source', () => {
  expect(readAction(handler('f("a", \'b\', `d`, event)')).texts).toEqual(['a', 'b', 'd'])
})

// prettier-ignore
test.each([
  'globalThis.Date = class {}',
  'global.Array.prototype.includes = () => true',
  'const A = Array; A.prototype.includes = () => true',
  'const P = Array.prototype; P.includes = () => true',
  'const { prototype } = Map; prototype.get = () => undefined',
  '[].constructor.prototype.includes = () => true',
  '[].__proto__.includes = () => true',
  'Object.getPrototypeOf([]).includes = () => true',
  'Map.prototype["get"] = () => undefined',
  'Object.assign(Map.prototype, { get: () => undefined })',
  'Date = class extends Date {}',
  'console.log = () => {}',
  'delete Array.prototype.findLast',
  '[Array.prototype.includes] = [() => true]',
  '({ a: Array.prototype.includes } = { a: () => true })',
  'Array.prototype.includes &&= () => true',
  'globalThis[event.secrets.NAME] = 1',
])('a built-in is changed in %s', (body) => {
  expect(readAction(handler(body)).unclear).toEqual([expect.stringMatching(/^it changes what all code runs on, in `/)])
})

// prettier-ignore
test.each<[name: string, code: string]>([
  ['the redirect of the documentation', handler("const token = api.redirect.encodeToken({ secret: event.secrets.S, payload: {} }); api.redirect.sendUserTo('https://x.example', { query: { session_token: token } })")],
  ['the answer of a redirect',          handler("const payload = api.redirect.validateToken({ secret: event.secrets.S }); console.log([payload])")],
  ['what is kept in the cache',         handler("const kept = api.cache.get('k'); const all = { kept }; console.log(all)")],
  ['a class as older compilers write it', "var __extends = (function () { var e = function (d, b) { d.__proto__ = b; }; return function (d, b) { e(d, b); function __() { this.constructor = d; } d.prototype = (__.prototype = b.prototype, new __()); }; })(); exports.onExecutePostLogin = async (event, api) => {}"],
  ['methods of a class of its own',     "var A = (function () { function A() {} A.prototype.go = function () {}; return A; }()); exports.onExecutePostLogin = async (event, api) => {}"],
  ['what is made of built-ins',         handler("const map = new Map(); map.note = 1; const error = new Error('x'); error.code = 1; process.env.X = '1'; global.kept = {}")],
])('%s is no cause for a word', (_name, code) => {
  expect(readAction(code)).toMatchObject({ unclear: [], eventWrites: [] })
})

test('`with`, in which names mean what nobody can tell', () => {
  expect(readAction(handler("with (api) multifactor.enable('none')")).unclear).toContain(
    'it uses `with`',
  )
})
