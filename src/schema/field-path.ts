const PLAIN_NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** Appends an array index or a property name to a field path: `lines`, `2`, `text` give `lines[2].text`. */
export function joinPath(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!PLAIN_NAME.test(step)) return `${path}[${JSON.stringify(step.slice(0, 80))}]`;
  return path === '' ? step : `${path}.${step}`;
}
