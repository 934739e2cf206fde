/** The ways in which a message of the tenant can reach a user. */
export type Channel = 'sms' | 'voice' | 'email' | 'push'

/** What the tenant has sent to a user. Nothing leaves the sandbox: it is all in its inbox. */
export interface Message {
  /** random: whoever knows it has received the message, or has asked for it */
  readonly id: string
  readonly userId: string
  readonly channel: Channel
  /** address, number or device */
  readonly to: string
  readonly text: string
  readonly sentAtMs: number
  readonly expiresAtMs: number
  /** of a message that brings one */
  readonly code?: string
  /** of a question to a device: what its owner has answered */
  answer?: 'none' | 'approved' | 'rejected'
  /** it has passed a challenge, or confirmed an enrolment */
  isSpent: boolean
}
