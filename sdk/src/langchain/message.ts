interface Message {
  readonly content?: unknown
  readonly name?: string
  readonly tool_calls?: readonly object[]
  readonly tool_call_id?: string
  _getType?(): string
}

/** A message of LangChain as plain data: what goes into the model, without the class around it. */
export function plainMessage(message: object): object {
  const { content, name, tool_calls, tool_call_id, _getType } = message as Message
  const type = _getType?.call(message)
  const role = type === 'human' ? 'user' : type === 'ai' ? 'assistant' : type
  const calls = tool_calls?.length ? { tool_calls } : {}
  return { role, content, ...(name && { name }), ...(tool_call_id && { tool_call_id }), ...calls }
}

/** What a graph is given or gives: its messages, where it has some. */
export function plainState(state: unknown): unknown {
  if (typeof state !== 'object' || state === null || !('messages' in state) || !Array.isArray(state.messages))
    return state
  return state.messages.map((each: unknown) => (typeof each === 'object' && each !== null ? plainMessage(each) : each))
}

/** The messages as the gate lets them in: the very objects where nothing was changed, else their likes. */
export function allowedMessages(allowed: readonly object[], messages: readonly object[]): object[] {
  return messages.map((message, at) => {
    const told = allowed[at] as Message | undefined
    if (told === undefined || JSON.stringify(told) === JSON.stringify(plainMessage(message))) return message
    const { content, tool_calls } = told
    return Object.assign(Object.create(Object.getPrototypeOf(message)), message, {
      content,
      ...(tool_calls && { tool_calls }),
    })
  })
}
