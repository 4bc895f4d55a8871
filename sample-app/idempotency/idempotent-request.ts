import { createHash } from 'node:crypto';
import { BadRequestException } from '@nestjs/common';

/** A request that carries an `Idempotency-Key`. */
export interface IdempotentRequest {
  readonly key: string;
  /** A hash of method, URL and body: the same for the same request. */
  readonly fingerprint: string;
}

/** What Express and Fastify have in common. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Reads the header; `undefined` where there is none. @throws BadRequestException when it cannot be a key */
export function readIdempotentRequest(request: HttpRequest): IdempotentRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new BadRequestException(
      'Idempotency-Key must be 1 to 200 visible ASCII characters, such as a UUID',
    );
  }
  const { method, url, body } = request;
  const text = JSON.stringify([method, url, body], inOrderOfNames);
  return { key, fingerprint: createHash('sha256').update(text).digest('base64url') };
}

/** Makes the order of properties in a JSON body irrelevant. */
function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
