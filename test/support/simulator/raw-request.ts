import { connect } from 'node:net';

/** Sends the bytes of a request exactly as given and resolves to the whole answer when the simulator closes. */
export function rawRequest(baseUrl: string, ...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1', () => socket.write(lines.join('\r\n')));
    socket.on('data', (data: Buffer) => (answer += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
