/** The page's script: asks every second while it is seen, and writes texts only, never markup. */
export const PAGE_SCRIPT = String.raw`
const MOST = 200;
const at = (id) => document.getElementById(id);
const make = (tag, text, change) => {
  const element = document.createElement(tag);
  element.textContent = text ?? '';
  if (change) change(element);
  return element;
};
const number = (text) => make('td', text, (cell) => (cell.className = 'number'));
const get = async (path) => (await fetch(path)).json();
const send = async (method, path, body) => {
  const answer = await fetch(path, {
    method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
  });
  if (!answer.ok) alert((await answer.json()).error);
  await refresh();
};

const button = (label, action) => make('button', label, (element) => {
  element.type = 'button';
  element.onclick = action;
});

function charger(one) {
  const row = document.createElement('tr');
  const mode = one.online ? one.modeName + (one.paused ? ', paused' : '') : 'offline';
  const act = (verb) => send('POST', 'chargers/' + encodeURIComponent(one.id) + '/' + verb);
  const car = make('td');
  car.append(button(one.car ? 'Unplug' : 'Plug in', () => act(one.car ? 'unplug' : 'plug')));
  if (one.car && !one.authorised) car.append(button('Authorise', () => act('authorise')));
  const amps = one.currents.map((value) => value.toFixed(1)).join(' ');
  row.append(make('td', one.name), make('td', mode), number((one.powerW / 1000).toFixed(2) + ' kW'), number(amps), car);
  return row;
}

function rate([account, value], limit) {
  const line = make('div');
  const meter = document.createElement('meter');
  Object.assign(meter, { min: 0, max: 15, high: limit, value });
  line.append(meter, ' ' + account + ': ' + value + ' of ' + limit);
  return line;
}

/** One client of the audit with its rules. */
function client(report) {
  const block = make('div');
  block.append(make('p', report.client + ' (' + report.requests + ' requests)'));
  for (const { rule, ok, text } of report.verdicts) {
    const line = make('div', (ok ? 'kept' : 'broken') + ': ', (mark) => (mark.className = ok ? 'kept' : 'broken'));
    line.append(make('span', rule + '. ' + text));
    block.append(line);
  }
  return block;
}

function fault(one) {
  const { on } = one.setting;
  return make('button', one.name, (element) => {
    Object.assign(element, { type: 'button', title: one.what });
    element.setAttribute('aria-pressed', String(on));
    element.onclick = () => send('PUT', 'faults/' + one.name, { on: !on });
  });
}

/** Replaced only when different, so that a button is not taken away under the mouse. */
const shown = {};
function show(id, data, elements) {
  const text = JSON.stringify(data);
  if (shown[id] === text) return;
  shown[id] = text;
  at(id).replaceChildren(...elements());
}

async function refresh() {
  try {
    const [state, meter, audit, faults] = await Promise.all(['state', 'meter', 'audit', 'faults'].map(get));
    const list = state.chargers.slice(0, MOST);
    const kw = (watts) => (watts / 1000).toFixed(1) + ' kW';
    at('world').textContent = 'World time ' + state.time.slice(0, 19).replace('T', ' ') + ' UTC, speed ' + state.speed +
      '. House ' + kw(meter.houseW) + ', sun ' + kw(meter.sunW) + ', chargers ' + kw(meter.chargersW) +
      ', grid ' + kw(meter.gridW) + '.';
    at('shown').textContent = list.length < state.chargers.length ?
      'The first ' + list.length + ' of ' + state.chargers.length + '.' : state.chargers.length + ' in all.';
    const { perSecond, limitPerSecond, recorded } = state.requests;
    const rates = Object.entries(perSecond);
    show('rates', [rates, recorded], () => rates.length > 0 ? rates.map((entry) => rate(entry, limitPerSecond))
      : [make('div', 'None. ' + recorded + ' have been seen so far.')]);
    show('chargers', list, () => list.map(charger));
    show('audit', audit, () => audit.length > 0 ? audit.map(client) : [make('div', 'No client so far.')]);
    show('faults', faults, () => faults.map(fault));
  } catch {
    at('world').textContent = 'The simulator does not answer. Trying again.';
  }
}

refresh();
setInterval(() => document.hidden || refresh(), 1000);
`;
