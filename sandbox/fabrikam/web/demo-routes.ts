import { Router, type Request } from 'express'
import type { Guide } from '../views/home.ts'
import type { Html } from '../views/html.ts'
import type { Visitor } from '../views/page.ts'
import { policyPanel, type PolicyPanel } from '../views/policy.ts'
import type { Banking } from './banking.ts'
import { requireCsrf } from './csrf.ts'
import { forCustomers } from './customers.ts'
import type { Demo } from './demo.ts'
import { keptOf } from './session.ts'

/** What a visitor of the demonstration can do beside banking: change the rule, and try a used token again. */
export function demoRoutes({ workbench, spent }: Demo, banking: Banking): Router {
  const routes = Router()
  routes.post(
    '/policy',
    requireCsrf,
    forCustomers(async (req, res) => {
      const { rule, maxAge, factors, back } = req.body as Readonly<Record<string, string>>
      const changed = await workbench.change({
        rule: rule ?? '',
        maxAge: Number(maxAge),
        factors: factors === 'any' ? factors : (factors ?? '').split(' '),
      })
      keptOf(req).problem = 'problem' in changed ? changed.problem : undefined
      res.redirect(303, back === '/salary' ? back : '/transfer')
    }),
  )
  routes.post(
    '/replay',
    requireCsrf,
    forCustomers(async (req, res, { login }) => {
      const kept = keptOf(req)
      const token = spent.find(login.subject, kept.receipt?.spent ?? '')
      if (kept.receipt !== undefined && token !== undefined) {
        const result = await banking.transfer(token, kept.receipt.order)
        const replay = result.outcome === 'done' ? 'done, which is a defect' : result.answer
        kept.receipt = { ...kept.receipt, replay }
      }
      res.redirect(303, '/receipt#replayed')
    }),
  )
  return routes
}

/** What is shown beside a page; nothing without a demonstration. */
export async function panelOf(
  demo: Demo | undefined,
  req: Request,
  { visitor, ...page }: Pick<PolicyPanel, 'rule' | 'path'> & { readonly visitor: Visitor },
): Promise<Html | undefined> {
  if (demo === undefined) return undefined
  const { problem } = keptOf(req)
  keptOf(req).problem = undefined
  const policy = await demo.workbench.policy()
  return policyPanel({ policy, codesUrl: demo.codesUrl, problem, ...page }, visitor)
}

export async function guideOf(demo: Demo | undefined): Promise<Guide | undefined> {
  if (demo === undefined) return undefined
  const { codesUrl, spaUrl } = demo
  return { users: await demo.workbench.users(), codesUrl, spaUrl }
}
