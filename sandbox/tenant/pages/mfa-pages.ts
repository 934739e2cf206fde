import type { Tenant } from '../tenant.ts'
import { otpChallengePage, recoveryCodeChallengePage, saveCodePage } from './code-pages.ts'
import type { MfaPage } from './mfa-form.ts'
import type { Screen } from './mfa-screen.ts'
import { otpEnrolmentPage } from './otp-enrolment-page.ts'
import {
  deviceEnrolmentPage,
  phoneEnrolmentPage,
  pushChallengePage,
  sentCodePage,
} from './message-pages.ts'
import { pickPage } from './pick-page.ts'
import { webAuthnPage } from './webauthn-page.ts'

/** @returns the document that shows a screen */
export function renderScreen(tenant: Tenant, screen: Screen, content: MfaPage): string {
  switch (screen.name) {
    case 'pick':
      return pickPage(content)
    case 'challenge-otp':
      return otpChallengePage(content)
    case 'challenge-recovery-code':
      return recoveryCodeChallengePage(content)
    case 'enrol-otp':
      return otpEnrolmentPage(tenant, screen.secret, content)
    case 'challenge-phone':
    case 'challenge-email':
    case 'confirm-phone':
      return sentCodePage(tenant, screen, content)
    case 'challenge-push-notification':
      return pushChallengePage(screen, content)
    case 'enrol-phone':
      return phoneEnrolmentPage(tenant, content)
    case 'enrol-push-notification':
      return deviceEnrolmentPage(tenant, screen, content)
    case 'challenge-webauthn':
    case 'enrol-webauthn':
      return webAuthnPage(screen, content)
    case 'save-recovery-code':
      return saveCodePage(screen.code, content)
  }
}
