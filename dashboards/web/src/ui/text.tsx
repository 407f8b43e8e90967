import { visible } from '../visible.ts'

/** A line that somebody else wrote: a text node of its own direction, with nothing invisible in it. */
export function Text({ children, className, title }: { children: string; className?: string; title?: boolean }) {
  const text = visible(children)
  return (
    <bdi className={className} title={title === true ? text : undefined}>
      {text}
    </bdi>
  )
}
