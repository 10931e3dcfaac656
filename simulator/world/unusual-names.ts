/** Names that break clients which build HTML, queries or paths from them: markup, quotes, a slash, Unicode, right to left. */
const FORMS: readonly ((name: string) => string)[] = [
  (name) => `<b>${name}</b>`,
  (name) => `${name} & "Søn" 'Ærøy'`,
  (name) => `${name} 充電器 🚗`,
  (name) => `<script>alert("${name}")</script>`,
  (name) => `${name}/50%?#\u200f שער`,
];

/** The unusual form of a charger's name; `number` counts the chargers of a scenario. */
export const unusualName = (name: string, number: number): string => (FORMS[number % FORMS.length] ?? String)(name);
