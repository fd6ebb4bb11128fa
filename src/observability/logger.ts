import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { type LogLevel, SERVICE_NAME } from '../config.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { redactTokens } from '../values/secret.ts';
import { VERSION } from '../values/version.ts';
import { oneLine } from './jsonLine.ts';
import { LogOutput } from './logOutput.ts';
import { takeWritten } from './writtenMembers.ts';

/**
 * Log of one JSON object a line, on standard output by default. Secrets print as `[redacted]`, and every finished line
 * is searched once more for tokens. The batch is written when the process exits; only a killed process loses it.
 */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = standardOutput(),
  service = SERVICE_NAME,
): Logger {
  const options = {
    level,
    base: { service, version: VERSION },
    timestamp: isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
    hooks: { streamWrite: (line: string) => oneLine(redactTokens(line)) },
  };
  return takeWritten(pino(options, destination));
}

let second = 0;
let upToSecond = '';

/** The time as a member of a line. Lines of one second share the part up to it. */
function isoTime(): string {
  const now = Date.now();
  const milliseconds = now % 1_000;
  if (now - milliseconds !== second) {
    second = now - milliseconds;
    upToSecond = `,"time":"${new Date(second).toISOString().slice(0, -4)}`;
  }
  return `${upToSecond}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z"`;
}

export function standardOutput(service = SERVICE_NAME): LogOutput {
  const output = new LogOutput(process.stdout, { service, version: VERSION });
  process.once('exit', () => output.flushNow());
  return output;
}

function serializeError(error: Error): object {
  if (!(error instanceof PlatformError)) return stdSerializers.err(error);
  const { kind, route, origin } = error;
  const cause = origin.cause instanceof Error ? origin.cause.message : undefined;
  return { type: error.name, kind, route, status: origin.status, platformId: origin.platformId, cause };
}
