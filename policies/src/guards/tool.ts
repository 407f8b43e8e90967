import type { Action } from './action.ts'
import type { Finding } from './finding.ts'
import { isAllowedHost } from './links.ts'
import type { Plan } from './policy.ts'

/** A tool that an agent is about to use. */
export interface ToolUse {
  /** As the agent calls it; tools of an MCP server as `server/tool`. */
  readonly name: string
  readonly args: unknown
}

export interface ToolVerdict {
  readonly action: Action
  readonly findings: readonly Finding[]
}

/**
 * Whether a tool may be used: its name by the lists of the policy (deny, then ask, then allow; with an allow list what is
 * not on it is refused), and the hosts of every URL in its arguments. What the arguments say is for `guard`.
 */
export function toolVerdict({ name, args }: ToolUse, { section: { tools } }: Plan): ToolVerdict {
  if (tools === undefined) return { action: 'allow', findings: [] }
  const say = (rule: string, why: string): Finding => ({
    guard: 'tool',
    type: 'TOOL',
    rule: `tool/${rule}`,
    start: 0,
    end: 0,
    score: 1,
    why,
  })
  const on = (list: readonly string[] | undefined) => list?.some((pattern) => isLike(name, pattern)) ?? false
  if (on(tools.deny))
    return { action: 'block', findings: [say('deny', `${name} is on the list of tools that are denied.`)] }
  if (tools.hosts !== undefined) {
    const host = hostsIn(args).find((each) => !isAllowedHost(each, tools.hosts ?? []))
    if (host !== undefined)
      return {
        action: 'block',
        // the host itself may carry what is to be hidden
        findings: [say('host', 'The arguments lead to a host that is not allowed.')],
      }
  }
  if (on(tools.ask)) return { action: 'ask', findings: [say('ask', `${name} is to be asked about.`)] }
  if (tools.allow !== undefined && !on(tools.allow))
    return { action: 'block', findings: [say('allow', `${name} is not on the list of tools that are allowed.`)] }
  return { action: 'allow', findings: [] }
}

/** Whether a name is like a pattern, whatever its case; `*` stands for anything. Linear: parts are looked for one after the other. */
export function isLike(name: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*')
  const small = name.toLowerCase()
  if (parts.length === 1) return small === parts[0]
  const first = parts[0] as string
  const last = parts.at(-1) as string
  if (!small.startsWith(first) || !small.endsWith(last) || small.length < first.length + last.length) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = small.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= small.length - last.length
}

/** Values looked through, so that a deep or wide argument cannot take all day. */
const MANY = 10_000
const url = /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s/@"'<>]{0,200}@)?(\[[0-9a-f:.]{2,45}\]|[^\s/:?#"'<>\\]{1,253})/gi

function hostsIn(args: unknown): string[] {
  const hosts: string[] = []
  const waiting: unknown[] = [args]
  for (let seen = 0; waiting.length > 0 && seen < MANY; seen++) {
    const value = waiting.pop()
    if (typeof value === 'string')
      for (const match of value.matchAll(url)) hosts.push((match[1] as string).toLowerCase())
    else if (typeof value === 'object' && value !== null) waiting.push(...Object.values(value).slice(0, MANY))
  }
  return hosts
}
