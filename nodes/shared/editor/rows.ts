import { current, form } from './form';
import type { NodeBase } from './red';

/** For each row of a dialog (`data-row`) that is not always shown: when it matters. */
export type Rows<N extends NodeBase> = Readonly<Record<string, (settings: N) => boolean>>;

/** For a validator: whether a row is shown under the settings as they are. What is hidden is not validated. */
export const shownBy =
  <N extends NodeBase>(rows: Rows<N>) =>
  (row: string) =>
  (node: N): boolean =>
    rows[row]?.(current(node)) ?? true;

/** Shows only the rows that matter for what is chosen, now and after every change. */
export const switchRows = <N extends NodeBase>(node: N, rows: Rows<N>): void => {
  const update = (): void => {
    const settings = current(node);
    for (const [row, shown] of Object.entries(rows)) {
      form(node).find(`[data-row="${row}"]`).toggle(shown(settings));
    }
  };
  form(node).on('change', 'select, input', update);
  update();
};
