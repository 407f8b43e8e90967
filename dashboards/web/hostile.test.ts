/** X1: viewing a trace is safe. Every hostile string in every field, in a real browser, against the real collector. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visible } from './src/visible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
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

/** What of the document is not ours: foreign elements, handlers, addresses that leave. Run inside the page. */
function foreignNodes(): string[] {
  const ours =
    'html head meta link script title body noscript div header main nav aside section search span a bdi button input select option label form ul ol li dl dt dd h1 h2 h3 p pre code strong time details summary svg path dialog kbd'
  const allowed = new Set(ours.split(' '))
  return [...document.querySelectorAll('*')].flatMap((element) => {
    const found: string[] = []
    if (!allowed.has(element.localName)) found.push(`<${element.localName}>`)
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || name === 'srcdoc') found.push(`${element.localName} ${name}`)
      const leads = ['href', 'src', 'action', 'formaction', 'xlink:href', 'poster', 'data'].includes(name)
      if (leads && new URL(value, location.href).origin !== location.origin) found.push(`${name}=${value}`)
    }
    return found
  })
}

test('there are 200 hostile strings and more', () => {
  expect(HOSTILE_STRINGS.length).toBeGreaterThanOrEqual(200)
})

test('the watch notices scripts, requests, markup and eval', async () => {
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto('/')
  const refused = await page.evaluate(() => {
    const tries = [
      () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
      () => setTimeout('pwned(1)', 0),
      // biome-ignore lint/security/noGlobalEval: that it fails is what is tested
      () => globalThis.eval('1'),
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
  expect(refused.slice(0, 3)).toEqual(['TypeError', 'TypeError', 'TypeError'])
  expect(refused[3]).toBe('EvalError')
  await page.evaluate(() => {
    new Image().src = 'https://evil.example/x.png'
    const button = document.createElement('button')
    button.setAttribute('onclick', 'pwned(1)')
    document.body.append(button)
    button.click()
  })
  await expect.poll(() => trouble.filter((line) => line.startsWith('policy violation: img-src')).length).toBe(1)
  await expect
    .poll(() => trouble.filter((line) => line.startsWith('policy violation: require-trusted-types')).length)
    .toBeGreaterThan(0)
  expect(await page.evaluate(foreignNodes)).toEqual(['button onclick'])
  expect(trouble.filter((line) => line.startsWith('script ran'))).toEqual([])
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
    const search = new URLSearchParams({ q: text, agent: text, user: text, model: text })
    await visit(page, `/?${search}`)
    await page.locator('.run-table:not(.stale), .notice').first().waitFor()
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
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto('/')
  const notShown: string[] = []
  for (const [i, spans] of runs.entries()) {
    const wanted = normalized(visible(HOSTILE_STRINGS[i]!))
    for (const span of spans) {
      await visit(page, `/runs/${traceIds[i]}?span=${span.spanId}`)
      await page.locator(`#span-${span.spanId}.selected`).waitFor()
      await page.locator('details:not([open]) > summary').evaluateAll((folded) => {
        for (const summary of folded) (summary as HTMLElement).click()
      })
      const heading = normalized(await page.locator('.panel h2').innerText())
      const panel = normalized(await page.locator('.panel').innerText())
      if (heading !== wanted || panel.split(wanted).length < 4) notShown.push(JSON.stringify(HOSTILE_STRINGS[i]))
    }
    const foreign = await page.evaluate(foreignNodes)
    expect(foreign, HOSTILE_STRINGS[i]).toEqual([])
  }
  expect([...new Set(notShown)]).toEqual([])
  expect(trouble).toEqual([])
  await close()
}, 600_000)

/** Whitespace is the layout's. */
function normalized(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Goes on within the page, as a click does. */
async function visit(page: import('playwright-core').Page, to: string): Promise<void> {
  await page.evaluate((next) => {
    history.pushState(null, '', next)
    dispatchEvent(new PopStateEvent('popstate'))
  }, to)
}
