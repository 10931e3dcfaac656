import type { NodeAPI } from 'node-red';
import { STATUS_TEXTS } from './status-texts';

export type Parameters = Readonly<Record<string, string | number>>;
export type Texts = (key: string, parameters?: Parameters) => string;

/** The texts of one node type in the language of the runtime, or in English where no catalogue is loaded. */
export function textsOf(RED: NodeAPI, type: string): Texts {
  const defaults: Readonly<Record<string, string>> = STATUS_TEXTS[type as keyof typeof STATUS_TEXTS];
  return (key, parameters = {}) => {
    const id = `${type}.status.${key}`;
    const text = RED._(id, parameters);
    // An unknown id comes back as it is, with or without its namespace.
    return text.endsWith(id) ? fill(defaults[key] ?? key, parameters) : text;
  };
}

function fill(text: string, parameters: Parameters): string {
  return text.replace(/__(\w+)__/g, (mark, name: string) => String(parameters[name] ?? mark));
}
