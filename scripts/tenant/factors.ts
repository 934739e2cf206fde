/** The name that Actions and a policy have for a factor of `/guardian/factors`: Guardian says `sms` for `phone`. */
export function factorOfGuardian(name: string): string {
  return name === 'sms' ? 'phone' : name
}
