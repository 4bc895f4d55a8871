import { group, ifBroken, indent, LINE, SOFT_LINE, type Layout } from './layout.js';

/** A type of TypeScript, as far as payloads need them. */
export type TypeExpression =
  /** A keyword or a literal. */
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'array'; readonly items: TypeExpression }
  | { readonly kind: 'map'; readonly values: TypeExpression }
  /** `{ readonly key: value }`. */
  | { readonly kind: 'wrapper'; readonly key: string; readonly value: TypeExpression }
  | { readonly kind: 'union'; readonly members: readonly TypeExpression[] };

/** A keyword or a literal. */
export function word(text: string): TypeExpression {
  return { kind: 'word', text };
}

/** A declared type. */
export function reference(name: string): TypeExpression {
  return { kind: 'reference', name };
}

/** A union without unions in it, `null` last; of one type it is that type. */
export function union(types: readonly TypeExpression[]): TypeExpression {
  const all = types.flatMap((type) => (type.kind === 'union' ? type.members : [type]));
  const members = [...all.filter((type) => !isNull(type)), ...all.filter(isNull)];
  const [only, ...others] = members;
  return only && others.length === 0 ? only : { kind: 'union', members };
}

/** The layout of a property, without the semicolon after it. */
export function propertyLayout(key: string, type: TypeExpression, mark: '?' | '' = ''): Layout {
  const value =
    type.kind === 'union' && !isHugged(type.members) ? indentedUnion(type.members) : layoutOf(type);
  return group(`readonly ${key}${mark}: `, value);
}

/** The layout of a declaration `export type … = …`, without the semicolon after it. */
export function aliasLayout(name: string, type: TypeExpression): Layout {
  return group(`export type ${name} =`, group(indent(LINE, layoutOf(type))));
}

function layoutOf(type: TypeExpression): Layout {
  switch (type.kind) {
    case 'word':
      return type.text;
    case 'reference':
      return type.name;
    case 'array':
      return ['readonly ', itemsLayout(type.items), '[]'];
    case 'map':
      return generic('Readonly', generic('Record', 'string', layoutOf(type.values)));
    case 'wrapper':
      return group(
        '{',
        indent(LINE, propertyLayout(propertyKey(type.key), type.value)),
        ifBroken(';'),
        LINE,
        '}',
      );
    default:
      return unionLayout(type.members);
  }
}

function propertyKey(key: string): string {
  return /^\w+$/.test(key) ? key : `'${key}'`;
}

function generic(name: string, first: Layout, ...others: readonly Layout[]): Layout {
  const rest = others.map((each) => [',', LINE, each]);
  return [name, group('<', indent(SOFT_LINE, first, ...rest), SOFT_LINE, '>')];
}

/** In parentheses where the brackets would belong to a part of the type only. */
function itemsLayout(items: TypeExpression): Layout {
  if (items.kind === 'array') return ['(', layoutOf(items), ')'];
  if (items.kind !== 'union') return layoutOf(items);
  if (isHugged(items.members)) return ['(', unionLayout(items.members), ')'];
  return ['(', group(indent(SOFT_LINE, unionLayout(items.members)), SOFT_LINE), ')'];
}

function indentedUnion(members: readonly TypeExpression[]): Layout {
  return group(indent(SOFT_LINE, unionLayout(members)));
}

function unionLayout(members: readonly TypeExpression[]): Layout {
  const hugged = isHugged(members);
  const parts = members.map((member, index) => {
    if (hugged) return [index === 0 ? '' : ' | ', layoutOf(member)];
    return [index === 0 ? ifBroken('| ') : [LINE, '| '], indent(layoutOf(member))];
  });
  return hugged ? parts : group(...parts);
}

/** Whether a union is one type with a name, or `null`: then Prettier breaks that type and not the union. */
function isHugged(members: readonly TypeExpression[]): boolean {
  const named = members.find(({ kind }) => kind === 'reference' || kind === 'map' || kind === 'wrapper');
  return named !== undefined && members.every((member) => member === named || isNull(member));
}

function isNull(type: TypeExpression): boolean {
  return type.kind === 'word' && type.text === 'null';
}
