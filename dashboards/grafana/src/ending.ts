/** How runs ended, as the list of runs says it. */

const usual = "('', 'completed', 'tool_calls')"
const isWork = "kind IN ('agent', 'chain')"
/** Roots first, then what ended last; of what ended together what began first. */
const ending = "(parent_span_id = '', end_time, -toUnixTimestamp64Nano(start_time), span_id)"
/** The last of those spans that are not right below another of them; of it a column, '' without one. */
const last = (column: string, which: string): string =>
  `arrayReverseSort(arrayFilter(one -> NOT has(groupUniqArrayIf(span_id, ${which}), one.2), groupArrayIf((${ending}, parent_span_id, toString(${column})), ${which})))[1].3`
const entry = last('stop_reason', isWork)
const inner = last('stop_reason', "parent_span_id != '' AND stop_reason NOT IN ('', 'error')")
const root = "argMinIf(toString(stop_reason), (start_time, span_id), parent_span_id = '')"
const failed = `${last('status', isWork)} = 'error'`

/** The unusual word of what a root let in that has none itself, over all spans of a run; '': there is none. */
const below = `multiIf(${entry} NOT IN ${usual}, ${entry}, ${entry} = '' AND ${inner} NOT IN ${usual}, ${inner}, ${failed}, 'error', ${entry})`

/** Why a run stopped, over all of its spans; '': nobody said. */
export const stopReason = `if(${root} = '', ${below}, ${root})`

/** The root's status, over all spans of a run; `error` where it left its end to what it let in, and that failed. */
export const status = `if(${root} = '' AND ${failed}, 'error', anyIf(toString(status), parent_span_id = ''))`

/**
 * Runs with `failed`, and `ended`: the reason why they stopped, or their status. What a root that is no agent's let in is
 * looked at only where there are such roots; the run is of its workflow and agent.
 *
 * @param which a condition on runs
 */
export const endedRuns = (which: string): string => `(
      SELECT * FROM (
        SELECT runs.* EXCEPT (workflow, agent), if(runs.workflow = '', entry_workflow, toString(runs.workflow)) AS workflow,
          if(runs.agent = '', entry_agent, toString(runs.agent)) AS agent, if(word = '', toString(runs.stop_reason), word) AS reason,
          if(reason = '', toString(runs.status), reason) AS ended,
          runs.status = 'error' OR entry_failed OR reason NOT IN ('', 'completed', 'tool_calls', 'max_tokens') AS failed
        FROM (SELECT * FROM runs WHERE $__timeFilter(start_time)) AS runs LEFT JOIN (
          SELECT trace_id, ${below} AS word, ${failed} AS entry_failed, ${last('workflow', isWork)} AS entry_workflow,
            ${last('agent', isWork)} AS entry_agent
          FROM spans WHERE start_time >= $__fromTime AND trace_id IN (
            SELECT trace_id FROM runs WHERE $__timeFilter(start_time) AND stop_reason = '' AND kind NOT IN ('agent', 'chain'))
          GROUP BY trace_id) AS below USING (trace_id))
      WHERE ${which})`
