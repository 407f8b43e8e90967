/** A mail server that keeps the lines that it hears, and says of a message what it is told to. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export interface MailServer {
  readonly url: string
  readonly heard: readonly string[]
  close(): void
}

/** `verdict`: an SMTP reply with its line end, e.g. `250 taken\r\n`. */
export async function startMailServer(verdict: string): Promise<MailServer> {
  const heard: string[] = []
  const server = createServer((socket) => {
    let inMessage = false
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      for (const line of chunk
        .toString()
        .split('\r\n')
        .filter((one) => one !== '')) {
        heard.push(line)
        if (inMessage) {
          if (line === '.') socket.write(verdict)
          inMessage = line !== '.'
        } else if (line === 'DATA') {
          inMessage = true
          socket.write('354 go on\r\n')
        } else socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
      }
    })
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () => void server.close(),
  }
}
