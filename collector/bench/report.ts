/** The figures as people read them: lines on a terminal, a table in the README. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Figure, Section } from './figure.ts'

export interface Ground {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly node: string
  /** Of the code that was measured; '-dirty' where files differ from it. '' outside a checkout. */
  readonly commit: string
  readonly command: string
}

export function ground(options: readonly string[]): Ground {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    commit: commit(),
    command: ['npm run bench', ...(options.length > 0 ? ['--', ...options] : [])].join(' '),
  }
}

export const groundText = ({ date, cpu, cores, memoryGiB, node, commit, command }: Ground): string =>
  `${date} UTC · ${cpu}, ${cores} cores, ${memoryGiB} GiB · Node ${node}${commit && ` · commit ${commit}`} · \`${command}\``

export function sectionText({ title, figures }: Section): string {
  const width = Math.max(...figures.map(({ name }) => name.length))
  const lines = figures.map((figure) => `  ${figure.name.padEnd(width)}  ${figure.value}${verdict(figure, '   ')}`)
  return `\n${title}\n${lines.join('\n')}\n`
}

const BEGIN = '<!-- results: written by `npm run bench -- --write` -->'
const END = '<!-- end of results -->'

/** Puts the tables between the marks of a Markdown file. */
export function writeResults(file: URL, where: Ground, sections: readonly Section[]): void {
  const text = readFileSync(file, 'utf8')
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (before < 0 || after < before) throw new Error(`${file.pathname} has no place for results`)
  const body = [groundText(where), ...sections.map(table)].join('\n\n')
  writeFileSync(file, `${text.slice(0, before)}${BEGIN}\n\n${body}\n\n${text.slice(after)}`)
}

function table({ title, figures }: Section): string {
  const rows = figures.map((figure) => `| ${figure.name} | ${figure.value} | ${verdict(figure, '')} |`)
  return [`**${title}**`, '', '| figure | measured | aim |', '| --- | --- | --- |', ...rows].join('\n')
}

function verdict({ aim, reached }: Figure, gap: string): string {
  return reached === null ? '' : `${gap}${aim} ${reached ? 'reached' : '**missed**'}`
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim()
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty')
  } catch {
    return ''
  }
}
