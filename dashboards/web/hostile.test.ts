/** X1: viewing a trace is safe. Every hostile string in every field, in a real browser, against the real collector. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visible } from './src/visible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { foreignNodes } from './test/foreign-nodes.ts'
import { HOSTILE_STRINGS } from './test/hostile-strings.ts'
import { newSpanId, newTraceId, type OtlpSpan } from './test/otlp.ts'
import { openPage } from './test/watched-page.ts'

let collector: Collector
let browser: Browser

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector(), launchBrowser()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

/** One run, with `text` in everything that a sender chooses: an agent, its model call, its tool call, its retrieval. */
function hostileRun(text: string, traceId: string, startMs: number): OtlpSpan[] {
  const anywhere = {
    [text]: text,
    nested: { [text]: [text, { [text]: text }] },
    'user.id': text,
    'gen_ai.conversation.id': text,
    'gen_ai.workflow.name': text,
    'gen_ai.agent.name': text,
    'gen_ai.agent.version': text,
    'gen_ai.prompt.name': text,
    'outrider.prompt.version': text,
    'outrider.config.version': text,
    'outrider.tenant': text,
    'outrider.tags': [text, `${text} `],
    'outrider.stop_reason': text,
    'outrider.parent_agent': text,
    'outrider.outcome': text,
    'error.type': text,
  }
  const ids = [newSpanId(), newSpanId(), newSpanId(), newSpanId()] as const
  const more = {
    traceId,
    name: text,
    error: text,
    events: [{ name: text, attributes: { [text]: text } }],
    links: [{ traceId: newTraceId(), spanId: newSpanId(), attributes: { [text]: text } }],
  }
  return [
    {
      ...more,
      spanId: ids[0],
      startMs,
      durationMs: 100,
      attributes: {
        ...anywhere,
        'gen_ai.operation.name': 'invoke_agent',
        'outrider.input': text,
        'outrider.output': JSON.stringify({ [text]: text }),
      },
    },
    {
      ...more,
      spanId: ids[1],
      parentSpanId: ids[0],
      startMs: startMs + 10,
      durationMs: 20,
      attributes: {
        ...anywhere,
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': text,
        'gen_ai.request.model': text,
        'gen_ai.response.model': `${text} `,
        'gen_ai.response.id': text,
        'gen_ai.response.finish_reasons': [text],
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
        'gen_ai.input.messages': JSON.stringify([
          {
            role: text,
            parts: [
              { type: 'text', content: text },
              { type: 'uri', uri: text, mime_type: text },
              { type: text, [text]: text },
            ],
          },
        ]),
        'gen_ai.output.messages': JSON.stringify([
          {
            role: 'assistant',
            parts: [
              { type: 'reasoning', content: text },
              { type: 'tool_call', id: text, name: text, arguments: { [text]: text } },
              { type: 'tool_call_response', id: text, name: text, response: text },
            ],
          },
        ]),
      },
    },
    {
      ...more,
      spanId: ids[2],
      parentSpanId: ids[0],
      startMs: startMs + 40,
      durationMs: 20,
      attributes: {
        ...anywhere,
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': text,
        'gen_ai.tool.call.id': text,
        'gen_ai.tool.call.arguments': text,
        'gen_ai.tool.call.result': text,
      },
    },
    {
      ...more,
      spanId: ids[3],
      parentSpanId: ids[0],
      startMs: startMs + 70,
      durationMs: 20,
      attributes: {
        ...anywhere,
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.retrieval.query.text': text,
        'gen_ai.retrieval.documents': JSON.stringify([{ id: text, score: 0.5, content: text }]),
      },
    },
  ]
}

test('there are 200 hostile strings and more', () => {
  expect(HOSTILE_STRINGS.length).toBeGreaterThanOrEqual(200)
})

test('the watch notices scripts, requests and markup', async () => {
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto('/')
  const refused = await page.evaluate(() => {
    const tries = [
      () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
      () => setTimeout('pwned(1)', 0),
      () => document.body.setAttribute('onclick', 'pwned(1)'),
    ]
    return tries.map((attempt) => {
      try {
        attempt()
        return 'done'
      } catch (error) {
        return (error as Error).name
      }
    })
  })
  expect(refused).toEqual(['TypeError', 'TypeError', 'TypeError', 'TypeError'])
  await page.evaluate(() => {
    new Image().src = 'https://evil.example/x.png'
    document.body.append(document.createElement('iframe'))
  })
  for (const directive of ['img-src', 'require-trusted-types-for']) {
    const told = () => trouble.some((line) => line.startsWith(`policy violation: ${directive}`))
    await expect.poll(told, { message: directive }).toBe(true)
  }
  expect(await page.evaluate(foreignNodes)).toEqual(['<iframe>'])
  await page.evaluate(() => (globalThis as unknown as { pwned: (what: string) => void }).pwned('on purpose'))
  expect(trouble).toContain('script ran: on purpose')
  await close()
})

test('in the list of runs, and as filters', async () => {
  const startMs = Date.now() - 600_000
  const traceIds = HOSTILE_STRINGS.map(() => newTraceId())
  await collector.send(HOSTILE_STRINGS.flatMap((text, i) => hostileRun(text, traceIds[i]!, startMs + i * 1000)))
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto('/')
  const seen = new Set<string>()
  for (;;) {
    await page.locator('.run-table:not(.stale) .run-line').first().waitFor()
    for (const href of await page
      .locator('.run-link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))) {
      seen.add(href!.replace('/runs/', ''))
    }
    expect(await page.evaluate(foreignNodes)).toEqual([])
    const older = page.getByRole('link', { name: 'Older →' })
    if ((await older.count()) === 0) break
    await Promise.all([page.waitForResponse(/cursor=/), older.click()])
  }
  for (const traceId of traceIds) expect(seen).toContain(traceId)

  for (const text of HOSTILE_STRINGS) {
    await visit(page, `/?${new URLSearchParams({ q: text, agent: text, user: text, model: text })}`)
    await page.locator('.chips').waitFor()
  }
  expect(await page.evaluate(foreignNodes)).toEqual([])
  expect(trouble.filter((line) => !line.includes('status of 400'))).toEqual([])
  await close()
}, 300_000)

test('in the header of a run, its waterfall and every part of its span panels', async () => {
  const traceIds = HOSTILE_STRINGS.map(() => newTraceId())
  const startMs = Date.now() - 60_000
  const runs = HOSTILE_STRINGS.map((text, i) => hostileRun(text, traceIds[i]!, startMs))
  await collector.send(runs.flat())
  const judged = HOSTILE_STRINGS.flatMap((text, i) =>
    [null, runs[i]![0]!.spanId].map((spanId) => {
      const word = text.slice(0, 256)
      return { traceId: traceIds[i], spanId, name: word, value: 1, label: word, source: word, explanation: text }
    }),
  )
  for (let at = 0; at < judged.length; at += 1000) await collector.judge('scores', judged.slice(at, at + 1000))
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto('/')
  const notShown: string[] = []
  for (const [i, spans] of runs.entries()) {
    const text = HOSTILE_STRINGS[i]!
    const shown = await page.evaluate(tour, { traceId: traceIds[i]!, spanIds: spans.map((span) => span.spanId) })
    for (const list of shown[0]!.scores) {
      if (normalized(list).split(normalized(visible(text.slice(0, 256)))).length <= 3) notShown.push(text)
    }
    expect(shown[0]!.scores).toHaveLength(2)
    for (const { heading, panel } of shown) {
      const often = normalized(panel).split(normalized(visible(text))).length > 3
      if (normalized(heading) !== normalized(visible(text)) || !often) notShown.push(text)
    }
    expect(await page.evaluate(foreignNodes), text).toEqual([])
  }
  expect([...new Set(notShown)]).toEqual([])
  expect(trouble).toEqual([])
  await close()
}, 300_000)

/** Opens one span after the other, with everything unfolded. Run inside the page. */
async function tour({ traceId, spanIds }: { traceId: string; spanIds: readonly string[] }) {
  const shown: { heading: string; panel: string; scores: string[] }[] = []
  for (const id of spanIds) {
    history.pushState(null, '', `/runs/${traceId}?span=${id}`)
    dispatchEvent(new PopStateEvent('popstate'))
    const ready = () => document.querySelector(`#span-${id}.selected`) && document.querySelector(`[data-span="${id}"]`)
    while (!ready()) {
      const problem = document.querySelector('[role="alert"]')
      if (problem !== null) throw new Error(problem.textContent ?? 'a problem')
      await new Promise(requestAnimationFrame)
    }
    for (const folded of document.querySelectorAll('details')) folded.open = true
    const raw = () => document.querySelector('.panel details:last-of-type pre')
    while (!raw()) await new Promise(requestAnimationFrame)
    const panel = document.querySelector('.panel')
    const scores = [...document.querySelectorAll('.scores')].map((list) => list.textContent ?? '')
    shown.push({ heading: panel?.querySelector('h2')?.textContent ?? '', panel: panel?.textContent ?? '', scores })
  }
  return shown
}

/** Whitespace is the layout's. */
function normalized(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Goes on within the page, as a click does. */
async function visit(page: Page, to: string): Promise<void> {
  await page.evaluate((next) => {
    history.pushState(null, '', next)
    dispatchEvent(new PopStateEvent('popstate'))
  }, to)
}
