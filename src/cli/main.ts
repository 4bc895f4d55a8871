#!/usr/bin/env node
import { checkCommand } from './check/check.command.js';
import { processIo } from './command-io.js';
import { runCommandLine } from './command-line.js';
import { docsCommand } from './docs/docs.command.js';
import { eventCommand } from './journal/event.command.js';
import { streamCommand } from './journal/stream.command.js';
import { newCommand } from './new/new.command.js';
import { typesCommand } from './typescript/types.command.js';

const commands = [checkCommand, newCommand, typesCommand, docsCommand];
process.exitCode = await runCommandLine(process.argv.slice(2), processIo(), commands, [
  eventCommand,
  streamCommand,
]);
