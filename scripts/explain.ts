import { readFileSync } from 'node:fs'
import { readQuestion, QUESTION_OPTIONS } from './explain/question.ts'
import { newExplainer } from './explain/explainer.ts'
import { renderExplanation } from './explain/render.ts'
import { whatWouldHaveToChange } from './explain/why-not.ts'
import { positionsIn } from './audit/tenant/policy-positions.ts'
import { compilePolicy } from './policy/compile.ts'
import { loadDesired, POLICY_FILE } from './tenant/desired.ts'
import { loadEnvironment, SANDBOX } from './tenant/environment.ts'
import { readTenantFile, TENANT_FILE } from './tenant/tenant-file.ts'
import { runCommand } from './terminal/command.ts'

await runCommand({
  name: 'explain',
  summary: 'Tells what a login would come to, by which rule, and what would have to change.',
  options: {
    ...QUESTION_OPTIONS,
    'why-not': { type: 'boolean', help: 'find the smallest changes that get the scopes' },
    env: { type: 'string', value: 'NAME', help: 'a file of config/environments' },
  },
  run: async ({ env = SANDBOX, 'why-not': whyNot, ...flags }, terminal) => {
    const environment = loadEnvironment(String(env))
    const { bundle } = await loadDesired(environment, [])
    const { declaredScopes } = readTenantFile(TENANT_FILE, environment)
    const question = readQuestion(flags, { currentMs: Date.now(), declaredScopes })
    const policy = compilePolicy(bundle.policy)
    const locate = positionsIn(POLICY_FILE, readFileSync(POLICY_FILE, 'utf8'))
    const { explain, rules } = newExplainer({ code: bundle.code, policy, locate })
    const explained = {
      ...explain(question),
      rules: rules(question),
      ...(whyNot === true && { changes: whatWouldHaveToChange(explain, policy, question) }),
    }
    terminal.result(renderExplanation(explained, terminal), explained)
    return explained.isGranted ? 0 : 2
  },
})
