-- Texts of a run's spans; where they are too many for one answer the shorter ones, as many as `maxBytes` hold.
SELECT tenant, span_id, input, output, tool_args, retrieval_query, retrieval_documents
FROM (
  SELECT *, sum(size) OVER (ORDER BY size, span_id, tenant ROWS UNBOUNDED PRECEDING) AS sizes
  FROM (
    SELECT
      *,
      length(input) + length(output) + length(tool_args) + length(retrieval_query) + length(retrieval_documents) AS size
    FROM span_content
    WHERE trace_id = {traceId:String} AND day IN (SELECT day FROM trace_lookup WHERE trace_id = {traceId:String})
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
    ORDER BY received_at DESC
    LIMIT 1 BY tenant, span_id
  )
)
WHERE sizes <= {maxBytes:UInt64}
