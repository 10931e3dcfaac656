/** The element with an id; a missing one is a defect of the page. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

export const inputAt = (id: string): HTMLInputElement => byId(id) as HTMLInputElement;
export const selectAt = (id: string): HTMLSelectElement => byId(id) as HTMLSelectElement;
export const buttonAt = (id: string): HTMLButtonElement => byId(id) as HTMLButtonElement;

interface Look {
  class?: string;
  text?: string;
  attributes?: Record<string, string>;
}

/** Creates an element. Only text, never markup, because any client can send text that the page shows. */
export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  look: Look = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (look.class !== undefined) element.className = look.class;
  if (look.text !== undefined) element.textContent = look.text;
  for (const [name, value] of Object.entries(look.attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function button(text: string, action: () => void, look: Look = {}): HTMLButtonElement {
  const element = create('button', { ...look, text });
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
}

/** Sets a text only where it differs, so that a screen reader does not repeat it and a selection stays. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

interface Part<T> {
  element: HTMLElement;
  show(item: T): void;
}

/** Keeps one element for each item by its key, so that focus and pointer stay on the same element. */
export class KeyedList<T> {
  readonly #parts = new Map<string, Part<T>>();

  constructor(
    private readonly container: HTMLElement,
    private readonly keyOf: (item: T) => string,
    private readonly create: (item: T) => Part<T>,
  ) {}

  show(items: readonly T[]): void {
    const wanted = new Set(items.map(this.keyOf));
    for (const [key, { element }] of this.#parts) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#parts.delete(key);
    }
    items.forEach((item, index) => {
      const part = this.#partOf(item);
      part.show(item);
      const there = this.container.children[index];
      // Moving an element removes its focus, so it happens only where the order has changed.
      if (there !== part.element) this.container.insertBefore(part.element, there ?? null);
    });
  }

  #partOf(item: T): Part<T> {
    const key = this.keyOf(item);
    const known = this.#parts.get(key);
    if (known) return known;
    const part = this.create(item);
    this.#parts.set(key, part);
    return part;
  }
}
