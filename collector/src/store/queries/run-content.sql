-- Texts of a run's spans; when there are very many, the shorter ones, as many as `maxBytes` hold.
SELECT tenant, span_id, input, output, tool_args, retrieval_query, retrieval_documents
FROM (
  SELECT
    tenant, span_id, input, output, tool_args, retrieval_query, retrieval_documents,
    sum(length(input) + length(output) + length(tool_args) + length(retrieval_query) + length(retrieval_documents))
      OVER (ORDER BY length(input) + length(output) + length(tool_args) + length(retrieval_query) + length(retrieval_documents), span_id, tenant
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
  FROM (
    SELECT * FROM span_content
    WHERE trace_id = {traceId:String} AND ({anyTenant:Bool} OR tenant = {tenant:String})
    ORDER BY received_at DESC
    LIMIT 1 BY tenant, span_id
  )
)
WHERE so_far <= {maxBytes:UInt64}
