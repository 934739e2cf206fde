import type { Audit } from '../audit.ts'
export function renderHtml(_audit: Audit): string {
  return ''
}
