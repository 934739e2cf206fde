// Enforces what the compiler cannot: floating promises, and which folder may import which.
import tseslint from 'typescript-eslint'

const forbid = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.sandbox/',
      'coverage/',
      '.stryker-tmp/',
      '**/*.js',
      '**/*.cjs',
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
  forbid(['sandbox/**'], {
    group: ['**/actions/**', '**/scripts/**', '**/tests/**'],
    message: 'the sandbox knows nothing of step-up',
  }),
  forbid(['sandbox/tenant/**'], { group: ['**/fabrikam/**'], message: 'the tenant knows no app' }),
  forbid(['sandbox/fabrikam/**'], {
    group: ['**/tenant/**'],
    message: 'apps meet the tenant over HTTP',
  }),
)
