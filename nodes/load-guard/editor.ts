import { LOAD_GUARD } from '../shared/properties';
import { claimForm, current } from '../shared/editor/form';
import { saveLists } from '../shared/editor/list-field';
import { savedOr, whom } from '../shared/editor/names';
import { picker } from '../shared/editor/picker';
import { currentInWords, showPreviews } from '../shared/editor/preview';
import { unfoldChanged } from '../shared/editor/groups';
import { overridesField } from '../shared/editor/overrides-field';
import type { EditorNode, NodeBase, Validity } from '../shared/editor/red';
import { shownBy, switchRows, type Rows } from '../shared/editor/rows';
import { fillSelect, worded } from '../shared/editor/select';
import { typedField } from '../shared/editor/typed-field';
import { literalNumber, numberFields, typedSetting } from '../shared/editor/typed-setting';
import { between, oneOf, typed, validator, someOf } from '../shared/editor/validators';

type LoadGuard = EditorNode<typeof LOAD_GUARD>;

const MOST_A = 2_000;
/** What a fuse bears for long, and what trips a breaker, times its current. */
const BORNE = 1.13;
const TRIPS = 1.45;
const ROTATION = /^([^:;]{1,100}:)?\s*L?[123][\s,/-]+L?[123][\s,/-]+L?[123]$/i;
const NUMBERS = [
  'fuseA',
  'reserveA',
  'overloadMin',
  'steadyMin',
  'holdS',
  'safeA',
  'voltage',
  'limitKw',
  'peakDays',
] as const;

const isFuse = ({ mode }: LoadGuard): boolean => mode === 'fuse';
const isTariff = ({ mode }: LoadGuard): boolean => mode === 'tariff';
const isConnected = ({ connection }: LoadGuard): boolean => connection !== '' && connection !== '_ADD_';
const ROWS: Rows<LoadGuard> = {
  'cars-tip': (node) => !isConnected(node),
  installation: isConnected,
  charger: isConnected,
  voltage: ({ unit, mode }) => unit !== 'A' || mode === 'tariff',
  overloadMin: isFuse,
  steadyMin: isFuse,
  period: isTariff,
  keep: isTariff,
  limitKw: isTariff,
  peakDays: ({ mode, keep }) => mode === 'tariff' && keep === 'peak',
};
const shown = shownBy(ROWS);

const rotation = (node: NodeBase, value: unknown): Validity => {
  const parts = String(value)
    .split(/[;\n]/)
    .filter((part) => part.trim() !== '');
  return parts.every((part) => ROTATION.test(part.trim())) || node._('zaptec-load-guard.error.rotation');
};

const measured = (key: (typeof NUMBERS)[number], least: number, most: number) =>
  validator(typedSetting(key, between(key, least, most)), shown(key));

const short = (value: number): string => String(Math.round(value * 10) / 10);

/** What house and cars may have together: the fuse without the reserve. */
const top = (node: LoadGuard): string | undefined => {
  const fuse = literalNumber(node, 'fuseA');
  const reserve = literalNumber(node, 'reserveA');
  if (fuse === undefined || reserve === undefined) return undefined;
  const rest = currentInWords(fuse - reserve);
  if (rest === undefined || !(reserve > 0)) return rest;
  return node._('zaptec-load-guard.preview.reserve', { fuse: short(fuse), reserve: short(reserve), rest });
};

const overload = (node: LoadGuard): string | undefined => {
  const fuse = literalNumber(node, 'fuseA');
  const minutes = literalNumber(node, 'overloadMin');
  if (!isFuse(current(node)) || fuse === undefined || minutes === undefined || !(minutes > 0)) return undefined;
  return node._('zaptec-load-guard.preview.overload', {
    low: short(fuse * BORNE),
    high: short(fuse * TRIPS),
    minutes: short(minutes),
  });
};

const energy = (node: LoadGuard): string | undefined => {
  const kw = literalNumber(node, 'limitKw');
  const { period } = current(node);
  if (!isTariff(current(node)) || kw === undefined || !(kw > 0)) return undefined;
  const kwh = short((kw * Number(period)) / 60);
  return node._('zaptec-load-guard.preview.kwh', { kwh, minutes: period });
};

RED.nodes.registerType<typeof LOAD_GUARD>('zaptec-load-guard', {
  category: 'zaptec',
  color: '#50AAAB',
  icon: 'zaptec-load-guard.svg',
  inputs: 1,
  outputs: 2,
  align: 'left',
  defaults: {
    name: { value: '' },
    // The editor takes an empty reference for a mistake, unless the property judges for itself.
    connection: { value: '', type: 'zaptec-connection', validate: () => true },
    installation: {
      value: '',
      validate: validator(
        typed('installation', () => true),
        shown('installation'),
      ),
    },
    installationType: { value: 'str' },
    charger: {
      value: '',
      validate: validator(
        typed('charger', () => true),
        shown('charger'),
      ),
    },
    chargerType: { value: 'str' },
    meter: { value: 'payload', validate: validator(typed('meter', () => true)) },
    meterType: { value: 'msg' },
    unit: { value: 'A', validate: validator(oneOf(LOAD_GUARD.unit.values)) },
    mode: { value: 'fuse', validate: validator(oneOf(LOAD_GUARD.mode.values)) },
    phases: { value: '3', validate: validator(oneOf(LOAD_GUARD.phases.values)) },
    fuseA: { value: '25', validate: validator(typedSetting('fuseA', between('fuseA', 6, MOST_A))) },
    fuseAType: { value: 'num' },
    reserveA: { value: '1', validate: validator(typedSetting('reserveA', between('reserveA', 0, 500))) },
    reserveAType: { value: 'num' },
    overloadMin: { value: '0', validate: measured('overloadMin', 0, 60) },
    overloadMinType: { value: 'num' },
    steadyMin: { value: '1', validate: measured('steadyMin', 1, 5) },
    steadyMinType: { value: 'num' },
    holdS: { value: '60', validate: validator(typedSetting('holdS', between('holdS', 5, 600))) },
    holdSType: { value: 'num' },
    safeA: { value: '0', validate: validator(typedSetting('safeA', between('safeA', 0, 500))) },
    safeAType: { value: 'num' },
    voltage: { value: '230', validate: measured('voltage', 100, 300) },
    voltageType: { value: 'num' },
    rotation: { value: '', validate: validator(typedSetting('rotation', rotation)) },
    rotationType: { value: 'str' },
    limitKw: { value: '5', validate: measured('limitKw', 0.1, 1_000) },
    limitKwType: { value: 'num' },
    period: { value: '60', validate: validator(oneOf(LOAD_GUARD.period.values)) },
    keep: { value: 'limit', validate: validator(oneOf(LOAD_GUARD.keep.values)) },
    peakDays: { value: '3', validate: measured('peakDays', 1, 10) },
    peakDaysType: { value: 'num' },
    timeZone: { value: '' },
    repeat: { value: 5, validate: validator(between('repeat', 0, 1_440)) },
    dryRun: { value: false },
    lockOverrides: { value: false },
    overrides: { value: ['config', 'override'], validate: validator(someOf(LOAD_GUARD.overrides.values)) },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('zaptec-load-guard.palette');
  },
  label() {
    if (this.name) return this.name;
    const mode = savedOr(this, 'mode');
    const guarded = mode === 'tariff' ? `${savedOr(this, 'limitKw')} kW` : `${savedOr(this, 'fuseA')} A`;
    const name = whom(this, 'charger') ?? whom(this, 'installation');
    return [worded(this, `label.${mode}`, 'palette'), name, guarded].filter((part) => part !== undefined).join(' ');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('zaptec-load-guard.port.input');
  },
  outputLabels(index) {
    return index === 0 ? this._('zaptec-load-guard.port.limit') : this._('zaptec-load-guard.port.load');
  },
  oneditprepare() {
    claimForm(this);
    unfoldChanged(this);
    overridesField(this, LOAD_GUARD.overrides);
    for (const name of ['unit', 'mode', 'phases', 'period', 'keep'] as const) {
      fillSelect(this, name, LOAD_GUARD[name].values, this[name]);
    }
    picker(this, 'installation', 'installation', LOAD_GUARD.installationType.values);
    picker(this, 'charger', 'charger', LOAD_GUARD.chargerType.values);
    typedField(this, 'meter', undefined, LOAD_GUARD.meterType.values);
    typedField(this, 'rotation');
    numberFields(this, ...NUMBERS);
    switchRows(this, ROWS);
    showPreviews(this, { fuseA: () => top(this), overloadMin: () => overload(this), limitKw: () => energy(this) });
  },
  oneditsave() {
    saveLists(this, ['overrides']);
  },
});
