import { form } from './form';
import type { NodeBase } from './red';
import { word } from './words';

/** Between a phase and neutral, V. */
const VOLTS = 230;

const short = (value: number): string => String(Math.round(value * 10) / 10);

/** `7 kW = 10.1 A on three phases, 30.4 A on one`, at 230 V; undefined for no power. */
export const powerInWords = (watts: number | undefined): string | undefined =>
  watts === undefined || !(watts > 0)
    ? undefined
    : word('preview.power', {
        kw: String(Math.round(watts) / 1_000),
        three: short(watts / VOLTS / 3),
        one: short(watts / VOLTS),
      });

/** `16 A = 11 kW on three phases, 3.7 kW on one`, at 230 V; undefined for no current. */
export const currentInWords = (amperes: number | undefined): string | undefined =>
  amperes === undefined || !(amperes > 0)
    ? undefined
    : word('preview.current', {
        a: short(amperes),
        three: short((amperes * VOLTS * 3) / 1_000),
        one: short((amperes * VOLTS) / 1_000),
      });

/**
 * Says below its row what a setting means, now and after every change of the dialog. The html has
 * `<div class="form-tips" data-preview="NAME"></div>`; an undefined text hides it.
 */
export const showPreviews = (node: NodeBase, texts: Readonly<Record<string, () => string | undefined>>): void => {
  const update = (): void => {
    for (const [name, text] of Object.entries(texts)) {
      const shown = text();
      form(node)
        .find(`[data-preview="${name}"]`)
        .text(shown ?? '')
        .toggle(shown !== undefined);
    }
  };
  // A TypedInput hands a value on when the key comes up, and tells of a change when the field is left.
  form(node).on('input change keyup', 'select, input', update);
  update();
};
