import { words } from '../../../ask'

/** `curl localhost:3000/api/ask?question=…`: a route handler that streams. */
export async function GET(request: Request): Promise<Response> {
  const question = new URL(request.url).searchParams.get('question') ?? 'Where is my order?'
  const encoder = new TextEncoder()
  const answer = words(question, 'u-42')
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await answer.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    // who leaves the page ends the call
    async cancel() {
      await answer.return(undefined)
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
