import { expect, it } from '@jest/globals';
import { HeadingAnchors } from '../../../../src/cli/docs/heading-anchors.js';

it.each([
  ['todo_created', 'todo_created'],
  ['shop.Money', 'shopmoney'],
  ['What is new?', 'what-is-new'],
  ['a  b - c', 'a--b---c'],
  ['Größe 大きさ', 'größe-大きさ'],
])('the anchor of %j is %j', (heading, anchor) => {
  expect(new HeadingAnchors().next(heading)).toBe(anchor);
});

it('numbers the anchors of equal headings, past those that are taken', () => {
  const anchors = new HeadingAnchors();
  const headings = ['a', 'a', 'a-1', 'A', 'a.'];
  expect(headings.map((heading) => anchors.next(heading))).toEqual(['a', 'a-1', 'a-1-1', 'a-2', 'a-3']);
});
