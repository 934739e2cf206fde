// Moves the clock of a program by as many milliseconds as a file says, read anew each time: tests move the clock
// of the tenant, and its apps live in the same time.
const { readFileSync } = require('node:fs')

const now = Date.now
Date.now = () => now() + Number(readFileSync(process.env.CLOCK_FILE, 'utf8'))
