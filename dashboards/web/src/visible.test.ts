import { expect, test } from 'vitest'
import { visible } from './visible.ts'

test.each([
  ['plain text', 'plain text'],
  ['line\nbreak\ttab', 'line\nbreak\ttab'],
  ['日本語 العربية עברית 😀 é', '日本語 العربية עברית 😀 é'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['\u202Egnp.exe', '⟨U+202E⟩gnp.exe'],
  ['a\u200Bb\uFEFFc', 'a⟨U+200B⟩b⟨U+FEFF⟩c'],
  ['\u0000\u001B[31m', '⟨U+0000⟩⟨U+001B⟩[31m'],
  ['\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
  ['\u{E0041}', '⟨U+E0041⟩'],
])('%j reads %j', (text, seen) => {
  expect(visible(text)).toBe(seen)
})
