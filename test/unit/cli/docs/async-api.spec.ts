import { describe, expect, it } from '@jest/globals';
import avro from 'avsc';
import * as fc from 'fast-check';
import { asyncApiDocument } from '../../../../src/cli/docs/async-api.js';
import { ENVELOPE_PROPERTIES } from '../../../../src/domain/index.js';
import { asyncApiComplaints } from './async-api-parser.js';
import { created, eventsOf } from './described-events.js';
import { arbitraryFiles, HOSTILE } from './random-events.js';
import { SHOP } from './shop.js';

const OPTIONS = { title: 'Shop', version: '1.2.3' };

interface Document {
  channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  operations: Record<string, { action: string; channel: unknown; messages: unknown[] }>;
  components: {
    messages: Record<string, Record<string, unknown>>;
    schemas: Record<string, { schemaFormat?: string; schema?: object }>;
  };
}

const documentOf = (files: Readonly<Record<string, unknown>>) =>
  asyncApiDocument(eventsOf(files), OPTIONS) as unknown as Document;

const references = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === '$ref' ? [String(part)] : references(part)));
};
const target = (document: unknown, reference: string) =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], document);

describe('the AsyncAPI document', () => {
  const document = documentOf(SHOP);

  it('has a channel for each aggregate, that the application sends to', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual(['bill', 'todo']);
    expect(document.channels['todo']?.messages).toEqual({
      'todo.todo_created': { $ref: '#/components/messages/todo.todo_created' },
    });
    expect(document.operations['send.todo']).toMatchObject({
      action: 'send',
      channel: { $ref: '#/channels/todo' },
      messages: [{ $ref: '#/channels/todo/messages/todo.todo_created' }],
    });
  });

  it('has a message for each event, with its docs, envelope and newest schema', () => {
    expect(document.components.messages['bill.bill_sent']).toEqual({
      name: 'bill_sent',
      title: 'bill_sent',
      summary: 'A bill went out.',
      description: 'A bill went out.\n\nIt can be paid from then on.',
      headers: { $ref: '#/components/schemas/envelope' },
      payload: { $ref: '#/components/schemas/bill.bill_sent.v1' },
    });
    expect(document.components.messages['todo.todo_created']).toMatchObject({
      payload: { $ref: '#/components/schemas/todo.todo_created.v3' },
    });
    const { envelope } = document.components.schemas;
    expect(envelope).toHaveProperty('properties', expect.objectContaining({ position: expect.anything() }));
    expect(envelope).toHaveProperty('required', [...ENVELOPE_PROPERTIES]);
  });

  it('is valid for the parser of AsyncAPI', async () => {
    expect(await asyncApiComplaints([document])).toEqual([[]]);
  });

  it('is refused by that parser where it is wrong, so the parser does look', async () => {
    const broken = structuredClone(document);
    broken.components.schemas['bill.bill_sent.v1']!.schema = {
      type: 'record',
      name: 'x',
      fields: [{ name: 'a' }],
    };
    broken.operations['send.todo']!.action = 'publish';
    const [complaints = []] = await asyncApiComplaints([broken]);
    expect(complaints.length).toBeGreaterThan(1);
  });

  it('is valid with hostile text in it, and has it', async () => {
    const documents = HOSTILE.map((doc) => {
      const text = doc.toWellFormed();
      const map = { type: { type: 'map', values: 'string' }, default: { [`key ${text}`]: text } };
      const events = eventsOf({
        'todo/v1_todo_created.json': created([{ name: 'map', ...map, doc }], { doc }),
      });
      const document = asyncApiDocument(events, { title: doc, version: '1.0.0' });
      expect(JSON.stringify(document)).toContain(JSON.stringify({ [`key ${text}`]: text }));
      return document;
    });
    expect((await asyncApiComplaints(documents)).flat()).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'a.b-c'])('takes an aggregate of the name %s', async (aggregate) => {
    const strange = documentOf({ [`${aggregate}/v1_x.json`]: created([], { name: 'x' }) });
    expect(Object.values(strange.channels).map(({ address }) => address)).toEqual([aggregate]);
    expect(await asyncApiComplaints([strange])).toEqual([[]]);
  });

  it('keeps events apart whose names meet', () => {
    const { components } = documentOf({
      'a.b/v1_c.json': created([], { name: 'c' }),
      'a/v1_b.c.json': created([], { name: 'b.c' }),
    });
    expect(Object.keys(components.messages)).toEqual(['a.b.c', 'a.b.c-2']);
  });

  it.each(['$ref', '__proto__'])('refuses a default with the key %s, which AsyncAPI cannot have', (key) => {
    const map = {
      name: 'map',
      type: { type: 'map', values: 'string' },
      default: { [key]: 'file:///etc/passwd' },
    };
    expect(() => documentOf({ 'todo/v1_todo_created.json': created([map]) })).toThrow(
      `In avro/todo/v1_todo_created.json, a default has the key "${key}", which no AsyncAPI document can have; use another key.`,
    );
  });
});

describe('the documents of any events', () => {
  it('refer only to what they have, by names that are allowed, and hold Avro that avsc parses', () => {
    fc.assert(
      fc.property(arbitraryFiles, (files) => {
        const document = documentOf(files);
        const { channels, operations, components } = document;
        expect(references(document).filter((reference) => target(document, reference) === undefined)).toEqual(
          [],
        );
        for (const part of [channels, operations, components.messages, components.schemas]) {
          expect(Object.keys(part).filter((name) => !/^[a-zA-Z0-9._-]+$/.test(name))).toEqual([]);
        }
        for (const { schema } of Object.values(components.schemas))
          if (schema) avro.Type.forSchema(schema as avro.Schema);
      }),
      { numRuns: 300 },
    );
  });

  it('are valid for the parser of AsyncAPI', async () => {
    const documents = fc.sample(arbitraryFiles, 10).map(documentOf);
    expect((await asyncApiComplaints(documents)).flat()).toEqual([]);
  }, 120_000);
});
