import type { Answer, CallName, Setting } from '../setting.ts'

/** A client in a page. */
export interface Driver {
  /** Gets a token for a call, as the app would. */
  call(name: CallName): Promise<Answer>
  /** Goes on where the tenant has sent the page back. */
  comeBack(name: CallName): Promise<Answer>
}

export type Start = (setting: Setting, isBack: boolean) => Promise<Driver>
