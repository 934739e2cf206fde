import type { Environment } from '../tenant/environment.ts'
import { isFree } from '../terminal/free-port.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'

/**
 * Finds out whether the apps can listen where browsers look for them, before anything is deployed.
 * @param keywords of the environment, each with the URL of an app
 * @throws UserError with every port that is taken
 */
export async function assertPortsFree(
  { file, keywords: urls }: Environment,
  keywords: readonly string[],
): Promise<void> {
  const problems = await Promise.all(
    keywords.map(async (keyword): Promise<readonly Problem[]> => {
      const url = urls[keyword]
      const port = typeof url === 'string' && URL.canParse(url) ? Number(new URL(url).port) : 0
      if (port === 0 || (await isFree(port))) return []
      return [
        {
          where: file,
          message: `port ${port} of \`${keyword}\` is in use by another process`,
          hint: 'end that process, or give the keyword another port; nothing was deployed',
        },
      ]
    }),
  )
  const [first, ...rest] = problems.flat()
  if (first !== undefined) throw new UserError(first, ...rest)
}
