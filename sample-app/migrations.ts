import { CreateAccountRow1763990100000 } from './accounts/read-models/1763990100000-create-account-row.js';
import { CreateStatementLine1763990200000 } from './accounts/read-models/1763990200000-create-statement-line.js';
import { CreateFileTree1763990400000 } from './files/read-model/1763990400000-create-file-tree.js';
import { CreateIdempotencyKey1763740900000 } from './idempotency/1763740900000-create-idempotency-key.js';
import { AddPositionToIdempotencyKey1763990000000 } from './idempotency/1763990000000-add-position-to-idempotency-key.js';
import { CreateSentNotice1763990300000 } from './notices/1763990300000-create-sent-notice.js';

/** The migrations of the sample's own tables. */
export const sampleMigrations = [
  CreateIdempotencyKey1763740900000,
  AddPositionToIdempotencyKey1763990000000,
  CreateAccountRow1763990100000,
  CreateStatementLine1763990200000,
  CreateSentNotice1763990300000,
  CreateFileTree1763990400000,
];
