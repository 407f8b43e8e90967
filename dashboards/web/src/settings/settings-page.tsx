/** `GET /settings`: what the collector runs with, who may ask it what, and which versions run. */
import { useMemo, useRef, useState } from 'react'
import { useAnswer } from '../answer.ts'
import { duration, plural, time } from '../format.ts'
import { done, useKeys } from '../keys.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { Frame } from '../ui/frame.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { linesOf, sought } from './setting-lines.ts'
import { getSettings, type Settings } from './settings-api.ts'
import { SettingsTabs } from './settings-tabs.tsx'
import './settings.css'

export function SettingsPage() {
  const now = useNow(30_000)
  const asked = useAnswer('settings', getSettings)
  return (
    <Frame title="Settings" here="settings">
      <div className="page settings">
        <div className="page-head">
          <h1>Settings</h1>
          <SettingsTabs here="/settings" />
        </div>
        {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
        {asked.value === null && asked.problem === null && <p className="muted">Loading settings…</p>}
        {asked.value !== null && (
          <>
            <Versions settings={asked.value} now={now} />
            <Keys keys={asked.value.keys} now={now} />
            <Effective settings={asked.value.settings} />
          </>
        )}
      </div>
    </Frame>
  )
}

function Versions({ settings: { versions, startedAt }, now }: { settings: Settings; now: Date }) {
  return (
    <section aria-label="Versions">
      <dl className="version-list">
        {Object.entries(versions).map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Text>{version}</Text>
            </dd>
          </div>
        ))}
        <div>
          <dt>running for</dt>
          <dd title={startedAt}>{duration(Math.max(0, now.getTime() - Date.parse(startedAt)))}</dd>
        </div>
      </dl>
    </section>
  )
}

function Keys({ keys, now }: { keys: Settings['keys']; now: Date }) {
  return (
    <section aria-label="Keys">
      <h2>Keys</h2>
      {keys.length === 0 ? (
        <p className="muted">
          None: whoever reaches this port is trusted, which is why it listens on this machine only.{' '}
          <code>npx outrider keys new</code> makes one.
        </p>
      ) : (
        <div className="table-box" data-scrolls>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Scopes</th>
                <th scope="col">Tenant</th>
                <th scope="col">Expires</th>
              </tr>
            </thead>
            <tbody>
              {keys.map(({ name, scopes, tenant, expiresAt }) => (
                <tr key={name}>
                  <td>
                    <Text>{name}</Text>
                  </td>
                  <td>{scopes.join(', ')}</td>
                  <td>{tenant === null ? <span className="muted">all</span> : <Text>{tenant}</Text>}</td>
                  <td className={expiresAt !== null && Date.parse(expiresAt) < now.getTime() ? 'bad' : undefined}>
                    {expiresAt === null ? <span className="muted">never</span> : time(expiresAt, now)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Effective({ settings }: { settings: Settings['settings'] }) {
  const place = usePlace()
  const query = place.search.get('q') ?? ''
  const [typed, setTyped] = useState(query)
  const field = useRef<HTMLInputElement>(null)
  const sections = useMemo(() => Object.entries(settings).map(([name, value]) => linesOf(value, name)), [settings])
  const found = sections.map((lines) => sought(lines, query)).filter((lines) => lines.length > 0)
  useKeys([['/', () => done(field.current?.focus())]])
  return (
    <section aria-label="Configuration">
      <div className="page-head">
        <h2>In force</h2>
        <p className="muted">Defaults, outrider.yaml and environment together. Secrets are masked.</p>
        <span className="grow" />
        <input
          ref={field}
          type="search"
          aria-label="Search settings"
          placeholder="Search settings"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            go(withParameters(place, { q: event.target.value }), 'replace')
          }}
        />
        <span className="unseen" role="status">
          {plural(found.length, 'section')}
        </span>
      </div>
      {found.length === 0 && <p className="muted">No setting fits.</p>}
      <div className="setting-sections">
        {found.map((lines) => (
          <div key={lines[0]?.name} className="setting-section mono">
            {lines.map(({ depth, name, value, path }) => (
              <p key={path} style={{ paddingLeft: depth * 16 }}>
                <span className="setting-name">
                  <Text>{name === '-' ? '-' : `${name}:`}</Text>
                </span>{' '}
                {value !== null && <Text>{value}</Text>}
              </p>
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}
