import { readingOf } from './reading.js';

const { reading: _, ...others } = readingOf(0);

/** The nth reading, as PostgreSQL makes it of a number `n`. */
export const READING_SQL = `'${JSON.stringify(others)}'::jsonb || jsonb_build_object('reading', 100000 + n % 900000)`;
