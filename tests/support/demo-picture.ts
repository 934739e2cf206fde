// Makes the picture with which the README opens, from the demo that runs: `npm start`, and then
// node --import ./scripts/typescript.js tests/support/demo-picture.ts [URL of the web app]
import { TOTP } from 'otpauth'
import { EXAMPLE_SEED_FILE } from '../../scripts/tenant/embedded.ts'
import { readExampleUsers } from '../../scripts/fabrikam/users.ts'
import { launchChromium, newPerson } from './chromium.ts'

const [url = 'http://localhost:3000'] = process.argv.slice(2)
const [ada] = readExampleUsers(EXAMPLE_SEED_FILE)

const WIDTH = 1080

const browser = await launchChromium()
const page = await newPerson(browser)
page.setDefaultTimeout(60_000)
await page.setViewportSize({ width: WIDTH, height: 860 })
await page.goto(`${url}/transfer`)
await page.fill('[name=username]', ada?.email ?? '')
await page.fill('[name=password]', ada?.password ?? '')
await page.click('main [type=submit].primary')
await page.fill('#to', 'Rent')
await page.fill('#amount', '1200')
await page.click('text=Continue')
await page.click('text=Confirm with a second factor')
await page.fill('[name=code]', new TOTP({ secret: ada?.otpSecret ?? '' }).generate())
await page.keyboard.press('Enter')
await page.click('text=Use the same token again')
await page.waitForURL('**/receipt#replayed')
await page.evaluate('scrollTo(0, 0)')
const last = await page.locator('.steps li', { hasText: '401 Bearer' }).boundingBox()
const height = Math.ceil((last?.y ?? 0) + (last?.height ?? 0))
await page.screenshot({
  path: 'docs/demo.png',
  fullPage: true,
  clip: { x: 0, y: 0, width: WIDTH, height },
})
await browser.close()
