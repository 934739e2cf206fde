#!/usr/bin/env node
// The command `step-up`: what was compiled when this was packed, or else, in the repository, the sources.
import { existsSync } from 'node:fs'

const compiled = new URL('../lib/scripts/step-up.js', import.meta.url)
const sources = new URL('../scripts/step-up.ts', import.meta.url)
if (existsSync(sources)) {
  await import('../scripts/typescript.js')
  await import(sources.href)
} else await import(compiled.href)
