import { readFileSync } from 'node:fs'
import { readQuestion, QUESTION_OPTIONS } from './explain/question.ts'
import type { Command } from './terminal/command.ts'
import { FILE_FLAGS } from './terminal/tenant-flags.ts'

/** `step-up explain` */
export const explain: Command = {
  name: 'explain',
  summary: 'Tells how a login would end, by which rule, and what would have to change.',
  saysNo: 'the scopes are not issued, not even after MFA',
  options: {
    ...QUESTION_OPTIONS,
    'why-not': { type: 'boolean', help: 'find the smallest changes that get the scopes' },
    ...FILE_FLAGS,
  },
  run: async ({ env, 'tenant-file': tenantFile, 'why-not': whyNot, ...flags }, terminal) => {
    const { newExplainer } = await import('./explain/explainer.ts')
    const { renderExplanation } = await import('./explain/render.ts')
    const { whatWouldHaveToChange } = await import('./explain/why-not.ts')
    const { parseYaml } = await import('./policy/yaml-source.ts')
    const { compilePolicy } = await import('./policy/compile.ts')
    const { loadDesired, POLICY_FILE } = await import('./tenant/desired.ts')
    const { environmentOf } = await import('./tenant/environment.ts')
    const environment = environmentOf({ env, 'tenant-file': tenantFile }, 'files')
    const { bundle, declaredScopes } = await loadDesired(environment, { note: terminal.note })
    const question = readQuestion(flags, { currentMs: Date.now(), declaredScopes })
    const policy = compilePolicy(bundle.policy)
    const locate = parseYaml(POLICY_FILE, readFileSync(POLICY_FILE, 'utf8')).locate
    const { explain, rules } = newExplainer({ code: bundle.code, policy, locate })
    const explained = {
      ...explain(question),
      rules: rules(question),
      ...(whyNot === true && { changes: whatWouldHaveToChange(explain, policy, question) }),
    }
    terminal.result(renderExplanation(explained, terminal), explained)
    return explained.isGranted ? 0 : 2
  },
}
