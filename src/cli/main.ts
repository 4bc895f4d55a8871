#!/usr/bin/env node
import { processIo } from './command-io.js';
import { runCommandLine } from './command-line.js';

process.exitCode = await runCommandLine(process.argv.slice(2), processIo(), []);
