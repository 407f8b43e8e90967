import type { Finding } from './finding.ts'

/** Hosts that may be linked: `docs.acme.com`, or `.acme.com` for it and everything below. */
export function isAllowedHost(host: string, allow: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return allow.some((entry) => {
    const each = entry.toLowerCase()
    return each.startsWith('.') ? name === each.slice(1) || name.endsWith(each) : name === each
  })
}

const shapes: readonly { readonly rule: string; readonly shape: RegExp; readonly why: string }[] = [
  {
    rule: 'links/image',
    shape: /!\[[^\]\n]{0,200}\]\(\s{0,4}([^)\s]{1,2048})[^)\n]{0,200}\)/g,
    why: 'An image that a viewer would fetch from outside, and with it what stands in its address.',
  },
  {
    rule: 'links/link',
    shape: /(?<!!)\[[^\]\n]{1,200}\]\(\s{0,4}([^)\s]{1,2048})[^)\n]{0,200}\)/g,
    why: 'A link whose text need not be where it leads.',
  },
  { rule: 'links/reference', shape: /^\s{0,3}\[[^\]\n]{1,100}\]:\s{0,8}(\S{1,2048})/gm, why: 'A link by reference.' },
  {
    rule: 'links/html',
    shape: /<(?:img|iframe|script|object|embed|link|meta|form|svg|video|audio|source|base|a)\b[^>]{0,2048}>/gi,
    why: 'Markup that loads or runs something from outside.',
  },
  {
    rule: 'links/scheme',
    shape: /\b(?:javascript|vbscript|data):[^\s"'<>)]{1,2048}/gi,
    why: 'An address that runs or carries content itself.',
  },
]

/** Links and markup of an answer that leave to hosts which are not allowed. */
export function linksIn(text: string, allow: readonly string[]): Finding[] {
  if (!/[[<:]/.test(text)) return []
  const found: Finding[] = []
  for (const { rule, shape, why } of shapes) {
    for (const match of text.matchAll(shape)) {
      const target =
        match[1] ?? /(?:src|href|data|action|content)\s{0,4}=\s{0,4}["']?([^"'\s>]{1,2048})/i.exec(match[0])?.[1] ?? ''
      const host = /^(?:[a-z][a-z0-9+.-]{0,20}:)?\/\/(?:[^/@\s]{0,200}@)?([^/:?#\s]{1,253})/i.exec(target)?.[1]
      const isLocal =
        host === undefined &&
        rule !== 'links/scheme' &&
        rule !== 'links/html' &&
        !/^[a-z][a-z0-9+.-]{0,20}:/i.test(target)
      if (isLocal || (host !== undefined && isAllowedHost(host, allow))) continue
      found.push({
        guard: 'tool',
        type: 'LINK',
        rule,
        start: match.index,
        end: match.index + match[0].length,
        score: 0.9,
        why,
      })
    }
  }
  return found
}
