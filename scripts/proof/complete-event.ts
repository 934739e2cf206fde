/**
 * An event with every documented field filled as Auth0 fills it. What no partition varies has its value from
 * here, so that code which reads more than it may meets what it would meet in a tenant.
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-event-object
 */
export const COMPLETE_EVENT = {
  agent: {
    agent_id: 'agt_1',
    agent_metadata: {},
    name: 'Travel agent',
  },
  authentication: {
    methods: [
      {
        name: 'pwd',
        timestamp: '2026-01-15T11:59:58.000Z',
      },
    ],
    riskAssessment: {
      assessments: {
        AgentDetection: {
          code: 'a-code',
          confidence: 'a-confidence',
          details: {
            provider: 'a-provider',
          },
        },
        ImpossibleTravel: {
          code: 'a-code',
          confidence: 'a-confidence',
        },
        NewDevice: {
          code: 'a-code',
          confidence: 'a-confidence',
          details: {
            device: 'a-device',
            useragent: 'Mozilla/5.0 (X11; Linux x86_64)',
          },
        },
        UntrustedIP: {
          code: 'a-code',
          confidence: 'a-confidence',
          details: {
            category: 'a-category',
            ip: '203.0.113.77',
            matches: 'a-matches',
            source: 'a-source',
          },
        },
      },
      confidence: 'high',
      supplemental: {
        akamai: {
          akamaiBot: {
            type: 'a-type',
            action: 'a-action',
            botCategory: [],
            botScore: 1,
            botScoreResponseSegment: 'a-botScoreResponseSegment',
            botnetId: 'a-botnetId',
          },
          akamaiUserRisk: {
            action: 'a-action',
            allow: 1,
            emailDomain: 'a-emailDomain',
            general: {},
            ouid: 'a-ouid',
            requestid: 'a-requestid',
            risk: {},
            score: 1,
            status: 1,
            trust: {},
            username: 'a-username',
            uuid: 'a-uuid',
          },
        },
      },
      version: 'a-version',
    },
  },
  authorization: {
    roles: ['customer'],
  },
  client: {
    client_id: 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY',
    metadata: {},
    name: 'Fabrikam web app',
    refresh_token: {
      policies: [],
    },
  },
  connection: {
    id: 'con_Zq7Xv2Lk9Pm4Rt6',
    metadata: {},
    name: 'Username-Password-Authentication',
    strategy: 'auth0',
  },
  custom_domain: {
    domain: 'login.fabrikam.example',
    domain_metadata: {},
  },
  organization: {
    id: 'org_9ybsU1dN2dKfDkBi',
    display_name: 'Fabrikam Payroll',
    metadata: {},
    name: 'fabrikam-payroll',
  },
  prompt: {
    id: 'ap_vXbMZ1',
    fields: {},
    vars: {},
  },
  refresh_token: {
    id: 'a-id',
    client_id: 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY',
    created_at: '2026-01-15T08:30:00.000Z',
    device: {
      initial_asn: '64496',
      initial_ip: '203.0.113.77',
      initial_user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
      last_asn: '64496',
      last_ip: '203.0.113.77',
      last_user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    },
    expires_at: '2026-01-15T08:30:00.000Z',
    idle_expires_at: '2026-01-15T08:30:00.000Z',
    last_exchanged_at: '2026-01-15T08:30:00.000Z',
    metadata: {},
    resource_servers: [
      {
        audience: 'https://banking.fabrikam.example',
        scopes: 'openid',
      },
    ],
    rotating: true,
    session_id: 'a-session-id',
    session_transfer: {
      parent_refresh_token: {
        id: 'a-id',
      },
    },
    user_id: 'auth0|65f1c0ffee65f1c0ffee0815',
  },
  request: {
    asn: '64496',
    body: {},
    geoip: {
      cityName: 'a-cityName',
      continentCode: 'a-continentCode',
      countryCode: 'a-countryCode',
      countryCode3: 'a-countryCode3',
      countryName: 'a-countryName',
      latitude: 51.5,
      longitude: -0.1,
      subdivisionCode: 'a-subdivisionCode',
      subdivisionName: 'a-subdivisionName',
      timeZone: 'a-timeZone',
    },
    hostname: 'fabrikam.eu.auth0.com',
    ip: '203.0.113.77',
    language: 'en-GB',
    method: 'GET',
    query: {},
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
  },
  resource_server: {
    identifier: 'https://banking.fabrikam.example',
  },
  secrets: {},
  security_context: {
    ja3: 'e7d705a3286e19ea42f587b344ee6865',
    ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
  },
  session: {
    id: 'ses_4kQ9vXw2Tn7',
    actor: {
      sub: 'agent|7',
    },
    authenticated_at: '2026-01-15T08:30:00.000Z',
    clients: [
      {
        client_id: 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY',
      },
    ],
    cookie: {
      mode: 'persistent',
    },
    created_at: '2026-01-15T08:30:00.000Z',
    device: {
      initial_asn: '64496',
      initial_ip: '203.0.113.77',
      initial_user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
      last_asn: '64496',
      last_ip: '203.0.113.77',
      last_user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    },
    expires_at: '2026-01-15T08:30:00.000Z',
    idle_expires_at: '2026-01-15T08:30:00.000Z',
    last_interacted_at: '2026-01-15T08:30:00.000Z',
    metadata: {},
    session_transfer: {
      parent_refresh_token: {
        id: 'a-id',
        metadata: {},
      },
    },
    updated_at: '2026-01-15T08:30:00.000Z',
    user_id: 'auth0|65f1c0ffee65f1c0ffee0815',
  },
  session_transfer_token: {
    client_id: 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY',
    request: {
      asn: '64496',
      geoip: {
        cityName: 'a-cityName',
        continentCode: 'a-continentCode',
        countryCode: 'a-countryCode',
        countryCode3: 'a-countryCode3',
        countryName: 'a-countryName',
        latitude: 51.5,
        longitude: -0.1,
        subdivisionCode: 'a-subdivisionCode',
        subdivisionName: 'a-subdivisionName',
        timeZone: 'a-timeZone',
      },
      ip: '203.0.113.77',
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    },
    scope: ['openid'],
  },
  stats: {
    logins_count: 17,
  },
  tenant: {
    id: 'fabrikam',
  },
  transaction: {
    id: 'txn_8Hs2Kd0Lq5',
    acr_values: [],
    linking_id: 'a-linking-id',
    locale: 'en',
    login_hint: 'ada.lovelace@fabrikam.example',
    prompt: ['login'],
    protocol: 'oidc-basic-profile',
    redirect_uri: 'https://app.fabrikam.example/callback',
    requested_authorization_details: [],
    requested_scopes: ['openid'],
    response_mode: 'query',
    response_type: ['code'],
    state: 'hKFo2SBnN0',
    ui_locales: ['en'],
    actor: {
      act: {
        act: {
          act: {
            act: {},
            sub: 'agent|7',
          },
          sub: 'agent|7',
        },
        sub: 'agent|7',
      },
      sub: 'agent|7',
    },
    actor_token_type: 'a-actor-token-type',
    correlation_id: 'a-correlation-id',
    metadata: {},
    subject_token_type: 'a-subject-token-type',
  },
  user: {
    app_metadata: {},
    created_at: '2026-01-15T08:30:00.000Z',
    email: 'ada.lovelace@fabrikam.example',
    email_verified: true,
    family_name: 'Lovelace',
    given_name: 'Ada',
    last_password_reset: '2026-01-15T08:30:00.000Z',
    name: 'Ada Lovelace',
    nickname: 'ada.l',
    phone_number: '+441632960961',
    phone_verified: true,
    picture: 'https://cdn.fabrikam.example/ada.png',
    updated_at: '2026-01-15T08:30:00.000Z',
    user_id: 'auth0|65f1c0ffee65f1c0ffee0815',
    user_metadata: {},
    username: 'countess.ada',
    enrolledFactors: [
      {
        type: 'otp',
      },
    ],
    multifactor: ['guardian'],
    identities: [
      {
        connection: 'Username-Password-Authentication',
        provider: 'auth0',
        user_id: '65f1c0ffee65f1c0ffee0815',
        isSocial: false,
      },
    ],
  },
}

const user = COMPLETE_EVENT.user

/** What no log and no denial may tell of the user of {@link COMPLETE_EVENT}. */
export const PRIVATE: readonly string[] = [
  ...[user.email, user.name, user.given_name, user.family_name, user.nickname, user.username],
  ...[user.user_id, user.phone_number, user.picture, COMPLETE_EVENT.request.ip],
  ...[COMPLETE_EVENT.session.id, COMPLETE_EVENT.connection.id],
]

/** The value at a dotted path below the event. */
export function completeValue(path: string): unknown {
  let value: unknown = COMPLETE_EVENT
  for (const name of path.split('.')) {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    value = isObject ? (value as Record<string, unknown>)[name] : undefined
  }
  return value
}
