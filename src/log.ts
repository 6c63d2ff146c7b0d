import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** JSON lines on stderr (stdout belongs to answers). Values under these keys never reach the log. */
const SECRET_KEYS = ['password', 'token', 'secret', 'authorization', 'cookie', 'connectionString'];

export const makeLog = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );

export const silentLog: Logger = pino({ level: 'silent' });
