/** What a project is to add. Pure: project in, lines out. */
import type { ClientLine } from './clients.ts'
import type { Project } from './project.ts'

interface Step {
  readonly what: string
  /** To be copied. */
  readonly code: readonly string[]
}

export interface Plan {
  /** Packages that the steps are for. */
  readonly found: readonly string[]
  readonly steps: readonly Step[]
}

const CLIENTS = ['openai', '@anthropic-ai/sdk', '@google/genai'] as const

interface Framework {
  readonly name: string
  readonly packages: readonly string[]
  /** Modules, and the names that the code takes from them. */
  readonly takes: readonly (readonly [module: string, names: string])[]
  readonly code: readonly string[]
}

const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'Vercel AI SDK: seen as it is; one line for every model that is to keep budgets',
    packages: ['ai'],
    takes: [
      ['ai', 'wrapLanguageModel'],
      ['@outrider/sdk/ai', 'middleware'],
    ],
    code: ["const model = wrapLanguageModel({ model: openai('gpt-4o'), middleware: middleware() })"],
  },
  {
    name: 'LangChain and LangGraph',
    packages: ['@langchain/core', '@langchain/langgraph', 'langchain'],
    takes: [['@outrider/sdk/langchain', 'governed, handler']],
    code: [
      "const model = governed(new ChatOpenAI({ model: 'gpt-4o' })) // asks before it spends",
      'await graph.invoke(input, { callbacks: [handler()] }) // shows the run, its agents and tools',
    ],
  },
  {
    name: 'OpenAI Agents',
    packages: ['@openai/agents', '@openai/agents-core'],
    takes: [
      ['@openai/agents', 'addTraceProcessor, OpenAIProvider, setDefaultModelProvider'],
      ['@outrider/sdk/openai-agents', 'governed, processor'],
    ],
    code: [
      'setDefaultModelProvider(governed(new OpenAIProvider())) // asks before it spends',
      'addTraceProcessor(processor()) // shows runs, agents and tools',
    ],
  },
  {
    name: 'Mastra',
    packages: ['@mastra/core', '@mastra/observability'],
    takes: [
      ['@mastra/observability', 'Observability'],
      ['@outrider/sdk/mastra', 'exporter'],
    ],
    code: [
      'const observability = new Observability({ configs: { default: { serviceName, exporters: [exporter()] } } })',
    ],
  },
  {
    name: 'MCP: tool calls that ask',
    packages: ['@modelcontextprotocol/sdk'],
    takes: [['@outrider/sdk/mcp', 'governed']],
    code: ['const client = governed(mcpClient)'],
  },
]

export function planOf(project: Project, clients: readonly ClientLine[], url: string): Plan {
  if (project.language === 'python') return { found: ['python'], steps: [overOtlp(url)] }
  const names = [...project.packages.keys()]
  const frameworks = FRAMEWORKS.filter(({ packages }) => packages.some((name) => project.packages.has(name)))
  const open = clients.filter(({ now, wrapped }) => now !== wrapped)
  const makes = CLIENTS.filter((name) => project.packages.has(name))
  const install = project.packages.has('@outrider/sdk') ? [] : [installing(project)]
  return {
    found: names.filter(
      (name) => makes.includes(name as never) || frameworks.some(({ packages }) => packages.includes(name)),
    ),
    steps: [
      ...install,
      starting(project, url),
      ...(open.length > 0 ? [{ what: 'Around each client', code: open.map(place) }] : []),
      ...(open.length === 0 && clients.length === 0 && makes.length > 0 ? [wrapping(makes)] : []),
      ...frameworks.map((one) => framework(project, one)),
      ...(makes.length + frameworks.length === 0 ? [byHand()] : []),
    ],
  }
}

const installing = ({ install }: Project): Step => ({
  what: 'Install',
  code: [`${install} @outrider/sdk @opentelemetry/api`],
})

const take = ({ modules }: Project, names: string, from: string): string =>
  modules === 'esm' ? `import { ${names} } from '${from}'` : `const { ${names} } = require('${from}')`

function starting(project: Project, url: string): Step {
  const settings = [
    `service: '${project.name?.replace(/^@[^/]*\//, '').replaceAll("'", '') || 'app'}'`,
    ...(url === 'http://127.0.0.1:4318' ? [] : [`collector: '${url}'`]),
    "onUnavailable: 'allow'",
  ]
  return {
    what: "Where the application starts ('deny' instead of 'allow' keeps every budget while the collector is away)",
    code: [take(project, 'outrider', '@outrider/sdk'), `outrider.start({ ${settings.join(', ')} })`],
  }
}

const place = ({ file, line, wrapped }: ClientLine): string => `${wrapped} // ${file}:${line}`

const CONSTRUCTORS: Readonly<Record<(typeof CLIENTS)[number], string>> = {
  openai: 'const openai = outrider.wrap(new OpenAI())',
  '@anthropic-ai/sdk': 'const anthropic = outrider.wrap(new Anthropic())',
  '@google/genai': 'const google = outrider.wrap(new GoogleGenAI({ apiKey }))',
}

const wrapping = (makes: readonly (typeof CLIENTS)[number][]): Step => ({
  what: 'Around each client, wherever it is made',
  code: makes.map((name) => CONSTRUCTORS[name]),
})

const framework = (project: Project, { name, takes, code }: Framework): Step => ({
  what: name,
  code: [...takes.map(([module, names]) => take(project, names, module)), ...code],
})

const byHand = (): Step => ({
  what: 'No client or framework that is known: put a run around the work, and guard around each call',
  code: [
    "await outrider.run('answer', { user: userId }, () => work())",
    "await outrider.guard({ provider: 'openai', model: 'gpt-4o', input }, (call) => ask(call))",
  ],
})

const overOtlp = (url: string): Step => ({
  what: 'Python: every OpenTelemetry instrumentation (OpenLLMetry, OpenInference, Logfire …) sends here by these variables',
  code: [`export OTEL_EXPORTER_OTLP_ENDPOINT=${url}`, 'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'],
})
