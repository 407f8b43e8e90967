/**
 * Runs of agents as an application with the OpenTelemetry SDK tells them: 20 spans of 20 attributes each, the same ones
 * for the same seed. What every measurement here is fed with, so that all speak of the same data.
 */
import { attribute } from '@outrider/sdk/attributes'
import type { RawSpan } from '../src/receive/raw.ts'
import type { Attributes, AttributeValue, SpanEvent } from '../src/span.ts'
import { createChance } from './chance.ts'

/**
 * Spans of the run that starts at `startNs`, in the order in which they ended, as a batch processor sends them.
 * @param turns how many agents take a turn; three, and a run of 20 spans, unless told.
 */
export type NextRun = (startNs: bigint, service?: number, turns?: number) => RawSpan[]

export const SPANS_PER_RUN = 20
export const SERVICES = ['support-desk', 'research', 'code-review', 'billing'] as const

const workflows = [
  'refund',
  'triage',
  'summarise',
  'release-notes',
  'invoice-check',
  'lead-scoring',
  'audit',
  'onboard',
]
const agents = [
  ...['router', 'planner', 'researcher', 'writer', 'critic', 'resolver', 'translator', 'analyst'],
  ...['retriever', 'extractor', 'classifier', 'validator', 'negotiator', 'scheduler', 'coder', 'reviewer'],
  ...['tester', 'auditor', 'summariser', 'escalator', 'pricer', 'matcher', 'forecaster', 'closer'],
]
const models = [
  ['openai', 'gpt-4o', 'gpt-4o-2024-08-06'],
  ['openai', 'gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['openai', 'gpt-4.1', 'gpt-4.1-2025-04-14'],
  ['anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
  ['anthropic', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
  ['gcp.gemini', 'gemini-2.5-flash', 'gemini-2.5-flash'],
  ['mistral_ai', 'mistral-small-latest', 'mistral-small-2506'],
  ['acme', 'acme-7b', 'acme-7b-v2'],
] as const
const tools = [
  ...[
    'search_orders',
    'get_customer',
    'create_refund',
    'send_email',
    'query_sql',
    'web_search',
    'read_file',
    'run_tests',
  ],
  ...[
    'list_invoices',
    'post_comment',
    'open_ticket',
    'convert_currency',
    'geocode',
    'fetch_url',
    'calendar',
    'grep_code',
  ],
]
const failures = ['timeout', 'rate_limit_exceeded', '500', 'invalid_arguments'] as const
const words =
  'the order was placed on monday and customer asks for a refund because parcel arrived damaged please check invoice against contract then write short answer with next step policy allows thirty days when item is returned unopened agent found three similar tickets closed last week by team lead result contains total amount currency and delivery date tool returned no rows try another query summary of meeting follows'.split(
    ' ',
  )

const resources = SERVICES.map(
  (service): Attributes => ({
    'service.name': service,
    'service.version': '4.12.0',
    'service.instance.id': `${service}-7d9c5b6f4-x2k8p`,
    'deployment.environment.name': 'production',
    'host.name': 'ip-10-0-31-7',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': '2.1.0',
  }),
)
const scope = { name: 'agent-framework', version: '1.8.2' }

export function createAgentRuns(seed: number): NextRun {
  const { below, hex, pick } = createChance(seed)

  /** About 64 bytes. */
  const sentence = (): string => {
    let text = pick(words)
    while (text.length < 58) text += ` ${pick(words)}`
    return text
  }
  const message = (role: string, finish?: string) =>
    JSON.stringify([{ role, parts: [{ type: 'text', content: sentence() }], ...(finish && { finish_reason: finish }) }])

  return (startNs, service = below(SERVICES.length), turns = 3) => {
    const traceId = hex(32)
    const workflow = workflows[service * 2 + below(2)]!
    const shared = {
      [attribute.workflow]: workflow,
      [attribute.session]: `conv_${hex(24)}`,
      [attribute.user]: `user-${below(20_000)}`,
      [attribute.promptVersion]: `v${3 + below(4)}`,
      'thread.id': 1 + below(8),
    }
    const spans: RawSpan[] = []
    let clock = startNs

    /** A span around `inside`; its length is what is inside and `ownMs` more. */
    const span = (
      parentSpanId: string | null,
      name: string,
      spanKind: number,
      ownMs: number,
      attributes: Record<string, AttributeValue>,
      inside?: (spanId: string) => void,
    ): void => {
      const spanId = hex(16)
      const start = clock
      clock += BigInt(Math.round(ownMs * 5e5) + below(1000))
      inside?.(spanId)
      clock += BigInt(Math.round(ownMs * 5e5) + below(1000))
      const failed = spanKind !== 1 ? below(50) === 0 : inside === undefined && below(20) === 0
      if (failed) attributes[attribute.errorType] = pick(failures)
      spans.push({
        traceId,
        spanId,
        parentSpanId,
        name,
        spanKind,
        startNs: start,
        endNs: clock,
        statusCode: failed ? 2 : 0,
        statusMessage: failed ? `${attributes[attribute.errorType]} after ${Math.round(ownMs)} ms` : '',
        attributes,
        resource: resources[service]!,
        scope,
        events: failed ? [failure(clock, attributes[attribute.errorType] as string)] : [],
        links: [],
        cut: {},
        warnings: [],
      })
    }

    const chat = (parent: string, agent: string, model: (typeof models)[number], finish: string): void => {
      const [provider, requested, served] = model
      const input = 200 + below(6000)
      span(parent, `chat ${requested}`, 3, 400 + below(4000), {
        [attribute.operation]: 'chat',
        ...shared,
        [attribute.agent]: agent,
        [attribute.provider]: provider,
        [attribute.requestModel]: requested,
        [attribute.responseModel]: served,
        [attribute.responseId]: `chatcmpl-${hex(24)}`,
        [attribute.finishReasons]: [finish],
        [attribute.inputTokens]: input,
        [attribute.outputTokens]: 20 + below(800),
        [attribute.cacheReadTokens]: below(3) === 0 ? input >> 1 : 0,
        [attribute.maxTokens]: 1024,
        'gen_ai.request.temperature': 0.2,
        'server.address': `api.${provider}.example`,
        [attribute.inputMessages]: message('user'),
        [attribute.outputMessages]: message('assistant', finish),
      })
    }

    /** Each agent has three tools of its own. */
    const tool = (parent: string, agent: string): void => {
      const name = tools[(agents.indexOf(agent) * 3 + below(3)) % tools.length]!
      span(parent, `execute_tool ${name}`, 1, 10 + below(600), {
        [attribute.operation]: 'execute_tool',
        ...shared,
        [attribute.agent]: agent,
        [attribute.toolName]: name,
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.description': `Calls ${name} of the ${SERVICES[service]} back end.`,
        [attribute.toolCallId]: `call_${hex(24)}`,
        [attribute.toolArguments]: JSON.stringify({ query: sentence() }),
        [attribute.toolResult]: sentence(),
        'code.function.name': name,
        'code.file.path': `src/tools/${name}.ts`,
        'server.address': `${SERVICES[service]}.internal.example`,
        'server.port': 8443,
        'rpc.system': 'http',
        'network.protocol.version': '1.1',
        'outrider.attempt': 1,
      })
    }

    const retrieval = (parent: string, agent: string): void => {
      const index = `${SERVICES[service]}-docs`
      span(parent, `retrieval ${index}`, 3, 5 + below(90), {
        [attribute.operation]: 'retrieval',
        ...shared,
        [attribute.agent]: agent,
        [attribute.dataSource]: index,
        [attribute.retrievalQuery]: sentence(),
        [attribute.retrievalTopK]: 5,
        [attribute.retrievalDocuments]: JSON.stringify([{ id: `doc-${below(9000)}`, score: below(1000) / 1000 }]),
        'db.system.name': 'postgresql',
        'db.namespace': SERVICES[service]!,
        'db.collection.name': index,
        'db.operation.name': 'SELECT',
        'server.address': 'vectors.internal.example',
        'server.port': 5432,
        'code.function.name': 'search',
        'code.file.path': 'src/retrieval/search.ts',
        'network.transport': 'tcp',
      })
    }

    const agent = (parent: string, work: (spanId: string, name: string, model: (typeof models)[number]) => void) => {
      const number = service * 6 + below(6)
      const name = agents[number]!
      // a model of its own, now and then the one it falls back to
      const model = models[(number + (below(20) === 0 ? 1 : 0)) % models.length]!
      span(
        parent,
        `invoke_agent ${name}`,
        1,
        5,
        {
          [attribute.operation]: 'invoke_agent',
          ...shared,
          [attribute.agent]: name,
          'gen_ai.agent.id': `asst_${name}`,
          [attribute.agentVersion]: '2.3.1',
          'gen_ai.agent.description': `The ${name} of ${SERVICES[service]}.`,
          [attribute.provider]: model[0],
          [attribute.requestModel]: model[1],
          'gen_ai.output.type': 'text',
          'gen_ai.request.temperature': 0.2,
          [attribute.configVersion]: '2026-11',
          'code.function.name': 'invoke',
          'code.file.path': `src/agents/${name}.ts`,
          [attribute.input]: sentence(),
          [attribute.output]: sentence(),
          [attribute.stopReason]: 'completed',
        },
        (spanId) => work(spanId, name, model),
      )
    }

    const root = {
      [attribute.operation]: 'invoke_workflow',
      ...shared,
      [attribute.tags]: ['production', workflow],
      [attribute.configVersion]: '2026-11',
      [attribute.promptName]: `${workflow}-main`,
      [attribute.stopReason]: 'completed',
      'http.request.method': 'POST',
      'http.route': `/v1/${workflow}`,
      'http.response.status_code': 200,
      'url.scheme': 'https',
      'server.address': `${SERVICES[service]}.example`,
      'server.port': 443,
      'code.function.name': 'handle',
      'code.file.path': `src/workflows/${workflow}.ts`,
      [attribute.input]: sentence(),
      [attribute.output]: sentence(),
    }
    span(null, `invoke_workflow ${workflow}`, 1, 8, root, (run) => {
      for (let turn = 0; turn < turns; turn++) {
        agent(run, (id, name, model) => {
          // every third looks something up first
          if (turn % 3 === 1) retrieval(id, name)
          chat(id, name, model, 'tool_calls')
          tool(id, name)
          if (turn % 3 !== 1) chat(id, name, model, 'tool_calls')
          tool(id, name)
          chat(id, name, model, 'stop')
        })
      }
      chat(run, agents[service * 6]!, models[service]!, 'stop')
    })
    return spans
  }
}

const failure = (timeNs: bigint, type: string): SpanEvent => ({
  timeNs,
  name: 'exception',
  attributes: { 'exception.type': type, 'exception.message': `${type}: the call did not end well` },
})
