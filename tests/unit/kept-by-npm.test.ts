import { assertNoneKeptByNpm } from '../../scripts/terminal/kept-by-npm.ts'

const OPTIONS = {
  env: { type: 'string', value: 'NAME' },
  'tenant-file': { type: 'string', value: 'PATH' },
  scope: { type: 'string', value: '"S …"' },
  tenant: { type: 'boolean' },
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
}

const call = (npm: object, flags = {}) =>
  assertNoneKeptByNpm({
    command: 'audit',
    options: OPTIONS,
    flags,
    env: { npm_lifecycle_event: 'audit', ...npm },
  })

const kept = (flags: string, typed: string) =>
  `audit: npm kept ${flags} for itself, so the command was not told\n  type: npm run audit -- ${typed}`

// prettier-ignore
test.each<[string, object, string]>([
  ['a value',            { npm_config_env: 'acme' },                            kept('`--env`', '--env acme')],
  ['a value after a blank', { npm_config_env: 'true' },                         kept('`--env`', '--env NAME')],
  ['two of them',        { npm_config_env: 'acme', npm_config_tenant: 'true' }, kept('`--env`, `--tenant`', '--env acme --tenant')],
  ['a name of two words', { npm_config_tenant_file: 'x.yaml' },                 kept('`--tenant-file`', '--tenant-file x.yaml')],
  ['a scope of an API',  { npm_config_scope: 'transfer:funds' },                kept('`--scope`', '--scope transfer:funds')],
])('refuses to run without what npm kept: %s', (_name, npm, message) => {
  expect(() => call(npm)).toThrow(new Error(message))
})

// prettier-ignore
test.each<[string, object, object]>([
  ['a flag that was handed over as well', { npm_config_env: 'acme' },                        { env: 'acme' }],
  ['what npm has for itself',             { npm_config_yes: 'true', npm_config_json: 'true' }, {}],
  ['a scope of packages',                 { npm_config_scope: '@acme' },                     {}],
  ['a setting that is empty',             { npm_config_env: '' },                            {}],
  ['a shell without npm',                 { npm_config_env: 'acme', npm_lifecycle_event: undefined }, {}],
])('runs with %s', (_name, npm, flags) => {
  expect(() => call(npm, flags)).not.toThrow()
})
