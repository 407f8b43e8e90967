import type { Score } from '../api.ts'
import { Text } from '../ui/text.tsx'

/** What evaluators and people said, one line a score: name, value and word for it, who judged, and why. */
export function ScoreList({ scores }: { scores: readonly Score[] }) {
  return (
    <ul className="scores">
      {scores.map((score) => (
        <li key={JSON.stringify([score.name, score.source])}>
          <span className="tag">
            <Text>{score.name}</Text>
          </span>{' '}
          <strong className="num">{Number(score.value.toPrecision(4))}</strong>{' '}
          {score.label !== null && <Text>{score.label}</Text>}
          {score.source !== null && (
            <span className="muted">
              {' by '}
              <Text>{score.source}</Text>
            </span>
          )}
          {score.explanation !== null && (
            <p className="muted">
              <Text>{score.explanation}</Text>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
