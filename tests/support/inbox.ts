// What a sandbox tenant has sent to its users, as they would find it on their phones.
import type { Message } from '../../sandbox/tenant/mfa/message.ts'
import type { Sandbox } from './sandbox.ts'

export interface Inbox {
  /** newest first */
  readonly messages: () => Promise<readonly Message[]>
  readonly newest: () => Promise<Message>
  /** @returns the code of the newest message */
  readonly code: () => Promise<string>
  /** Answers the newest question to a device. @returns the status */
  readonly answer: (answer: 'approved' | 'rejected') => Promise<number>
}

export function inboxOf({ fetch }: Sandbox): Inbox {
  const messages = async (): Promise<readonly Message[]> =>
    (await (await fetch('/sandbox/inbox')).json()) as Message[]
  const newest = async (): Promise<Message> => {
    const [message] = await messages()
    if (message === undefined) throw new Error('the inbox is empty')
    return message
  }
  return {
    messages,
    newest,
    code: async () => String((await newest()).code),
    answer: async (answer) => {
      const { id } = await newest()
      const body = new URLSearchParams({ answer })
      const response = await fetch(`/sandbox/inbox/${id}`, { method: 'POST', body })
      return response.status
    },
  }
}
