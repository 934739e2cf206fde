// Enforces what the compiler cannot: floating promises, and which folder may import which.
import { existsSync } from 'node:fs'
import tseslint from 'typescript-eslint'

const forbid = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

/** What has packages of its own, and what rests on it: without them nobody knows a type of it. */
const APART = {
  bench: ['bench/', 'tests/slow/bench/'],
  'sandbox/fabrikam/agent': ['sandbox/fabrikam/agent/', 'tests/slow/agent/'],
  'tests/slow/clients/apps': ['tests/slow/clients/apps/'],
}

const KNOWS_NOTHING = {
  group: ['**/actions/**', '**/scripts/**', '**/tests/**'],
  message: 'the sandbox knows nothing of step-up',
}

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'lib/',
      'node_modules/',
      '.sandbox/',
      'coverage/',
      '.stryker-tmp/',
      '**/*.js',
      '**/*.cjs',
      ...Object.entries(APART).flatMap(([folder, parts]) =>
        existsSync(`${folder}/node_modules`) ? [] : parts,
      ),
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // There is no enum here, and looking for one takes a tenth of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  forbid(['actions/**'], {
    regex: '^(?!\\./)',
    message: 'the Action imports nothing outside itself',
  }),
  forbid(['scripts/**'], {
    group: ['**/sandbox/**', '**/tests/**'],
    message: 'scripts meet the sandbox only over HTTP, as they would meet Auth0',
  }),
  forbid(['scripts/terminal/**', 'scripts/reading/**', 'scripts/report/**'], {
    regex: '^\\.\\./',
    message: 'what everything else in scripts/ rests on imports nothing of it',
  }),
  forbid(['express/**'], {
    regex: '^\\.\\./',
    message: 'the middleware is installed alone: it imports packages and itself',
  }),
  // Of several blocks that match a file only the last one counts, so each names all that it forbids.
  forbid(['sandbox/**'], KNOWS_NOTHING),
  forbid(['sandbox/tenant/**'], KNOWS_NOTHING, {
    group: ['**/fabrikam/**', '**/express/**'],
    message: 'the tenant knows no app',
  }),
  forbid(['sandbox/fabrikam/**'], KNOWS_NOTHING, {
    group: ['**/tenant/**'],
    message: 'apps meet the tenant over HTTP',
  }),
)
