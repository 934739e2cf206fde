#!/usr/bin/env node
// The command `step-up`: what was compiled when this was packed, or else, in the repository, what its sources are now.
import { existsSync } from 'node:fs'

const ofSources = new URL('../scripts/compiled.js', import.meta.url)
if (existsSync(ofSources)) {
  const { program } = await import(ofSources.href)
  await import((await program('scripts/step-up')).href)
} else await import('../lib/scripts/step-up.js')
