import { isObject, zaptecError, phrase } from '../../src/client';
import type { ActionContext } from '../shared/action-node';
import { settingsFrom } from '../shared/message';
import type { ChargerSettings } from '../shared/properties';
import { textOf } from '../shared/settings';

type Field = keyof ChargerSettings;

/**
 * The values of fields of the dialog under the names of the payload; those that are blank are left out.
 * @param fields field of the node by name of the payload
 * @throws ZaptecError `INPUT_INVALID` where a field comes from a place that holds nothing.
 */
async function fromFields(
  { settings, evaluate }: ActionContext<ChargerSettings>,
  fields: Readonly<Record<string, Field>>,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const given = new Map<string, unknown>(Object.entries(settings));
  for (const [name, field] of Object.entries(fields)) {
    const value = textOf(given.get(field)).trim();
    const type = textOf(given.get(`${field}Type`) ?? 'num');
    if (value === '' && type === 'num') continue;
    found[name] = type === 'num' ? numberOf(value) : await evaluate(value, type);
    if (found[name] === undefined || found[name] === null || found[name] === '') {
      throw zaptecError(
        'INPUT_INVALID',
        phrase`The setting ${field} comes from ${type} ${value}, which holds nothing`,
        {
          remedy: 'Put a number there, or leave the field of the node blank',
        },
      );
    }
  }
  return found;
}

/**
 * What is to be written: the fields of the dialog, and before them what an object in `msg.payload` says, unless the node
 * ignores the settings in the message. A payload that is no object, as that of an inject node, says nothing. With all
 * fields blank the payload says it all.
 * @throws ZaptecError `INPUT_INVALID`
 */
export async function fieldSettings(
  context: ActionContext<ChargerSettings>,
  fields: Readonly<Record<string, Field>>,
): Promise<Record<string, unknown>> {
  const { payload } = context.message;
  const chosen = await fromFields(context, fields);
  if (Object.keys(chosen).length === 0) return settingsFrom(payload);
  const isIgnored = context.settings.lockOverrides || !isObject(payload) || Buffer.isBuffer(payload);
  return isIgnored ? chosen : { ...chosen, ...payload };
}

/** A text that is no number stays as it is, so that an error can show it. */
function numberOf(text: string): number | string {
  const number = Number(text.replace(',', '.'));
  return Number.isFinite(number) ? number : text;
}
