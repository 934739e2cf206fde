import { nearestTo } from '../../scripts/policy/suggest.ts'
import { readFlags } from '../../scripts/terminal/flags.ts'

const OPTIONS = {
  env: { type: 'string', value: 'NAME' },
  out: { type: 'string', value: 'FILE' },
  json: { type: 'boolean' },
  overwrite: { type: 'boolean' },
  'env-file': { type: 'string', value: 'FILE', isOld: true },
} as const

const read = (args: readonly string[], positional?: string) =>
  readFlags(args, {
    command: 'plan',
    options: OPTIONS,
    positional,
    nearest: (...given) => Promise.resolve(nearestTo(...given)),
  })

// prettier-ignore
test.each<[string, string[], object]>([
  ['nothing',                       [],                                    {}],
  ['a value and a switch',          ['--env', 'acme', '--json'],           { env: 'acme', json: true }],
  ['a value after `=`',             ['--env=acme'],                        { env: 'acme' }],
  ['a value that looks like a flag', ['--env=-acme'],                      { env: '-acme' }],
  ['stdout',                        ['--out', '-'],                        { out: '-' }],
  ['an older name',                 ['--env-file', 'x'],                   { 'env-file': 'x' }],
])('%s', async (_name, args, flags) => {
  expect(await read(args)).toEqual(flags)
})

test('an argument is told under its name', async () => {
  expect(await read(['main', '--json'], 'REF')).toEqual({ REF: 'main', json: true })
})

const HELP = 'see: npm run plan -- --help'

// prettier-ignore
test.each<[string, string[], string]>([
  ['two letters swapped',       ['--evn', 'acme'],          'plan: unknown flag `--evn`\n  did you mean `--env`?'],
  ['capitals',                  ['--ENV', 'acme'],          'plan: unknown flag `--ENV`\n  did you mean `--env`?'],
  ['one hyphen',                ['-json'],                  'plan: unknown flag `-json`\n  did you mean `--json`?'],
  ['a short name',              ['-e', 'acme'],             `plan: unknown flag \`-e\`\n  ${HELP}`],
  ['a flag that is like none',  ['--dry-run'],              `plan: unknown flag \`--dry-run\`\n  ${HELP}`],
  ['a flag spelt out',          ['--environment', 'acme'],  'plan: unknown flag `--environment`\n  did you mean `--env`?'],
  ['a flag cut short',          ['--overw'],                'plan: unknown flag `--overw`\n  did you mean `--overwrite`?'],
  ['a longer word and a shorter', ['--env-files'],          'plan: unknown flag `--env-files`\n  did you mean `--env`?'],
  ['a name of every object',    ['--constructor'],          `plan: unknown flag \`--constructor\`\n  ${HELP}`],
  ['a bare environment',        ['acme'],                   'plan: unexpected argument `acme`\n  an environment is named by a flag: npm run plan -- --env acme'],
  ['a file without its flag',   ['plan.json'],              `plan: unexpected argument \`plan.json\`\n  ${HELP}`],
  ['no value at the end',       ['--json', '--env'],        `plan: \`--env\` needs a value: \`--env NAME\`\n  ${HELP}`],
  ['a flag in place of a value', ['--env', '--json'],       `plan: \`--env\` needs a value: \`--env NAME\`\n  ${HELP}`],
  ['an empty value',            ['--env='],                 `plan: \`--env\` needs a value: \`--env NAME\`\n  ${HELP}`],
  ['a value of a switch',       ['--json=yes'],             `plan: \`--json\` takes no value\n  ${HELP}`],
  ['two environments',          ['--env', 'a', '--env', 'b'], `plan: \`--env\` is given twice\n  ${HELP}`],
])('%s is one clear error', async (_name, args, message) => {
  await expect(read(args)).rejects.toThrow(new Error(message))
})

test('every mistake is told at once', async () => {
  const args = ['--environment', 'acme', '--dry-run', '--json=yes', 'x.json', '--env=', '--out']
  await expect(read(args)).rejects.toThrow(
    new Error(
      [
        'plan: unknown flag `--environment`\n  did you mean `--env`?',
        `plan: unknown flag \`--dry-run\`\n  ${HELP}`,
        `plan: \`--json\` takes no value\n  ${HELP}`,
        `plan: unexpected argument \`x.json\`\n  ${HELP}`,
        `plan: \`--env\` needs a value: \`--env NAME\`\n  ${HELP}`,
        `plan: \`--out\` needs a value: \`--out FILE\`\n  ${HELP}`,
      ].join('\n'),
    ),
  )
})

test('a second argument is too many', async () => {
  await expect(read(['a', 'b'], 'REF')).rejects.toThrow(
    new Error(`plan: unexpected argument \`b\`\n  ${HELP}`),
  )
})
