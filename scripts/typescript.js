// Lets Node run the TypeScript of this project: by itself where it can, which is quicker, or else by tsx.
if (!process.features.typescript) await import('tsx')
