import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertWritable, writeOutput } from '../../scripts/terminal/output-file.ts'
import { UserError } from '../../scripts/terminal/user-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'output-'))
const at = (name: string): string => join(folder, name)
mkdirSync(at('folder'))
writeFileSync(at('old.html'), 'old')
afterAll(() => rmSync(folder, { recursive: true }))

const HINT = 'name a file in a folder that exists, and that you may write'

function problemsOf(...names: readonly string[]): unknown {
  try {
    assertWritable(names.map((name) => ({ flag: `--${name}`, file: at(name) })))
    return []
  } catch (error) {
    return error instanceof UserError ? error.problems : error
  }
}

// prettier-ignore
test.each([
  ['no folder',      'missing/a.html',  'its folder does not exist'],
  ['a folder',       'folder',          'it is a folder'],
  ['a file within',  'old.html/a.html', 'its folder is a file'],
  ['too long',       'a'.repeat(300),   'ENAMETOOLONG'],
])('a file that cannot be written: %s', (_case, name, reason) => {
  const message = `\`${at(name)}\` cannot be written: ${reason}`
  expect(problemsOf(name)).toEqual([{ where: `--${name}`, message, hint: HINT }])
  expect(() => writeOutput({ flag: '--html', file: at(name) }, 'new')).toThrow(
    `--html: ${message}\n  ${HINT}`,
  )
})

// prettier-ignore
test.each([
  ['a new file',             'new.html',        'new.html'],
  ['another spelling of it', './new.html',      'folder/../new.html'],
  ['a file that is there',   'old.html',        'folder/../old.html'],
  ['a link to it',           'old.html',        'link.html'],
])('one file for two flags: %s', (_case, one, two) => {
  symlinkSync('old.html', at('link.html'))
  const files = [{ flag: '--markdown', file: at('other.md') }, { flag: '--html', file: `${folder}/${one}` }, { flag: '--sarif', file: `${folder}/${two}` }]
  expect(() => assertWritable(files)).toThrow(
    new UserError({
      where: '--sarif',
      message: `\`${folder}/${two}\` is the file of \`--html\` already`,
      hint: 'name another one, or one result would overwrite the other',
    }),
  )
  rmSync(at('link.html'))
  expect(readdirSync(folder)).toEqual(['folder', 'old.html'])
  expect(readFileSync(at('old.html'), 'utf8')).toBe('old')
})

test('a link to no file stays a link to no file', () => {
  symlinkSync('gone.html', at('link.html'))
  expect(problemsOf('link.html')).toEqual([])
  expect(readdirSync(folder)).toEqual(['folder', 'link.html', 'old.html'])
  rmSync(at('link.html'))
})

test('all that cannot be written are told at once', () => {
  expect(problemsOf('new.html', 'missing/a.html', 'folder')).toMatchObject([
    { where: '--missing/a.html' },
    { where: '--folder' },
  ])
})

test('what can be written is left as it is', () => {
  expect(problemsOf('new.html', 'old.html')).toEqual([])
  expect(readdirSync(folder)).toEqual(['folder', 'old.html'])
  expect(readFileSync(at('old.html'), 'utf8')).toBe('old')
  writeOutput({ flag: '--html', file: at('old.html') }, 'new')
  expect(readFileSync(at('old.html'), 'utf8')).toBe('new')
})
