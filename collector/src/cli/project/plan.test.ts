import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findClients } from './clients.ts'
import { planOf } from './plan.ts'
import { readProject } from './project.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-project-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
}
const manifest = (dependencies: Readonly<Record<string, string>>, more: object = {}) =>
  JSON.stringify({ name: '@acme/shop', dependencies, ...more })
const codeOf = (url = 'http://127.0.0.1:4318') => {
  const project = readProject(dir) ?? expect.fail('no project')
  return planOf(project, findClients(dir), url).steps.flatMap(({ code }) => code)
}

describe('a project', () => {
  test('of TypeScript with an OpenAI client: the very line to change', () => {
    write({
      'package.json': manifest({ openai: '^7.0.0' }, { type: 'module' }),
      'tsconfig.json': '{}',
      'src/llm.ts': "import OpenAI from 'openai'\n\nexport const openai = new OpenAI({ maxRetries: 0 })\n",
      'src/llm.test.ts': 'new OpenAI()',
      'node_modules/x/index.js': 'new OpenAI()',
      'dist/llm.js': 'new OpenAI()',
    })
    expect(codeOf()).toEqual([
      'npm install @outrider/sdk @opentelemetry/api',
      "import { outrider } from '@outrider/sdk'",
      "outrider.start({ service: 'shop', onUnavailable: 'allow' })",
      'export const openai = outrider.wrap(new OpenAI({ maxRetries: 0 })) // src/llm.ts:3',
    ])
  })

  test('of CommonJS with pnpm, another collector, and no line that is seen', () => {
    write({ 'package.json': manifest({ '@anthropic-ai/sdk': '1' }), 'pnpm-lock.yaml': '' })
    expect(codeOf('http://collector:4318')).toEqual([
      'pnpm add @outrider/sdk @opentelemetry/api',
      "const { outrider } = require('@outrider/sdk')",
      "outrider.start({ service: 'shop', collector: 'http://collector:4318', onUnavailable: 'allow' })",
      'const anthropic = outrider.wrap(new Anthropic())',
    ])
  })

  test.each([
    ['ai', ["import { middleware } from '@outrider/sdk/ai'", "import { wrapLanguageModel } from 'ai'"]],
    ['@langchain/langgraph', ["import { governed, handler } from '@outrider/sdk/langchain'"]],
    [
      '@openai/agents',
      [
        "import { governed, processor } from '@outrider/sdk/openai-agents'",
        'setDefaultModelProvider(governed(new OpenAIProvider())) // asks before it spends',
      ],
    ],
    ['@mastra/core', ["import { exporter } from '@outrider/sdk/mastra'"]],
    ['@modelcontextprotocol/sdk', ["import { governed } from '@outrider/sdk/mcp'"]],
  ])('with %s', (name, lines) => {
    write({ 'package.json': manifest({ [name]: '1', '@outrider/sdk': '0.1.0' }, { type: 'module' }) })
    expect(codeOf()).toEqual(expect.arrayContaining(lines))
    expect(codeOf().join()).not.toContain('install')
  })

  test('that has it all already is told only where it starts', () => {
    write({
      'package.json': manifest({ openai: '7', '@outrider/sdk': '0.1.0' }, { type: 'module' }),
      'app.js': 'const openai = outrider.wrap(new OpenAI())',
    })
    expect(codeOf()).toHaveLength(2)
  })

  test('of Python: the variables', () => {
    write({ 'requirements.txt': 'openai' })
    expect(codeOf()).toEqual([
      'export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318',
      'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    ])
  })

  test('with nothing that is known: the verbs', () => {
    write({ 'package.json': manifest({ express: '5' }) })
    expect(codeOf().join('\n')).toContain('outrider.guard(')
  })

  test.each([['{ broken'], ['[]'], ['null'], ['{"dependencies": 7, "name": 3}']])('with package.json %s', (text) => {
    write({ 'package.json': text })
    expect(codeOf()).toContain("outrider.start({ service: 'app', onUnavailable: 'allow' })")
  })

  test('that is none', () => {
    write({ 'README.md': '' })
    expect(readProject(dir)).toBeNull()
  })
})

describe('a client', () => {
  test.each([
    ['const a = new OpenAI()', 'const a = outrider.wrap(new OpenAI())'],
    [
      'return new Anthropic({ apiKey: key() }).messages',
      'return outrider.wrap(new Anthropic({ apiKey: key() })).messages',
    ],
    ['const a = new AzureOpenAI({', 'const a = outrider.wrap(new AzureOpenAI({ … )'],
    ['const a = outrider.wrap(new GoogleGenAI({ apiKey }))', 'const a = outrider.wrap(new GoogleGenAI({ apiKey }))'],
  ])('%s', (line, wrapped) => {
    write({ 'a.mjs': line })
    expect(findClients(dir)).toEqual([{ file: 'a.mjs', line: 1, now: line, wrapped }])
  })

  test.each(['// new OpenAI()', 'class A extends OpenAI {}', 'new OpenAIEmbeddings()'])('%s is none', (line) => {
    write({ 'a.ts': line })
    expect(findClients(dir)).toEqual([])
  })
})
