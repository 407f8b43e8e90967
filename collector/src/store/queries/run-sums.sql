-- What claimed runs add up to, by the same words as reads of their spans.
INSERT INTO run_sums (
  tenant, day, trace_id, start_time, first_bucket, last_bucket, arrived, made_at, gone, workflows,
  workflow, outcome, root_status, root_stop_reason, run_ms, cost_nano,
  agents.agent, agents.turns, agents.failed_turns, agents.calls, agents.failed_calls, agents.input_tokens, agents.output_tokens,
  agents.unpriced_calls, agents.cost_nano, agents.last_seen_ms, agents.latencies_ms,
  handoffs.is_start, handoffs.caller, handoffs.callee, handoffs.calls, handoffs.failed_calls, handoffs.cost_nano, handoffs.latencies_ms,
  spent_from, spent_to,
  spent.day, spent.workflow, spent.user_id, spent.agent, spent.provider, spent.model, spent.is_unpriced,
  spent.told_calls, spent.told_input_tokens, spent.told_output_tokens, spent.last_ms,
  spent.spends, spent.calls, spent.input_tokens, spent.output_tokens, spent.cost_nano
)
WITH
  claimed AS (
    SELECT tenant, day, trace_id, start_time, first_bucket, last_bucket, arrived, workflows FROM run_sums
    WHERE day >= {fromDay:Date} AND day <= {toDay:Date} AND made_at = {at:DateTime64(3, 'UTC')} AND gone
    LIMIT 1 BY trace_id
  ),
  (
    SELECT (groupArray(trace_id), [], groupUniqArrayArray(range(intDiv(first_bucket, 6), intDiv(last_bucket, 6) + 1)), [])
    FROM claimed
  ) AS live,
  -- whose calls they are that do not tell
  named AS (
    SELECT trace_id, groupUniqArrayArray(runs.workflows) AS run_workflows, groupUniqArrayArray(runs.users) AS run_users
    FROM runs
    WHERE hour IN (SELECT arrayJoin(live.3)) AND trace_id IN (SELECT arrayJoin(live.1))
    GROUP BY trace_id
  ),
  once AS (
    SELECT
      trace_id, tenant, start_time, workflow, user_id, agent, provider, request_model, response_model, cost_source,
      input_tokens, output_tokens, cost_nano, kind, counted
    FROM spans FINAL
    WHERE {{live-spans}}
    -- sent again with another start it is two rows for good: only the later counts
    ORDER BY received_at DESC
    LIMIT 1 BY tenant, trace_id, span_id
  )
SELECT
  c.tenant, c.day, c.trace_id, c.start_time, c.first_bucket, c.last_bucket, c.arrived,
  addMilliseconds({at:DateTime64(3, 'UTC')}, 1), 0, c.workflows,
  workflow_of, told_outcome, root_status, root_stop_reason, run_ms, run_cost,
  agent_names, agent_turns, agent_failed_turns, agent_calls, agent_failed_calls, agent_input_tokens, agent_output_tokens,
  agent_unpriced_calls, agent_cost, agent_last_seen_ms, agent_latencies,
  handoff_is_start, handoff_caller, handoff_callee, handoff_calls, handoff_failed_calls, handoff_cost, handoff_latencies,
  spent_first, spent_last,
  spent_days, spent_workflows, spent_users, spent_agents, spent_providers, spent_models, spent_is_unpriced,
  spent_told_calls, spent_told_input_tokens, spent_told_output_tokens, spent_last_ms,
  spent_spends, spent_calls, spent_input_tokens, spent_output_tokens, spent_cost
FROM claimed AS c
INNER JOIN (
{{run-roots}}
) AS roots USING (trace_id)
LEFT JOIN (
  SELECT
    trace_id,
    groupArray(agent) AS agent_names,
    groupArray(run_turns) AS agent_turns,
    groupArray(run_failed_turns) AS agent_failed_turns,
    groupArray(run_calls) AS agent_calls,
    groupArray(run_failed_calls) AS agent_failed_calls,
    groupArray(run_input_tokens) AS agent_input_tokens,
    groupArray(run_output_tokens) AS agent_output_tokens,
    groupArray(run_unpriced_calls) AS agent_unpriced_calls,
    arrayMap(one -> one.1, groupArray(tuple(run_cost))) AS agent_cost,
    groupArray(run_last_seen_ms) AS agent_last_seen_ms,
    groupArray(run_latencies) AS agent_latencies
  FROM (
{{run-agents}}
  )
  GROUP BY trace_id
) AS agents_of USING (trace_id)
LEFT JOIN (
  SELECT
    trace_id,
    groupArray(is_start) AS handoff_is_start,
    groupArray(caller) AS handoff_caller,
    groupArray(callee) AS handoff_callee,
    groupArray(run_calls) AS handoff_calls,
    groupArray(run_failed_calls) AS handoff_failed_calls,
    arrayMap(one -> one.1, groupArray(tuple(run_cost))) AS handoff_cost,
    groupArray(run_latencies) AS handoff_latencies
  FROM (
{{run-handoffs}}
  )
  GROUP BY trace_id
) AS handoffs_of USING (trace_id)
LEFT JOIN (
  SELECT
    trace_id,
    min(first_start) AS spent_first,
    max(last_start) AS spent_last,
    groupArray(day) AS spent_days,
    groupArray(workflow) AS spent_workflows,
    groupArray(user_id) AS spent_users,
    groupArray(agent) AS spent_agents,
    groupArray(provider) AS spent_providers,
    groupArray(model) AS spent_models,
    groupArray(is_unpriced) AS spent_is_unpriced,
    groupArray(all_told_calls) AS spent_told_calls,
    groupArray(all_told_input_tokens) AS spent_told_input_tokens,
    groupArray(all_told_output_tokens) AS spent_told_output_tokens,
    groupArray(all_last_ms) AS spent_last_ms,
    groupArray(all_spends) AS spent_spends,
    groupArray(all_calls) AS spent_calls,
    groupArray(all_input_tokens) AS spent_input_tokens,
    groupArray(all_output_tokens) AS spent_output_tokens,
    arrayMap(one -> one.1, groupArray(tuple(all_cost))) AS spent_cost
  FROM (
    SELECT
      trace_id, day, agent, provider, model, is_unpriced,
      if(p.workflow = '' AND length(run_workflows) = 1, run_workflows[1], toString(p.workflow)) AS workflow,
      if(p.user_id = '' AND length(run_users) = 1, run_users[1], p.user_id) AS user_id,
      min(start_time) AS first_start, max(start_time) AS last_start,
      toUInt32(sum(told_calls)) AS all_told_calls,
      sum(told_input_tokens) AS all_told_input_tokens,
      sum(told_output_tokens) AS all_told_output_tokens,
      max(last_ms) AS all_last_ms,
      toUInt32(sum(spends)) AS all_spends,
      toUInt32(sum(calls)) AS all_calls,
      sum(call_input_tokens) AS all_input_tokens,
      sum(call_output_tokens) AS all_output_tokens,
      sum(cost) AS all_cost
    FROM (
{{spent-spans}}
    ) AS p
    INNER JOIN named USING (trace_id)
    GROUP BY trace_id, day, workflow, user_id, agent, provider, model, is_unpriced
  )
  GROUP BY trace_id
) AS spent_of USING (trace_id)
SETTINGS max_partitions_per_insert_block = 0
