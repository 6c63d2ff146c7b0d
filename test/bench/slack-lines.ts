import { connect, type Socket } from 'node:net';

/** Servers of Node's end a connection after five seconds without a request. */
const MOST_IDLE_MS = 2500;

/** Kept connections to one server, over which requests go that are written already: whoever sends takes little from whoever answers. */
export class Lines {
  readonly #host: string;
  readonly #port: number;
  readonly #idle: Line[] = [];
  readonly #all: Line[] = [];

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  /** Sends one request, whole, and returns the status of its answer when that is there, whole. */
  async send(request: Buffer): Promise<number> {
    const line = this.#rested() ?? this.#open();
    const status = await line.send(request);
    line.idleSince = performance.now();
    this.#idle.push(line);
    return status;
  }

  /** One that a server cannot be about to end; what is sent on another may be lost. */
  #rested(): Line | undefined {
    for (let line = this.#idle.pop(); line !== undefined; line = this.#idle.pop()) {
      if (performance.now() - line.idleSince < MOST_IDLE_MS) return line;
      line.close();
    }
  }

  close(): void {
    for (const line of this.#all) line.close();
  }

  #open(): Line {
    const line = new Line(connect({ host: this.#host, port: this.#port, noDelay: true }));
    this.#all.push(line);
    return line;
  }
}

/** One connection, with one request at a time. */
class Line {
  readonly #socket: Socket;
  #heard = '';
  #waiting: PromiseWithResolvers<number> | null = null;
  idleSince = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (piece: string) => this.#hear(piece));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the connection ended before the answer')));
  }

  send(request: Buffer): Promise<number> {
    this.#heard = '';
    this.#waiting = Promise.withResolvers();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #hear(piece: string): void {
    this.#heard += piece;
    if (isWhole(this.#heard)) this.#waiting?.resolve(Number(this.#heard.slice('HTTP/1.1 '.length).slice(0, 3)));
  }
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = answer.slice(0, end).toLowerCase();
  if (head.includes('transfer-encoding: chunked')) return answer.endsWith('0\r\n\r\n');
  return answer.length - end - 4 >= Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
}
