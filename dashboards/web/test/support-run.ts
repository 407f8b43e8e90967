/** A believable run of four agents, as telemetry: what the tests read and the README's screenshots show. */
import { newSpanId, newTraceId, type OtlpSpan, type Value } from './otlp.ts'

export interface SupportRun {
  readonly traceId: string
  readonly spans: readonly OtlpSpan[]
  /** Span IDs by what they are called in the tests. */
  readonly ids: Readonly<Record<'root' | 'triage' | 'firstCall' | 'failedSearch' | 'orphan', string>>
}

export interface SupportRunSettings {
  readonly user?: string
  readonly workflow?: string
  /** Everything takes this many times as long. @default 1 */
  readonly pace?: number
  /** Why it stopped; anything but `completed` fails it. @default completed */
  readonly stop?: string
}

export function supportRun(startMs: number, settings: SupportRunSettings = {}): SupportRun {
  const { user = 'ada@acme.example', workflow = 'support-triage', pace = 1, stop = 'completed' } = settings
  const traceId = newTraceId()
  const spans: OtlpSpan[] = []
  const common = { 'user.id': user, 'gen_ai.conversation.id': 'ticket-4711', 'gen_ai.workflow.name': workflow }

  function add(
    name: string,
    parentSpanId: string | null,
    from: number,
    ms: number,
    attributes: Record<string, Value>,
    error?: string,
  ) {
    const spanId = newSpanId()
    spans.push({
      traceId,
      spanId,
      ...(parentSpanId === null ? {} : { parentSpanId }),
      name,
      startMs: startMs + from * pace,
      durationMs: ms * pace,
      attributes: {
        ...common,
        ...attributes,
        ...(error === undefined ? {} : { 'error.type': error.split(':')[0] ?? error }),
      },
      ...(error === undefined ? {} : { error }),
    })
    return spanId
  }
  const agent = (name: string, from: number, ms: number, stop = 'completed', error?: string) =>
    add(
      `invoke_agent ${name}`,
      root,
      from,
      ms,
      { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name, 'outrider.stop_reason': stop },
      error,
    )
  const call = (
    parent: string,
    from: number,
    ms: number,
    input: number,
    output: number,
    said: Value,
    more: Record<string, Value> = {},
  ) =>
    add(`chat ${more['gen_ai.request.model'] ?? 'gpt-4o-mini'}`, parent, from, ms, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.max_tokens': 1024,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      'gen_ai.usage.cache_read.input_tokens': Math.floor(input / 3),
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': ms / 4000,
      'gen_ai.request.stream': true,
      'gen_ai.input.messages': JSON.stringify(QUESTION),
      'gen_ai.output.messages': JSON.stringify([said]),
      'server.address': '127.0.0.1',
      ...more,
    })
  const tool = (
    name: string,
    parent: string,
    from: number,
    ms: number,
    more: Record<string, Value> = {},
    error?: string,
  ) =>
    add(
      `execute_tool ${name}`,
      parent,
      from,
      ms,
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.arguments': '{"customer":"c_982","month":"2026-10"}',
        ...(error === undefined
          ? { 'gen_ai.tool.call.result': '{"invoices":[{"id":"in_1","usd":49},{"id":"in_2","usd":49}]}' }
          : {}),
        ...more,
      },
      error,
    )

  const root = add(
    workflow,
    null,
    0,
    18_420,
    { 'gen_ai.operation.name': 'invoke_workflow', 'outrider.stop_reason': stop, 'outrider.tags': ['vip', 'billing'] },
    stop === 'completed' ? undefined : `${stop}: the run was stopped`,
  )
  const triage = agent('triage', 12, 2140)
  const firstCall = call(triage, 20, 1320, 812, 64, CALLS_LOOKUP, { 'gen_ai.response.finish_reasons': ['tool_calls'] })
  const lookup = tool('lookup_customer', triage, 1360, 310)
  add('GET', lookup, 1370, 280, { 'http.request.method': 'GET', 'url.full': 'http://crm.internal/customers/c_982' })
  const research = agent('research', 2170, 7920)
  const retrieval = add('retrieval knowledge-base', research, 2190, 240, {
    'gen_ai.operation.name': 'retrieval',
    'gen_ai.retrieval.query.text': 'double charge refund policy',
    'gen_ai.retrieval.documents':
      '[{"id":"kb-12","score":0.91,"content":"Double charges are refunded within 30 days."}]',
  })
  add('embeddings text-embedding-3-small', retrieval, 2195, 88, {
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'text-embedding-3-small',
    'gen_ai.usage.input_tokens': 19,
  })
  call(research, 2450, 2410, 2210, 402, says('Two charges of $49.00 on 3 October. Searching the orders.'))
  const failedSearch = tool(
    'search_orders',
    research,
    4880,
    1502,
    { 'outrider.attempt': 1 },
    'TimeoutError: search_orders gave no answer in 1500 ms',
  )
  tool('search_orders', research, 6400, 620, { 'outrider.attempt': 2, 'outrider.retry_of': failedSearch })
  call(research, 7050, 2980, 3120, 655, says('Order o_77 was charged twice; the second charge has no order.'), {
    'gen_ai.request.model': 'acme-large',
    'gen_ai.provider.name': 'acme',
    'gen_ai.response.finish_reasons': ['length'],
  })
  const resolution = agent('resolution', 10_110, 6020)
  call(resolution, 10_130, 3120, 3980, 512, says('I will refund in_2.'))
  tool('refund', resolution, 13_270, 890)
  call(resolution, 14_180, 1900, 4510, 240, says('Refunded $49.00 to the card ending in 4242.'))
  const review = agent('review', 16_150, 2260, 'max_turns')
  call(review, 16_230, 1980, 1240, 120, says('The answer names the amount and the card. Good to send.'))
  const orphan = add('write audit note', newSpanId(), 18_000, 300, {})
  return { traceId, spans, ids: { root, triage, firstCall, failedSearch, orphan } }
}

const QUESTION = [
  {
    role: 'system',
    parts: [
      {
        type: 'text',
        content: 'You triage support tickets: billing, bug or how-to. Look customers up before you answer.',
      },
    ],
  },
  {
    role: 'user',
    parts: [
      {
        type: 'text',
        content: 'Hi, I was charged twice for October and the invoice PDF is blank.\n\nCan you refund one of them?',
      },
    ],
  },
]

const CALLS_LOOKUP = {
  role: 'assistant',
  parts: [
    { type: 'text', content: 'This is about billing. Let me look you up.' },
    { type: 'tool_call', id: 'call_1', name: 'lookup_customer', arguments: { customer: 'c_982', month: '2026-10' } },
  ],
}

function says(text: string): Value {
  return { role: 'assistant', parts: [{ type: 'text', content: text }] }
}
