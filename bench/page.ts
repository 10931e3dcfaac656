const END = '<!-- end -->';

/**
 * The page with a text in the place that says which command makes it.
 * @throws Error for a page without such a place.
 */
export function withText(page: string, command: string, text: string): string {
  const start = `<!-- made by ${command} -->`;
  const from = page.indexOf(start);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`The page has no place for the text: ${start} and then ${END}`);
  return `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(to)}`;
}
