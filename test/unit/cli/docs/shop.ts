const MONEY = {
  type: 'record',
  name: 'Money',
  namespace: 'shop',
  doc: 'An amount in a *currency*.',
  fields: [
    { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 } },
    { name: 'currency', type: { type: 'enum', name: 'Currency', symbols: ['EUR', 'USD'], default: 'EUR' } },
  ],
};

/** Files of a shop with all kinds of types, three versions of one event, and types that several events share. */
export const SHOP: Readonly<Record<string, unknown>> = {
  'money.json': MONEY,
  'line.avsc': {
    type: 'record',
    name: 'Line',
    doc: 'A line of a bill.',
    fields: [
      { name: 'text', type: 'string' },
      { name: 'price', type: 'shop.Money' },
      { name: 'parts', type: { type: 'array', items: 'Line' }, default: [] },
    ],
  },
  'bill/v1_bill_sent.json': {
    type: 'record',
    name: 'bill_sent',
    namespace: 'shop',
    aliases: ['bill_out', 'elsewhere.bill_out'],
    doc: 'A bill went\nout.\n\nIt can be paid from then on.',
    fields: [
      { name: 'total', type: 'Money', doc: 'What is to be paid.', aliases: ['amount'] },
      {
        name: 'discount',
        type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 }],
        default: null,
      },
      { name: 'lines', type: { type: 'array', items: ['Line', 'string'] } },
      { name: 'first', type: ['null', 'Line'], default: null },
      {
        name: 'tags',
        type: { type: 'map', values: { type: 'array', items: 'string' } },
        default: { a: ['b'] },
      },
      { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'PAID'] }, default: 'OPEN' },
      { name: 'key', type: { type: 'fixed', name: 'Key', size: 16, logicalType: 'uuid' } },
      { name: 'original', type: ['null', 'bill_sent'], default: null },
    ],
  },
  'bill/v1_bill_dated.json': {
    type: 'record',
    name: 'bill_dated',
    fields: [
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'exactly', type: { type: 'long', logicalType: 'timestamp-micros' } },
      { name: 'local', type: { type: 'long', logicalType: 'local-timestamp-millis' } },
      { name: 'locally', type: { type: 'long', logicalType: 'local-timestamp-micros' } },
      { name: 'time', type: { type: 'int', logicalType: 'time-millis' } },
      { name: 'micros', type: { type: 'long', logicalType: 'time-micros' } },
      { name: 'by', type: { type: 'string', logicalType: 'uuid' } },
      { name: 'within', type: { type: 'fixed', name: 'Period', size: 12, logicalType: 'duration' } },
      { name: 'choice', type: ['boolean', 'int', 'float', 'null'] },
    ],
  },
  'todo/v1_todo_created.json': {
    type: 'record',
    name: 'todo_created',
    fields: [
      { name: 'label', type: 'string' },
      { name: 'urgent', type: 'boolean' },
      { name: 'place', type: 'int' },
    ],
  },
  'todo/v2_todo_created.json': {
    type: 'record',
    name: 'todo_created',
    fields: [
      { name: 'text', type: 'string', aliases: ['label'] },
      { name: 'place', type: 'long' },
      { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
    ],
  },
  'todo/v3_todo_created.json': {
    type: 'record',
    name: 'todo_created',
    doc: 'Somebody plans to do something.',
    fields: [
      { name: 'place', type: 'long', default: 0 },
      { name: 'text', type: 'string', aliases: ['label'], doc: 'What is to be done.' },
      { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
    ],
  },
};
