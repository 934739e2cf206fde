import { isAllowedOrigin, isAllowedUrl } from '../../sandbox/tenant/login/clients.ts'

// prettier-ignore
test.each<[name: string, pattern: string, url: string, isAllowed: boolean]>([
  ['the same string',                     'https://app.example.com/in',      'https://app.example.com/in',      true],
  ['another path',                        'https://app.example.com/in',      'https://app.example.com/out',     false],
  ['a slash more',                        'https://app.example.com',         'https://app.example.com/',        false],
  ['an app of its own scheme',            'com.example.app://in',            'com.example.app://in',            true],
  ['one label for the star',              'https://*.example.com/in',        'https://app.example.com/in',      true],
  ['a port beside the star',              'http://*.example.com:3000',       'http://app.example.com:3000',     true],
  ['letters around the star',             'https://pre-*-post.example.com',  'https://pre-1-post.example.com',  true],
  ['other letters around the star',       'https://pre-*-post.example.com',  'https://pre-1.example.com',       false],
  ['no label for the star',               'https://*.example.com',           'https://.example.com',            false],
  ['nothing for the star',                'https://*.example.com',           'https://example.com',             false],
  ['two labels for the star',             'https://*.example.com',           'https://a.b.example.com',         false],
  ['another host before the star',        'https://*.example.com',           'https://evil.com/.example.com',   false],
  ['a star for a whole domain',           'https://*.com',                   'https://evil.com',                false],
  ['a star for a whole host',             'https://*',                       'https://evil',                    false],
  ['a star for the domain',               'https://app.*.com',               'https://app.evil.com',            false],
  ['a star in a deeper label',            'https://sub.*.example.com',       'https://sub.app.example.com',     false],
  ['two stars',                           'https://*.*.example.com',         'https://a.b.example.com',         false],
  ['two stars, of which one is let go',   'https://*.*.example.com',         'https://evil.',                   false],
  ['a star in the path',                  'https://app.example.com/*',       'https://app.example.com/in',      false],
  ['a star in the path beside another',   'https://*.example.com/*',         'https://app.example.com/in',      false],
  ['a star in a scheme of an app',        'com.*.app://in.example.com',      'com.evil.app://in.example.com',   false],
  ['a star under a scheme of an app',     'myapp://*.example.com',           'myapp://evil.example.com',        false],
])('a URL: %s', (_name, pattern, url, isAllowed) => {
  expect(isAllowedUrl([pattern], url)).toBe(isAllowed)
})

// prettier-ignore
test.each<[name: string, urls: Record<string, string[]>, origin: string, isAllowed: boolean]>([
  ['a web origin',                      { web_origins: ['https://app.example.com'] },         'https://app.example.com',  true],
  ['a web origin with a star',          { web_origins: ['https://*.example.com'] },           'https://app.example.com',  true],
  ['an allowed origin with a star',     { allowed_origins: ['https://*.example.com'] },       'https://app.example.com',  true],
  ['the origin of a callback',          { callbacks: ['https://app.example.com/callback'] },  'https://app.example.com',  true],
  ['the origin of one with a star',     { callbacks: ['https://*.example.com/callback'] },    'https://app.example.com',  true],
  ['a logout URL',                      { allowed_logout_urls: ['https://app.example.com'] }, 'https://app.example.com',  false],
  ['another domain',                    { web_origins: ['https://*.example.com'] },           'https://app.evil.example', false],
  ['no origin, as an app would give',   { callbacks: ['com.example.app://callback'] },        'null',                     false],
])('an origin: %s', (_name, urls, origin, isAllowed) => {
  const client = { client_id: 'web', client_secret: 'secret', name: 'Web', ...urls }
  expect(isAllowedOrigin(client, origin)).toBe(isAllowed)
})
