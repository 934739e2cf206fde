import { callsIn, normalizeSource, stringsIn } from '../../scripts/audit/tenant/action-source.ts'

const textsOf = (source: string, name: string) =>
  callsIn(normalizeSource(source), name).map(({ text }) => text)

const ADD = String.raw`accessToken\.addScope`
const ENABLE = String.raw`multifactor\.enable`

// prettier-ignore
test.each<[name: string, pattern: string, source: string, calls: string[]]>([
  ['plain',                      ADD,    "api.accessToken.addScope('a')",                  ['accessToken.addScope("a")']],
  ['twice',                      ADD,    "api.accessToken.addScope('a'); api.accessToken.addScope('b')", ['accessToken.addScope("a")', 'accessToken.addScope("b")']],
  ['optional',                   ADD,    "api?.accessToken?.addScope?.('a')",              ['accessToken?.addScope?.("a")']],
  ['in brackets',                ADD,    "api['accessToken']['addScope']('a')",            ['accessToken.addScope("a")']],
  ['on several lines',           ADD,    "api\n  .accessToken\n  .addScope(\n'a'\n)",      ['accessToken.addScope("a")']],
  ['of a constant',              ADD,    "exports.f = async () => { const S = 'a'; api.accessToken.addScope(S) }", ['accessToken.addScope("a")']],
  ['with brackets in a string',  ADD,    "api.accessToken.addScope(f(')') + '(')",         ['accessToken.addScope(f(")")+"(")']],
  ['after destructuring',        ENABLE, "const { multifactor } = api; multifactor.enable('none')", ['multifactor.enable("none")']],
  ['in a line comment',          ADD,    "// api.accessToken.addScope('a')",               []],
  ['in a block comment',         ADD,    "/* api.accessToken.addScope('a') */",            []],
  ['in a licence comment',       ADD,    "/*! api.accessToken.addScope('a') */",           []],
  ['never reached',              ADD,    "if (false) api.accessToken.addScope('a')",       []],
  ['of something else',          ENABLE, "api.multifactorial.enable('none')",              []],
  ['under a longer name',        ENABLE, "api.multifactor.enableAll('none')",              []],
  ['in source that is no JavaScript', ADD, "{ api.accessToken.addScope('a') }},",          ["accessToken.addScope('a')"]],
  ['long',                       ENABLE, `api.multifactor.enable('${'x'.repeat(100)}')`,   [`multifactor.enable("${'x'.repeat(59)}…`]],
])('a call that is %s', (_name, pattern, source, calls) => {
  expect(textsOf(source, pattern)).toEqual(calls)
})

test('strings of a source', () => {
  expect(stringsIn(`f("a", 'b\\'c', \`d\`, e)`)).toEqual(['a', String.raw`b\'c`, 'd'])
})
