import { readFileSync } from 'node:fs'
import { bundlePolicy } from '/work/main/scripts/policy/bundle.ts'
import { newExplorer } from '/work/main/scripts/audit/exhaustive/explorer.ts'
import { planUnits } from '/work/main/scripts/audit/exhaustive/units.ts'
import { FABRIKAM, scopeRule } from '/work/main/tests/support/policies.ts'
const policy = process.argv[2]==='b' ? { claim:'https://fabrikam.example/step_up', rules: [scopeRule({ scopes: ['transfer:funds','close:account'], requires:{factors:['otp','webauthn-roaming'],maxAgeSeconds:300}, whenConfidenceIsLow:{factors:['webauthn-roaming'],maxAgeSeconds:60}, exceptions:[{client:'batch',untilMs:Date.UTC(2027,1,1)},{organization:'org_p',untilMs:Date.UTC(2027,3,1)}]}), scopeRule({id:'x', scopes:['read:limits'], requires:{factors:'any',maxAgeSeconds:900}, withoutBrowser:{'oauth2-refresh-token':'challenge',others:'challenge'}, whenNotEnrolled:'deny'})]} : FABRIKAM
const code = await bundlePolicy(policy as any, '')
const ex = newExplorer({ code, policy: policy as any, invariants: [] })
const units = planUnits(policy as any, [])
let total=0; const t0=performance.now()
for (const [i,u] of units.entries()) { const t=performance.now(); const r = await ex.explore(u,i); total+=r.cases; console.log(u.target.rule,u.target.scope,u.focus.name,r.cases,Math.round(r.cases/(performance.now()-t)),'k/s'); for (const f of r.found) console.log('   ',f.invariant,f.rule,f.count,f.expected,f.path,f.deviations, JSON.stringify(f.chosen)) ; if(i===0)console.log(r.fieldsRead.join(' '))}
console.log(total, (performance.now()-t0)|0,'ms', process.memoryUsage().rss/1e6|0)
