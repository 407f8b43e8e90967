SELECT tenant, span_id, input, output, tool_args, retrieval_query, retrieval_documents
FROM span_content
WHERE trace_id = {traceId:String} AND ({anyTenant:Bool} OR tenant = {tenant:String})
ORDER BY received_at DESC
LIMIT 1 BY tenant, span_id
