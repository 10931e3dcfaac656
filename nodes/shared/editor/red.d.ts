/** The parts of the editor's API that our dialogs use; the published types cover neither validators nor typedInput. */
import type { Properties, Settings } from '../properties';

type Translate = (key: string, values?: Record<string, string | number>) => string;

/** What the editor knows about a node on the canvas or in the list of configurations. */
export interface NodeBase {
  readonly id: string;
  readonly type: string;
  /** Its tab or subflow; a configuration node of the whole project has none. */
  readonly z?: string;
  readonly _: Translate;
  readonly _def: { readonly category: string; readonly defaults: Readonly<Record<string, { value: unknown }>> };
  /** Not deployed as it is. */
  readonly changed?: boolean;
  /** Disabled. */
  readonly d?: boolean;
  readonly credentials?: Readonly<Record<string, string | boolean | undefined>>;
}
export type EditorNode<T extends Properties> = NodeBase & Settings<T>;

/** `true`, or the sentence that says what is wrong; the editor wants exactly two parameters to accept a sentence. */
export type Validity = true | string;
export type Validator<N> = (this: N, value: unknown, options: { label?: string } | undefined) => Validity;

type Default<P, N> = { value: P extends { value: infer V } ? V : never; validate?: Validator<N> } & (P extends {
  required: true;
}
  ? { required: true }
  : { required?: never }) &
  (P extends { type: infer C } ? { type: C } : { type?: never });

/** Makes the compiler compare a dialog's `defaults` with the table that the runtime uses. */
type Defaults<T extends Properties> = { [K in keyof T]: Default<T[K], EditorNode<T>> };

interface NodeDefinition<T extends Properties> {
  category: string;
  defaults: Defaults<T>;
  credentials?: Record<string, { type: 'text' | 'password'; validate?: Validator<EditorNode<T>> }>;
  color?: string;
  icon?: string;
  inputs?: 0 | 1;
  outputs?: number;
  align?: 'left' | 'right';
  paletteLabel?(this: NodeBase): string;
  label?(this: EditorNode<T>): string;
  labelStyle?(this: EditorNode<T>): string;
  inputLabels?(this: EditorNode<T>): string;
  outputLabels?(this: EditorNode<T>, index: number): string;
  oneditprepare?(this: EditorNode<T>): void;
  oneditsave?(this: EditorNode<T>): void;
}

export interface TypedInputType {
  value: string;
  label?: string;
  icon?: string;
  options?: readonly { value: string; label: string }[];
  multiple?: boolean;
}
interface TypedInputOptions {
  default?: string;
  typeField?: string | JQuery;
  types: readonly (string | TypedInputType)[];
}
interface SidebarTab {
  id: string;
  label: string;
  name: string;
  iconClass: string;
  content: JQuery;
  enableOnEdit: boolean;
  onchange(): void;
}
/** A node as it lies in a flow file. */
export type NewNode = Record<string, unknown> & { id: string; type: string };
export interface Notification {
  close(): void;
}
interface NotifyOptions {
  fixed: boolean;
  buttons: readonly { id: string; text: string; class: string; click(): void }[];
}
declare global {
  const RED: {
    readonly nodes: {
      registerType<T extends Properties>(type: string, definition: NodeDefinition<T>): void;
      node(id: string): NodeBase | null;
      eachNode(visit: (node: NodeBase) => void): void;
      filterNodes(filter: { z: string }): readonly { readonly y: number }[];
      eachConfig(visit: (node: NodeBase) => void): void;
      getType(type: string): { readonly _: Translate } | undefined;
      add(node: object): unknown;
      /** A new id. */
      id(): string;
      /** Whether anything is not deployed; with a value, says so. */
      dirty(changed?: boolean): boolean;
      updateConfigNodeUsers(node: NodeBase, options: { action: 'add' }): void;
    };
    readonly editor: {
      edit(node: NodeBase): void;
      editConfig(property: string, type: string, id: string): void;
      validateNode(node: NodeBase): void;
    };
    readonly history: { push(event: object): void };
    readonly sidebar: { addTab(tab: SidebarTab): void; containsTab(id: string): boolean };
    readonly view: {
      reveal(id: string): void;
      redraw(): void;
      scale(): number;
      importNodes(nodes: NewNode[], options: { generateIds: boolean; touchImport: boolean; notify: boolean }): void;
    };
    readonly workspaces: { active(): string };
    readonly user: { hasPermission(permission: string): boolean };
    readonly actions: { invoke(name: string): void };
    readonly events: { on(event: string, handler: (...details: never[]) => void): void };
    readonly clipboard: { copyText(text: string, near: JQuery, message: string): boolean };
    /** The editor would take a text for HTML, and names are what somebody else has typed. */
    readonly notify: (content: JQuery | Node, type?: 'error' | NotifyOptions) => Notification;
    readonly utils: {
      getNodeLabel(node: NodeBase, otherwise: string): string;
      validateTypedProperty(value: unknown, type: unknown, options: object | undefined): Validity;
    };
  };
  interface JQuery {
    typedInput(options: TypedInputOptions): this;
    typedInput(what: 'type' | 'value'): string;
    typedInput(what: 'value', value: string): unknown;
  }
}
