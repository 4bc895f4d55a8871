import { ConsoleLogger } from '@nestjs/common';

/** Who logs an error with its stack although it is thrown as well, and so reported by the one who started it all. */
const THROWN_AS_WELL: ReadonlySet<unknown> = new Set([
  'ExceptionHandler',
  'NestApplication',
  'TypeOrmModule',
]);

/** Nest's logger, for warnings and errors only. */
export class StartUpLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: ['warn', 'error', 'fatal'] });
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (!THROWN_AS_WELL.has(rest.at(-1))) super.error(message, ...rest);
  }
}
