import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import {
  readSetting,
  type SettingRule,
  type SettingRules,
  zaptecError,
  type ZaptecError,
  phrase,
} from '../../../src/client';
import { asError } from '../errors';
import type { Properties } from '../properties';
import { evaluator } from '../typed-input';

/** A setting whose value is elsewhere: in a message, a context, the environment or an expression. */
interface Place {
  name: string;
  rule: SettingRule;
  value: string;
  type: string;
}

/** The values of the TypedInputs of a strategy node. What was good goes on to count where a place holds nothing or no good. */
export class SettingSources<S extends object> {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #places: Place[] = [];
  readonly #known: Partial<Record<string, unknown>> = {};

  /** @throws ZaptecError `INPUT_INVALID` where a value of the dialog makes no sense. */
  constructor(RED: NodeAPI, node: Node, table: Properties, rules: SettingRules<S>, settings: object) {
    this.#RED = RED;
    this.#node = node;
    const given = new Map<string, unknown>(Object.entries(settings));
    for (const [name, rule] of Object.entries<SettingRule>(rules)) {
      const typeOf = table[name]?.typeOf;
      const type = typeOf === undefined ? 'str' : String(given.get(typeOf));
      const value = given.get(name);
      if (type === 'num' || type === 'str') this.#known[name] = readSetting(rule, value, name);
      else this.#places.push({ name, rule, value: String(value), type });
    }
  }

  /** The settings that have a value. @throws ZaptecError `INPUT_INVALID` while one that is needed has none. */
  get values(): S {
    const missing = this.#places.find(({ name, rule }) => !(name in this.#known) && !rule.isValid(undefined));
    if (missing === undefined) return this.#known as S;
    const { name, type, value, rule } = missing;
    throw zaptecError('INPUT_INVALID', phrase`The setting ${name} comes from ${type} ${value}, which holds nothing`, {
      remedy: phrase`Put a value there: ${rule.expected}`,
    });
  }

  /**
   * Reads every place again. @param message undefined when it is the time that makes the node decide
   * @returns the first refusal; the other places have been read.
   */
  async update(message: NodeMessageInFlow | undefined): Promise<ZaptecError | undefined> {
    const evaluate = evaluator(this.#RED, this.#node, message ?? { _msgid: '' });
    let refusal: ZaptecError | undefined;
    for (const { name, rule, value, type } of this.#places) {
      if (type === 'msg' && message === undefined) continue;
      try {
        const found = await evaluate(value, type);
        if (found !== undefined) this.#take(name, rule, found, `${name} (${type} ${value})`);
      } catch (thrown) {
        refusal ??= asError(thrown);
      }
    }
    return refusal;
  }

  /** A blank text, as an unset variable of the environment is, clears what may be blank and else leaves it alone. */
  #take(name: string, rule: SettingRule, found: unknown, source: string): void {
    if (found === '' && !rule.isValid(rule.typed(''))) return;
    this.#known[name] = readSetting(rule, found, source);
  }
}
