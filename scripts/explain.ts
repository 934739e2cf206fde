import { readFileSync } from 'node:fs'
import { readQuestion, QUESTION_OPTIONS } from './explain/question.ts'
import { newExplainer } from './explain/explainer.ts'
import { renderExplanation } from './explain/render.ts'
import { whatWouldHaveToChange } from './explain/why-not.ts'
import { positionsIn } from './audit/tenant/policy-positions.ts'
import { compilePolicy } from './policy/compile.ts'
import { loadDesired, POLICY_FILE } from './tenant/desired.ts'
import { loadEnvironment, SANDBOX } from './tenant/environment.ts'
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
    const question = readQuestion(flags, Date.now())
    const { bundle } = await loadDesired(loadEnvironment(String(env)), [])
    const policy = compilePolicy(bundle.policy)
    const locate = positionsIn(POLICY_FILE, readFileSync(POLICY_FILE, 'utf8'))
    const explain = newExplainer({ code: bundle.code, policy, locate })
    const explanation = explain(question)
    const changes = whyNot === true ? whatWouldHaveToChange(explain, policy, question) : undefined
    terminal.result(renderExplanation(explanation, changes, terminal), {
      ...explanation,
      ...(changes && { changes }),
    })
    return explanation.isGranted ? 0 : 2
  },
})
